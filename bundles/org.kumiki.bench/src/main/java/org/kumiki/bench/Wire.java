package org.kumiki.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/**
 * One connection that is kept alive, and as little HTTP/1.1 as a benchmark needs: on a machine of two cores the client must not eat what
 * the server is measured with. For one thread.
 */
final class Wire implements AutoCloseable {

    static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 120_000;

    private final Endpoint endpoint;
    private final Signer signer;
    private Socket socket;
    private InputStream in;

    /** What came back. */
    record Response(int status, String body) {

        boolean isOk() {
            return status == 200;
        }
    }

    private static final class Head {
        private int status;
        private int length = -1;
        private boolean chunked;
        private boolean closes;
    }

    Wire(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.signer = new Signer(endpoint);
    }

    /** Posts a form, signed. Nothing is tried twice. */
    Response post(String form) throws IOException {
        byte[] body = form.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("POST / HTTP/1.1\r\n" + signer.headers(body, Instant.now()) + "Content-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        if (socket == null) {
            open();
        }
        try {
            socket.getOutputStream().write(request);
            return read();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void open() throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), CONNECT_MILLIS);
        socket.setSoTimeout(READ_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    private Response read() throws IOException {
        Head head = readHead();
        byte[] body;
        if (head.chunked) {
            body = readChunks();
        } else if (head.length >= 0) {
            body = in.readNBytes(head.length);
        } else {
            head.closes = true;
            body = in.readAllBytes();
        }
        if (head.closes) {
            close();
        }
        return new Response(head.status, new String(body, StandardCharsets.ISO_8859_1));
    }

    private Head readHead() throws IOException {
        Head head = new Head();
        head.status = Integer.parseInt(line().substring(9, 12));
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> head.length = Integer.parseInt(value);
                case "transfer-encoding" -> head.chunked = value.contains("chunked");
                case "connection" -> head.closes = value.contains("close");
                default -> {
                    // of no interest
                }
            }
        }
        return head;
    }

    private byte[] readChunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 16);
        for (int size = Integer.parseInt(line().strip(), 16); size > 0; size = Integer.parseInt(line().strip(), 16)) {
            body.write(in.readNBytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(96);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
