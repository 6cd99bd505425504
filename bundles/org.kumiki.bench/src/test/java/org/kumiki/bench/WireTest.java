package org.kumiki.bench;

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

class WireTest {

    private ServerSocket server;
    private Wire wire;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        wire = new Wire(new Endpoint("127.0.0.1", server.getLocalPort(), "us-east-1", "AKIAIOSFODNN7EXAMPLE", "secret"));
    }

    @AfterEach
    void close() throws IOException {
        wire.close();
        server.close();
    }

    @Test
    void readsABodyOfAKnownLengthAndUsesTheConnectionAgain() throws IOException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst", "HTTP/1.1 400 Bad Request\r\ncontent-length: 6\r\n\r\nsecond");

        assertThat(wire.post("ec2", "Action=A")).isEqualTo(new Wire.Response(200, "first", 5));
        assertThat(wire.post("ec2", "Action=B")).isEqualTo(new Wire.Response(400, "second", 6));
    }

    @Test
    void readsABodyInChunks() throws IOException {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\nA\r\n, then two\r\n0\r\n\r\n");

        assertThat(wire.post("ec2", "Action=A").body()).isEqualTo("one, then two");
    }

    @Test
    void readsABodyThatEndsWithTheConnection() throws IOException {
        answer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");

        assertThat(wire.post("ec2", "Action=A").body()).isEqualTo("all of it");
    }

    @Test
    void failsIfTheServerGoesAway() {
        answer("");

        assertThatThrownBy(() -> wire.post("ec2", "Action=A")).isInstanceOf(IOException.class);
    }

    /** Serves one connection: an answer a request, and then nothing more. */
    private void answer(String... answers) {
        CompletableFuture.runAsync(() -> {
            try (Socket socket = server.accept()) {
                for (String answer : answers) {
                    readRequest(socket.getInputStream());
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void readRequest(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("Action=") < 0 || request.length() < request.indexOf("Action=") + "Action=A".length()) {
            request.append((char) in.read());
        }
    }
}
