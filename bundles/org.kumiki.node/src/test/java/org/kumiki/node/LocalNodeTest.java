package org.kumiki.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.node.Node.Finished;

class LocalNodeTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path temp;

    private LocalNode node;

    @BeforeEach
    void open() throws IOException {
        node = new LocalNode("here", temp.resolve("node"));
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void keepsWhatAProgramWroteAndHowItEnded() throws IOException {
        Finished finished = node.run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), LONG);

        assertThat(finished).isEqualTo(new Finished(3, "out\n", "err\n"));
        assertThat(finished.succeeded()).isFalse();
    }

    @Test
    void passesArgumentsThatLookLikeShellUntouched() throws IOException {
        String hostile = "a b;$(id) `id` \"'\n*,=-";

        assertThat(node.run(List.of("printf", "%s", hostile), LONG).output()).isEqualTo(hostile);
    }

    @Test
    void givesAProgramNothingOfItsOwnEnvironment() throws IOException {
        assertThat(node.run(List.of("env"), LONG).output().lines())
                .allMatch(line -> line.startsWith("PATH=") || line.startsWith("LC_ALL="));
    }

    @Test
    void killsAProgramThatIsTooSlowWithItsChildren() throws IOException {
        Path child = temp.resolve("child");

        assertThatIOException()
                .isThrownBy(() -> node.run(List.of("sh", "-c", "sleep 1000 & echo $! > \"$0\"; wait", child.toString()), Duration.ofSeconds(2)))
                .withMessageContaining("did not end within PT2S");

        ProcessHandle.of(Long.parseLong(Files.readString(child).strip())).ifPresent(handle -> handle.onExit().join());
    }

    @Test
    void keepsTheFirstMebibyteOfALongOutput() throws IOException {
        Finished finished = node.run(List.of("head", "-c", "3000000", "/dev/zero"), LONG);

        assertThat(finished.succeeded()).isTrue();
        assertThat(finished.output()).hasSize(1 << 20);
    }

    @Test
    void saysWhichProgramIsMissing() {
        assertThatIOException().isThrownBy(() -> node.run(List.of("kumiki-no-such-program"), LONG))
                .withMessageContaining("kumiki-no-such-program");
    }

    @Test
    void startsAProgramInASessionOfItsOwn() throws Exception {
        Path log = temp.resolve("log");

        long pid = node.spawn(List.of("sh", "-c", "echo out; echo err >&2; ps -o sid= -p $$"), log);
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());

        assertThat(Files.readString(log).lines().map(String::strip)).containsExactly("out", "err", Long.toString(pid));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log))).isEqualTo("rw-------");
    }

    @Test
    void replacesAFileForItsOwnerAlone() throws IOException {
        Path file = node.directory().resolve("file");

        node.write(file, "old".getBytes(UTF_8));
        node.write(file, "new".getBytes(UTF_8));

        assertThat(new String(node.read(file, 3), UTF_8)).isEqualTo("new");
        assertThat(node.list(node.directory())).containsExactly("file");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.directory()))).isEqualTo("rwx------");
    }

    @Test
    void refusesToReadAFileThatIsTooLarge() throws IOException {
        Path file = node.directory().resolve("file");
        node.write(file, new byte[11]);

        assertThatIOException().isThrownBy(() -> node.read(file, 10)).withMessageContaining("larger than 10 bytes");
    }

    @Test
    void readsAFileWhoseSizeTheKernelDoesNotKnow() throws IOException {
        assertThat(new String(node.read(Path.of("/proc/self/stat"), 4096), UTF_8)).contains("java");
    }

    @Test
    void deletesATreeButNotWhatALinkInItPointsTo() throws IOException {
        Path outside = Files.writeString(temp.resolve("outside"), "precious");
        Path tree = node.directory().resolve("tree");
        node.makeDirectory(tree.resolve("a/b"));
        node.write(tree.resolve("a/b/file"), new byte[1]);
        Files.createSymbolicLink(tree.resolve("a/link"), outside);
        Files.createSymbolicLink(tree.resolve("a/up"), temp);

        node.delete(tree);
        node.delete(tree);

        assertThat(tree).doesNotExist();
        assertThat(outside).hasContent("precious");
    }

    @Test
    void findsNothingInADirectoryThatIsNotThere() throws IOException {
        assertThat(node.list(temp.resolve("none"))).isEmpty();
    }

    @Test
    void connectsToAUnixSocket() throws IOException {
        Path path = node.directory().resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));

            try (SocketChannel client = node.connect(path); SocketChannel accepted = server.accept()) {
                client.write(ByteBuffer.wrap(new byte[] { 42 }));
                ByteBuffer received = ByteBuffer.allocate(1);
                accepted.read(received);
                assertThat(received.get(0)).isEqualTo((byte) 42);
            }
        }
    }
}
