package org.kumiki.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellTest {

    @TempDir
    Path directory;

    @Test
    void sendsTheCommandShowsTheAnswerAndTakesTheStatus() throws IOException {
        Path socket = directory.resolve("shell.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> answerOnce(server, "two hosts\n\0" + "3\n"));
            ByteArrayOutputStream screen = new ByteArrayOutputStream();

            int status = Shell.session(socket, "hosts --all", InputStream.nullInputStream(), screen);

            assertThat(asked.join()).isEqualTo("hosts --all");
            assertThat(screen.toString(StandardCharsets.UTF_8)).isEqualTo("two hosts\n");
            assertThat(status).isEqualTo(3);
        }
    }

    @Test
    void aPlatformThatGoesAwayIsAFailure() throws IOException {
        Path socket = directory.resolve("shell.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture.supplyAsync(() -> answerOnce(server, "half of"));
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            PrintStream before = System.err;
            System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));

            int status = Shell.session(socket, "hosts", new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream());

            System.setErr(before);
            assertThat(status).isEqualTo(69);
            assertThat(errors.toString(StandardCharsets.UTF_8)).startsWith("kumiki: no shell at " + socket).contains("went away");
        }
    }

    private static String answerOnce(ServerSocketChannel server, String answer) {
        try (SocketChannel client = server.accept()) {
            String line = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8)).readLine();
            Channels.newOutputStream(client).write(answer.getBytes(StandardCharsets.UTF_8));
            return line;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
