package org.kumiki.metadata;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request of a guest, or that it sent something else.
 *
 * @param headers by name in lower case
 */
record Request(String method, String path, Map<String, String> headers) {

    /** What a guest may send before it comes to the point. */
    static final int LONGEST_HEAD = 8 << 10;
    private static final int LONGEST_BODY = 4 << 10;

    /** Not a request: the guest is told so, and what it has sent is forgotten. */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /**
     * A request at the beginning of some bytes.
     *
     * @param length how many of the bytes it took
     */
    record Parsed(Request request, int length) {
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Reads a request; there is none as long as its end has not come. */
    static Optional<Parsed> parse(byte[] bytes, int count) throws Malformed {
        String text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            if (count > LONGEST_HEAD) {
                throw new Malformed("the head is too long");
            }
            return Optional.empty();
        }
        String[] lines = text.substring(0, end).split("\r\n", -1);
        String[] words = lines[0].split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.") || !words[1].startsWith("/")) {
            throw new Malformed("the first line is no request");
        }
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 1) {
                throw new Malformed("a header has no name");
            }
            headers.put(lines[i].substring(0, colon).strip().toLowerCase(Locale.ROOT), lines[i].substring(colon + 1).strip());
        }
        int length = end + 4 + bodyLength(headers);
        return length > count ? Optional.empty() : Optional.of(new Parsed(new Request(words[0], words[1], headers), length));
    }

    private static int bodyLength(Map<String, String> headers) throws Malformed {
        if (headers.containsKey("transfer-encoding")) {
            throw new Malformed("a body in chunks is not understood here");
        }
        try {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            if (length < 0 || length > LONGEST_BODY) {
                throw new Malformed("the body is too long");
            }
            return length;
        } catch (NumberFormatException e) {
            throw new Malformed("the length of the body is no number");
        }
    }
}
