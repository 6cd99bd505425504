package org.kumiki.aws.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.kumiki.aws.signature.ChunkChain;

/**
 * The content of a request while it flows: without its framing, and verified against everything that the request says about it. What is wrong is
 * found at the end at the latest, and then the last read fails; so whoever has read the end has read what was sent. Takes constant memory.
 */
final class Body extends InputStream {

    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final String STREAMING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final String TRAILER = "-TRAILER";
    /** What a client may bring at once, in bytes, whatever its framing adds. */
    private static final long MOST = 5L << 30;

    private final InputStream source;
    private final Optional<ChunkedInput> chunks;
    private final long expected;
    private final long most;
    private final Optional<String> sha256;
    private final Optional<byte[]> md5;
    private final Optional<ChecksumClaim> claim;
    private final Algorithm.Sum md5Sum = Algorithm.digest("MD5");
    private final Optional<Algorithm.Sum> sha256Sum;
    private final Optional<Algorithm.Sum> claimSum;
    private long size;
    private byte[] md5Value;
    private Optional<StoredChecksum> checksum = Optional.empty();

    private Body(InputStream source, Optional<ChunkedInput> chunks, long expected, long most, Optional<String> sha256, Optional<byte[]> md5,
            Optional<ChecksumClaim> claim) {
        if (expected > most) {
            throw tooLarge(expected, most);
        }
        this.source = source;
        this.chunks = chunks;
        this.expected = expected;
        this.most = most;
        this.sha256 = sha256;
        this.md5 = md5;
        this.claim = claim;
        this.sha256Sum = sha256.map(hash -> Algorithm.digest("SHA-256"));
        this.claimSum = claim.map(sum -> sum.algorithm().begin());
    }

    /**
     * @param source  as it came
     * @param length  of the source; -1 if it will turn out
     * @param headers by name in lower case
     * @param chain   of a request whose signature begins one
     * @throws S3Exception EntityTooLarge if it says that it is larger than a body may be; one that turns out to be fails when it is read
     */
    static Body of(InputStream source, long length, Map<String, String> headers, Optional<ChunkChain> chain) {
        return of(source, length, headers, chain, MOST);
    }

    /** @param most how large it may be */
    static Body of(InputStream source, long length, Map<String, String> headers, Optional<ChunkChain> chain, long most) {
        String payload = headers.getOrDefault("x-amz-content-sha256", UNSIGNED);
        Optional<byte[]> md5 = Optional.ofNullable(headers.get("content-md5")).map(Body::md5);
        Optional<ChecksumClaim> claim = ChecksumClaim.of(headers);
        if (!payload.startsWith("STREAMING-")) {
            if (claim.filter(ChecksumClaim::trailer).isPresent()) {
                throw S3Exception.invalidRequest("A trailer needs a body that is streamed.");
            }
            Optional<String> sha256 = Optional.of(payload).filter(hash -> !hash.equals(UNSIGNED));
            if (sha256.filter(hash -> !HASH.matcher(hash).matches()).isPresent()) {
                throw S3Exception.invalid("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.");
            }
            return new Body(source, Optional.empty(), length, most, sha256, md5, claim);
        }
        boolean trailing = payload.endsWith(TRAILER);
        String kind = trailing ? payload.substring(0, payload.length() - TRAILER.length()) : payload;
        boolean signed = kind.equals(STREAMING);
        if (!signed && !(trailing && kind.equals("STREAMING-" + UNSIGNED))) {
            throw S3Exception.notImplemented("x-amz-content-sha256: " + payload);
        }
        if (signed && chain.isEmpty()) {
            throw S3Exception.invalidRequest("Chunks can only be signed in a request with a signature of version 4.");
        }
        if (trailing != headers.containsKey("x-amz-trailer")) {
            throw S3Exception.invalidRequest("A trailer must be declared by x-amz-trailer and by x-amz-content-sha256.");
        }
        ChunkedInput chunks = new ChunkedInput(source, signed ? chain : Optional.empty(),
                claim.filter(ChecksumClaim::trailer).map(sum -> sum.algorithm().header()));
        return new Body(chunks, Optional.of(chunks), decodedLength(headers), most, Optional.empty(), md5, claim);
    }

