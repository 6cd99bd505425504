package org.kumiki.bench.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kumiki.bench.Endpoint;

class BucketTest {

    private static final Bucket.Body BODY = Bucket.Body.of("123456789".getBytes(StandardCharsets.US_ASCII));

    private ServerSocket server;
    private Bucket bucket;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        bucket = new Bucket(new Endpoint("127.0.0.1", server.getLocalPort(), "us-east-1", "AKIAIOSFODNN7EXAMPLE", "secret"));
    }

    @AfterEach
    void close() throws IOException {
        bucket.close();
        server.close();
    }

    @Test
    void saysWhatItPutsAndItsChecksum() throws IOException {
        CompletableFuture<String> request = serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        bucket.putChecked("small-1", BODY);

        assertThat(request.join()).startsWith("PUT /bench/small-1 HTTP/1.1\r\n").contains("x-amz-checksum-crc32: y/Q5Jg==\r\n")
                .endsWith("Content-Length: 9\r\n\r\n");
    }

    @Test
    void countsWhatItGets() {
        serve("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhalf");

        assertThatThrownBy(() -> bucket.get("small-1", 9)).isInstanceOf(IOException.class).hasMessage("GET answered with 4 bytes instead of 9");
    }

    @Test
    void saysWhyItWasRefused() {
        serve("HTTP/1.1 403 Forbidden\r\nContent-Length: 8\r\n\r\n<Error/>");

        assertThatThrownBy(() -> bucket.get("small-1", 9)).isInstanceOf(IOException.class).hasMessage("GET answered 403 <Error/>");
    }

    /** Answers one request, of which it tells the head. */
    private CompletableFuture<String> serve(String answer) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) in.read());
                }
                in.readNBytes(head.toString().startsWith("PUT") ? BODY.bytes().length : 0);
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                return head.toString();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
