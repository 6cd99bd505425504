package org.kumiki.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * One connection that is kept alive, and as little HTTP/1.1 as a benchmark needs: on a machine of two cores the client must not eat what
 * the server is measured with. For one thread.
 */
public final class Wire implements Closeable {

    static final String JSON = "application/x-amz-json-1.0";
    static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 120_000;
    private static final int PIECE = 1 << 16;
    private static final byte[] NOTHING = {};
    private static final String CLOSED = "the server closed the connection";

    private final Endpoint endpoint;
    private final Signer signer;
    private final byte[] buffer = new byte[PIECE];
    private Socket socket;
    private InputStream in;

    /**
     * What came back.
     *
     * @param body   empty if it was to be skipped
     * @param length of the body
     */
    public record Response(int status, String body, long length) {

        public boolean isOk() {
            return status == 200;
        }
    }

    private static final class Head {
        private int status;
        private long length = -1;
        private boolean chunked;
        private boolean closes;
    }

    public Wire(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.signer = new Signer(endpoint);
    }

    /** Posts a form, signed. Nothing is tried twice. */
    Response post(String form) throws IOException {
        byte[] body = form.getBytes(StandardCharsets.UTF_8);
        return exchange("POST / HTTP/1.1\r\n" + signer.headers(body, Instant.now()), body, true);
    }

    /** Asks SQS for something, in JSON, signed. Nothing is tried twice. */
    public Response post(String operation, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return exchange("POST / HTTP/1.1\r\n" + signer.headers(operation, body, Instant.now()), body, true);
    }

    /**
     * Puts an object or makes a bucket, signed. Nothing is tried twice.
     *
     * @param extra more headers, by their names in lower case
     */
    public Response put(String path, Map<String, String> extra, byte[] body) throws IOException {
        return exchange("PUT " + path + " HTTP/1.1\r\n" + signer.headers("PUT", path, extra, Instant.now()), body, false);
    }

    /** Gets an object, signed, and skips it. Nothing is tried twice. */
    public Response get(String path) throws IOException {
        return exchange("GET " + path + " HTTP/1.1\r\n" + signer.headers("GET", path, Map.of(), Instant.now()), NOTHING, false);
    }

    /** @param keeps whether the body is wanted even if all went well */
    private Response exchange(String lines, byte[] body, boolean keeps) throws IOException {
        byte[] head = (lines + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        if (socket == null) {
            open();
        }
        try {
            send(head, body);
            return read(keeps);
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
        in = new BufferedInputStream(socket.getInputStream(), PIECE);
    }

    /** In one piece if it is small: else the server would see the head alone first. */
    private void send(byte[] head, byte[] body) throws IOException {
        if (body.length <= PIECE) {
            byte[] request = Arrays.copyOf(head, head.length + body.length);
            System.arraycopy(body, 0, request, head.length, body.length);
            socket.getOutputStream().write(request);
        } else {
            socket.getOutputStream().write(head);
            socket.getOutputStream().write(body);
        }
    }

    private Response read(boolean keeps) throws IOException {
        Head head = readHead();
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        OutputStream into = keeps || head.status != 200 ? kept : OutputStream.nullOutputStream();
        long length;
        if (head.chunked) {
            length = readChunks(into);
        } else if (head.length >= 0) {
            read(head.length, into);
            length = head.length;
        } else {
            head.closes = true;
            length = in.transferTo(into);
        }
        if (head.closes) {
            close();
        }
        return new Response(head.status, kept.toString(StandardCharsets.ISO_8859_1), length);
    }

    private void read(long length, OutputStream into) throws IOException {
        for (long left = length; left > 0;) {
            int count = in.read(buffer, 0, (int) Math.min(left, PIECE));
            if (count < 0) {
                throw new EOFException(CLOSED);
            }
            into.write(buffer, 0, count);
            left -= count;
        }
    }

    private Head readHead() throws IOException {
        Head head = new Head();
        head.status = Integer.parseInt(line().substring(9, 12));
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> head.length = Long.parseLong(value);
                case "transfer-encoding" -> head.chunked = value.contains("chunked");
                case "connection" -> head.closes = value.contains("close");
                default -> {
                    // of no interest
                }
            }
        }
        return head;
    }

    private long readChunks(OutputStream into) throws IOException {
        long length = 0;
        for (int size = Integer.parseInt(line().strip(), 16); size > 0; size = Integer.parseInt(line().strip(), 16)) {
            read(size, into);
            length += size;
            line();
        }
        line();
        return length;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(96);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException(CLOSED);
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
