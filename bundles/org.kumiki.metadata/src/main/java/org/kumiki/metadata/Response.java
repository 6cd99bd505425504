package org.kumiki.metadata;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** An answer to a guest. */
record Response(int status, Map<String, String> headers, byte[] body) {

    private static final Map<Integer, String> PHRASES = Map.of(200, "OK", 400, "Bad Request", 401, "Unauthorized", 403, "Forbidden", 404,
            "Not Found", 405, "Method Not Allowed");

    static Response of(String text) {
        return new Response(200, Map.of("Content-Type", "text/plain"), text.getBytes(StandardCharsets.UTF_8));
    }

    static Response of(byte[] bytes) {
        return new Response(200, Map.of("Content-Type", "application/octet-stream"), bytes);
    }

    static Response error(int status) {
        return new Response(status, Map.of("Content-Type", "text/plain"), (status + " - " + PHRASES.get(status) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * As it goes over the wire. The guest is told to close its connection, since nothing here could: its network does not say where one
     * of its connections ends and the next begins.
     */
    byte[] bytes() {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(' ').append(PHRASES.get(status)).append("\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Server: EC2ws\r\nContent-Length: ").append(body.length).append("\r\nConnection: close\r\n\r\n");
        byte[] first = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(first, first.length + body.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        return all;
    }
}
