package org.kumiki.image.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of an HTTP response.
 *
 * @param headers by name in lower case; a header that came twice has both values, joined by a comma
 */
record HttpHead(int status, Map<String, String> headers) {

    private static final int MOST_BYTES = 32 << 10;

    HttpHead {
        headers = Map.copyOf(headers);
    }

    /** Reads up to and with the empty line, and not a byte more. */
    static HttpHead read(InputStream in) throws IOException {
        int[] room = {MOST_BYTES};
        String[] start = line(in, room).split(" ", 3);
        if (start.length < 2 || !start[0].startsWith("HTTP/1.") || !start[1].matches("[1-5]\\d\\d")) {
            throw new IOException("the server does not speak HTTP/1.1");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in, room); !line.isEmpty(); line = line(in, room)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("the server sent a header without a name");
            }
            headers.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(), (a, b) -> a + "," + b);
        }
        return new HttpHead(Integer.parseInt(start[1]), headers);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** One line without its end. {@code room} is what all lines together may still take. */
    static String line(InputStream in, int[] room) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the server closed the connection in the middle of its answer");
            }
            if (--room[0] < 0) {
                throw new IOException("the server's headers are longer than " + MOST_BYTES + " bytes");
            }
            line.write(b);
        }
        String text = line.toString(ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
