package org.kumiki.aws.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.aws.signature.ChunkChain;

/**
 * Takes the framing off a body of the encoding {@code aws-chunked}, and verifies the signature of every chunk and of the trailer where they are signed.
 * What is wrong is found at the end of the chunk that it is in, so whoever reads must act on nothing before the end.
 *
 * <pre>
 * 10000;chunk-signature=ad80c7…\r\n &lt;65,536 bytes&gt; \r\n 0;chunk-signature=b6c6ea…\r\n x-amz-checksum-crc32:sOO8/Q==\r\n x-amz-trailer-signature:63bd…\r\n \r\n
 * </pre>
 */
final class ChunkedInput extends InputStream {

    private static final int MAX_LINE = 1024;
    private static final Pattern UNSIGNED = Pattern.compile("([0-9a-fA-F]{1,15})");
    private static final Pattern SIGNED = Pattern.compile("([0-9a-fA-F]{1,15});chunk-signature=([0-9a-f]{64})");
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

    private final InputStream source;
    private final Optional<ChunkChain> chain;
    private final Optional<String> expectedTrailer;
    private final Map<String, String> trailers = new HashMap<>();
    private final Algorithm.Sum none = Algorithm.digest("SHA-256");
    private Algorithm.Sum sum = none;
    private String signature;
    private long left;
    private boolean last;
    private boolean ended;

    /**
     * @param chain   empty if chunks are not signed
     * @param trailer the name of what follows the last chunk, in lower case
     */
    ChunkedInput(InputStream source, Optional<ChunkChain> chain, Optional<String> trailer) {
        this.source = source;
        this.chain = chain;
        this.expectedTrailer = trailer;
    }

    /** What followed the last chunk; there once the end has been read. */
    Optional<String> trailer(String name) {
        return Optional.ofNullable(trailers.get(name));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!ended && left == 0) {
            beginChunk();
        }
        if (ended) {
            return -1;
        }
        int read = source.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new BodyException(S3Exception.incompleteBody());
        }
        if (chain.isPresent()) {
            sum.update(bytes, offset, read);
        }
        left -= read;
        if (left == 0) {
            endChunk();
        }
        return read;
    }

    private void beginChunk() throws IOException {
        Matcher header = (chain.isPresent() ? SIGNED : UNSIGNED).matcher(line());
        if (!header.matches()) {
            throw malformed("The header of a chunk cannot be read.");
        }
        left = Long.parseLong(header.group(1), 16);
        signature = chain.isPresent() ? header.group(2) : "";
        sum = chain.isPresent() ? Algorithm.digest("SHA-256") : none;
        if (left == 0) {
            last = true;
            verify();
            end();
        }
    }

    private void endChunk() throws IOException {
        verify();
        if (!line().isEmpty()) {
            throw malformed("A chunk is longer than it says.");
        }
    }

    private void verify() throws IOException {
        if (chain.isPresent()) {
            requireSame(chain.get().next(sum.value()), signature);
        }
    }

    private static void requireSame(String expected, String given) throws IOException {
        if (!MessageDigest.isEqual(expected.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.US_ASCII))) {
            throw new BodyException(new S3Exception(403, "SignatureDoesNotMatch",
                    "The chunk or trailer signature we calculated does not match the signature you provided."));
        }
    }

    private void end() throws IOException {
        if (expectedTrailer.isPresent()) {
            String lines = readTrailers();
            if (!trailers.keySet().equals(Set.of(expectedTrailer.get()))) {
                throw malformedTrailer();
            }
            if (chain.isPresent()) {
                requireSame(chain.get().trailer(lines), signature);
            }
        } else if (!line().isEmpty()) {
            throw malformedTrailer();
        }
        if (source.read() >= 0) {
            throw malformed("There are bytes after the last chunk.");
        }
        ended = true;
    }

    /** The lines that are signed, as both sides spell them. The signature of them is put aside. */
    private String readTrailers() throws IOException {
        StringBuilder lines = new StringBuilder();
        signature = "";
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || lines.length() > MAX_LINE) {
                throw malformedTrailer();
            }
            String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.equals(TRAILER_SIGNATURE)) {
                signature = value;
            } else if (trailers.put(name, value) != null || !signature.isEmpty()) {
                throw malformedTrailer();
            } else {
                lines.append(name).append(':').append(value).append('\n');
            }
        }
        return lines.toString();
    }

    /** Some clients leave the empty line at the very end out. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(96);
        for (int next = source.read(); next != '\n'; next = source.read()) {
            if (next < 0) {
                if (last && line.size() == 0) {
                    return "";
                }
                throw new BodyException(S3Exception.incompleteBody());
            }
            line.write(next);
            if (line.size() > MAX_LINE) {
                throw malformed("The header of a chunk is too long.");
            }
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static BodyException malformed(String message) {
        return new BodyException(S3Exception.invalidRequest(message));
    }

    private static BodyException malformedTrailer() {
        return new BodyException(new S3Exception(400, "MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not conform to our published schema."));
    }
}