    /** Content of our own, of which nothing was said. */
    static Body plain(InputStream source, long length, Optional<Algorithm> wanted) {
        return new Body(source, Optional.empty(), length, Long.MAX_VALUE, Optional.empty(), Optional.empty(),
                wanted.map(algorithm -> new ChecksumClaim(algorithm, Optional.empty(), false)));
    }

    private static long decodedLength(Map<String, String> headers) {
        String length = headers.get("x-amz-decoded-content-length");
        if (length == null) {
            throw new S3Exception(411, "MissingContentLength", "You must provide the x-amz-decoded-content-length HTTP header.");
        }
        try {
            return Long.parseUnsignedLong(length);
        } catch (NumberFormatException e) {
            throw S3Exception.invalid("x-amz-decoded-content-length is not a number.");
        }
    }

    private static byte[] md5(String base64) {
        try {
            byte[] value = Base64.getDecoder().decode(base64);
            if (value.length == 16) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            // no digest either
        }
        throw new S3Exception(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
    }

    /** How long it says it is; -1 if it does not. */
    long expected() {
        return expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (md5Value != null) {
            return -1;
        }
        int read = source.read(bytes, offset, length);
        if (read < 0) {
            verify();
            return -1;
        }
        size += read;
        if (expected >= 0 && size > expected) {
            throw new BodyException(S3Exception.incompleteBody());
        }
        if (size > most) {
            throw new BodyException(tooLarge(size, most));
        }
        md5Sum.update(bytes, offset, read);
        sha256Sum.ifPresent(sum -> sum.update(bytes, offset, read));
        claimSum.ifPresent(sum -> sum.update(bytes, offset, read));
        return read;
    }

    private static S3Exception tooLarge(long size, long most) {
        return new S3Exception(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
                .with("MaxSizeAllowed", Long.toString(most)).with("ProposedSize", Long.toString(size));
    }

    private void verify() throws IOException {
        if (expected >= 0 && size != expected) {
            throw new BodyException(S3Exception.incompleteBody());
        }
        md5Value = md5Sum.value();
        if (md5.isPresent() && !MessageDigest.isEqual(md5.get(), md5Value)) {
            throw new BodyException(new S3Exception(400, "BadDigest", "The Content-MD5 you specified did not match what we received."));
        }
        if (sha256Sum.isPresent() && !hex(sha256Sum.get().value()).equals(sha256.orElseThrow().toLowerCase(Locale.ROOT))) {
            throw new BodyException(new S3Exception(400, "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed."));
        }
        if (claim.isPresent()) {
            verify(claim.get());
        }
    }

    private void verify(ChecksumClaim claimed) throws IOException {
        String actual = Base64.getEncoder().encodeToString(claimSum.orElseThrow().value());
        Algorithm algorithm = claimed.algorithm();
        Optional<String> value = claimed.trailer() ? chunks.orElseThrow().trailer(algorithm.header()) : claimed.value();
        if (value.isPresent() && !algorithm.fits(value.get())) {
            throw new BodyException(S3Exception.invalidRequest("Value for " + algorithm.header() + " header is invalid."));
        }
        if (value.isPresent() && !value.get().equals(actual)) {
            throw new BodyException(new S3Exception(400, "BadDigest",
                    "The " + algorithm + " you specified did not match the calculated checksum."));
        }
        checksum = Optional.of(new StoredChecksum(algorithm, actual, false));
    }

    /** The whole of it, for documents. */
    byte[] whole(int limit) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int read = read(buffer); read >= 0; read = read(buffer)) {
            whole.write(buffer, 0, read);
            if (whole.size() > limit) {
                throw new S3Exception(400, "MaxMessageLengthExceeded", "Your request was too big.")
                        .with("MaxMessageLengthBytes", Integer.toString(limit));
            }
        }
        return whole.toByteArray();
    }

    /** How long it was; after its end. */
    long size() {
        return size;
    }

    /** In hexadecimal; after its end. */
    String md5() {
        return hex(md5Value);
    }

    /** What its client asked for, if it did; after its end. */
    Optional<StoredChecksum> checksum() {
        return checksum;
    }

    /** Whether anything but its length protects it. */
    boolean isChecked() {
        return md5.isPresent() || claim.isPresent();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
