package org.kumiki.storage.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** What is between a store and a cluster: it passes requests on, one a connection, and does to each what a test has decided. */
final class FaultyLine implements AutoCloseable {

    private static final int PEEK = 200_000;

    private final ServerSocket server;
    private final InetSocketAddress cluster;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Function<Request, Fault> faults = request -> Fault.NONE;

    /** What is done to a request. */
    enum Fault {
        NONE,
        /** It does not reach the cluster, and the connection is closed. */
        LOSE_REQUEST,
        /** The cluster does it, and the connection is closed instead of its answer. */
        LOSE_ANSWER,
        /** The cluster does it, and the connection is closed in the middle of its answer. */
        CUT_ANSWER,
        /** A byte of the answer's body is another one. */
        CHANGE_ANSWER,
        /** It is refused: 500. */
        FAIL,
        /** It is refused: 503 SlowDown. */
        SLOW_DOWN,
        /** It is refused: 403 QuotaExceeded. */
        FULL
    }

    /** @param name of the object, after the bucket */
    record Request(String method, String name) {
    }

    FaultyLine(URI cluster) throws IOException {
        this.cluster = new InetSocketAddress(cluster.getHost(), cluster.getPort());
        server = new ServerSocket();
        server.bind(new InetSocketAddress("127.0.0.1", 0));
        threads.execute(this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    void faults(Function<Request, Fault> decide) {
        faults = decide;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket accepted) {
        try (Socket client = accepted) {
            InputStream in = client.getInputStream();
            String first = line(in);
            if (first.isEmpty()) {
                return;
            }
            Map<String, String> headers = headers(in);
            byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            String[] words = first.split(" ");
            Fault fault = faults.apply(new Request(words[0], words[1]));
            switch (fault) {
                case LOSE_REQUEST -> {
                }
                case FAIL -> refuse(client.getOutputStream(), "500 Internal Server Error", "InternalError");
                case SLOW_DOWN -> refuse(client.getOutputStream(), "503 Service Unavailable", "SlowDown");
                case FULL -> refuse(client.getOutputStream(), "403 Forbidden", "QuotaExceeded");
                default -> pass(first, headers, body, client, fault);
            }
        } catch (IOException e) {
            // The other side has gone, which is part of the game.
        }
    }

    private static void refuse(OutputStream out, String status, String code) throws IOException {
        String body = "<Error><Code>" + code + "</Code><Message>a fault of the test</Message></Error>";
        out.write(("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Type: application/xml\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes());
        out.flush();
    }

    private void pass(String first, Map<String, String> headers, byte[] body, Socket client, Fault fault) throws IOException {
        try (Socket socket = new Socket(cluster.getAddress(), cluster.getPort())) {
            headers.put("connection", "close");
            StringBuilder head = new StringBuilder(first).append("\r\n");
            headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            OutputStream out = socket.getOutputStream();
            out.write(head.append("\r\n").toString().getBytes());
            out.write(body);
            out.flush();
            InputStream answer = socket.getInputStream();
            switch (fault) {
                case LOSE_ANSWER -> answer.readNBytes(PEEK);
                case CUT_ANSWER -> {
                    byte[] bytes = answer.readAllBytes();
                    client.getOutputStream().write(bytes, 0, Math.max(1, bytes.length - Math.max(1, bodyLength(bytes) / 2)));
                }
                case CHANGE_ANSWER -> {
                    byte[] bytes = answer.readAllBytes();
                    bytes[bytes.length - 1 - bodyLength(bytes) / 2] ^= 1;
                    client.getOutputStream().write(bytes);
                }
                default -> answer.transferTo(client.getOutputStream());
            }
            client.getOutputStream().flush();
        }
    }

    private static int bodyLength(byte[] answer) {
        int end = new String(answer, ISO_8859_1).indexOf("\r\n\r\n");
        return answer.length - end - 4;
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).trim());
        }
        return headers;
    }

    private static String line(InputStream in) throws IOException {
        List<Byte> bytes = new ArrayList<>();
        for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
            bytes.add((byte) next);
        }
        byte[] line = new byte[bytes.size()];
        for (int i = 0; i < line.length; i++) {
            line[i] = bytes.get(i);
        }
        return new String(line).trim();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
