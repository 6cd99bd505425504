package org.kumiki.node.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.Node.Finished;
import org.kumiki.api.node.NodeProcess;

/** What holds for every node. The one under test works on the machine that the test runs on, so that the test can look at what it did. */
public interface NodeContract {

    Duration LONG = Duration.ofSeconds(55);

    /** The node under test. Its directory exists. */
    Node node();

    @Test
    default void keepsWhatAProgramWroteAndHowItEnded() throws IOException {
        Finished finished = node().run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), LONG);

        assertThat(finished).isEqualTo(new Finished(3, "out\n", "err\n"));
        assertThat(finished.succeeded()).isFalse();
    }

    @Test
    default void countsASignalAsItsNumberAnd128() throws IOException {
        assertThat(node().run(List.of("sh", "-c", "kill -TERM $$"), LONG).exitCode()).isEqualTo(128 + 15);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "a b;$(id) `id` \"'\n*,=-", "'; touch owned; '", "\\", "\\'", "'\\''", "$HOME ~ ~root {a,b} !! #", "-n", "--",
            "%s%n", "\t\r\n", "\u00e9\u6728\ud83e\udeb5", "a=b", "&& ||", "<>|&", "\\x41\\101", "[a-z]*?", "\u0001\u001b[2J\u007f" })
    default void passesArgumentsThatLookLikeShellUntouched(String hostile) throws IOException {
        assertThat(node().run(List.of("printf", "%s", hostile), LONG)).isEqualTo(new Finished(0, hostile, ""));
    }

    @Test
    default void passesAnyArgumentsUntouched() throws IOException {
        Random random = new Random(7);
        String signs = " \t\n'\"\\$`!*?[]{}()<>|&;#~=%-+^@:,./aZ09\u00e9\u6728\u0001\u007f";
        for (int round = 0; round < 5; round++) {
            List<String> arguments = IntStream.range(0, 1 + random.nextInt(100)).mapToObj(argument -> random.ints(random.nextInt(40), 0, signs.length())
                    .mapToObj(at -> signs.substring(at, at + 1)).collect(Collectors.joining())).toList();
            List<String> command = new ArrayList<>(List.of("printf", "%s\\0"));
            command.addAll(arguments);

            String output = node().run(command, LONG).output();

            assertThat(output).endsWith("\0");
            assertThat(Arrays.asList(output.substring(0, output.length() - 1).split("\0", -1))).isEqualTo(arguments);
        }
    }

    @Test
    default void refusesAnArgumentWithAZeroByte() {
        assertThatIOException().isThrownBy(() -> node().run(List.of("echo", "a\0b"), LONG));
    }

    @Test
    default void givesAProgramNothingOfItsOwnEnvironment() throws IOException {
        assertThat(node().run(List.of("env"), LONG).output().lines())
                .allMatch(line -> line.startsWith("PATH=") || line.startsWith("LC_ALL="))
                .anyMatch(line -> line.startsWith("PATH=/"));
    }

    @Test
    default void givesAProgramNothingToRead() throws IOException {
        assertThat(node().run(List.of("cat"), LONG)).isEqualTo(new Finished(0, "", ""));
    }

    @Test
    default void killsAProgramThatIsTooSlowWithItsChildren() throws IOException {
        Path child = node().directory().resolve("child");

        assertThatIOException()
                .isThrownBy(() -> node().run(List.of("sh", "-c", "sleep 1000 & echo $! > \"$0\"; wait", child.toString()), Duration.ofSeconds(5)))
                .withMessageContaining("did not end within PT5S");

        ProcessHandle.of(Long.parseLong(Files.readString(child).strip())).ifPresent(handle -> handle.onExit().join());
    }

    @Test
    default void killsAProgramWhoseCallerIsInterrupted() throws Exception {
        Path child = node().directory().resolve("child");
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                node().run(List.of("sh", "-c", "sleep 1000 & echo $! > \"$0.new\"; mv \"$0.new\" \"$0\"; wait", child.toString()), LONG);
                outcome.complete(null);
            } catch (IOException e) {
                outcome.complete(e);
            }
        });
        caller.start();
        while (!Files.exists(child)) {
            Thread.onSpinWait();
        }

        caller.interrupt();

        assertThat(outcome.join()).isInstanceOf(IOException.class);
        ProcessHandle.of(Long.parseLong(Files.readString(child).strip())).ifPresent(handle -> handle.onExit().join());
    }

    @Test
    default void keepsTheFirstMebibyteOfALongOutput() throws IOException {
        Finished finished = node().run(List.of("head", "-c", "16000000", "/dev/zero"), LONG);

        assertThat(finished.succeeded()).isTrue();
        assertThat(finished.output()).hasSize(1 << 20);
    }

    @Test
    default void keepsTheFirst64KibibytesOfLongErrors() throws IOException {
        Finished finished = node().run(List.of("sh", "-c", "head -c 3000000 /dev/zero >&2"), LONG);

        assertThat(finished.succeeded()).isTrue();
        assertThat(finished.errors()).hasSize(64 << 10);
    }

    @Test
    default void takesOutputThatIsNoTextForWhatItLooksLike() throws IOException {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        Path file = node().directory().resolve("all");
        node().write(file, all);

        assertThat(node().run(List.of("cat", file.toString()), LONG).output()).isEqualTo(new String(all, UTF_8));
    }

    @Test
    default void saysWhichProgramIsMissing() {
        assertThatIOException().isThrownBy(() -> node().run(List.of("kumiki-no-such-program"), LONG))
                .withMessageContaining("kumiki-no-such-program");
    }

    @Test
    default void runsAHundredProgramsAtOnce() {
        ExecutorService callers = Executors.newFixedThreadPool(100);
        try {
            List<CompletableFuture<String>> outputs = IntStream.range(0, 100).mapToObj(number -> CompletableFuture.supplyAsync(() -> {
                try {
                    return node().run(List.of("echo", Integer.toString(number)), LONG).output().strip();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }, callers)).toList();

            assertThat(outputs.stream().map(CompletableFuture::join)).isEqualTo(IntStream.range(0, 100).mapToObj(Integer::toString).toList());
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    default void startsAProgramInASessionOfItsOwn() throws IOException {
        Path log = node().directory().resolve("log");

        long pid = node().spawn(List.of("sh", "-c", "echo out; echo err >&2; ps -o sid= -p $$"), log);
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());

        assertThat(Files.readString(log).lines().map(String::strip)).containsExactly("out", "err", Long.toString(pid));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log))).isEqualTo("rw-------");
    }

    @Test
    default void startsAProgramWithItsArgumentsAloneAndNothingToRead() throws IOException {
        Path log = node().directory().resolve("log");
        String hostile = "a b;$(id) `id` \"'\n*,=-";

        long pid = node().spawn(List.of("sh", "-c", "cat; env; printf %s \"$0\"", hostile), log);
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());

        assertThat(Files.readString(log)).endsWith(hostile).doesNotContain("HOME=", "USER=", "SSH_");
    }

    @Test
    default void makesTheLogAnew() throws IOException {
        Path outside = Files.writeString(node().directory().resolve("outside"), "precious");
        Path log = Files.createSymbolicLink(node().directory().resolve("log"), outside);

        long pid = node().spawn(List.of("echo", "new"), log);
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());

        assertThat(log).hasContent("new");
        assertThat(outside).hasContent("precious");
    }

    @Test
    default void findsAProgramThatOutlivesUsAndEndsIt() throws IOException, InterruptedException {
        Path directory = node().directory();
        NodeProcess process = NodeProcess.withArgument(node(), directory.resolve("pid"), directory.toString());
        assertThat(process.alive()).isFalse();
        process.end();

        process.spawn(List.of("sh", "-c", "while :; do sleep 60; done", directory.toString()), directory.resolve("log"));
        assertThat(process.find()).hasValue(Long.parseLong(node().text(directory.resolve("pid"), 32)));
        assertThat(NodeProcess.withArgument(node(), directory.resolve("pid"), "another").alive()).isFalse();

        process.end();
        assertThat(process.alive()).isFalse();
        assertThat(node().exists(directory.resolve("pid"))).isFalse();
    }

    @Test
    default void killsAProgramThatDoesNotWantToEnd() throws IOException, InterruptedException {
        Path directory = node().directory();
        NodeProcess process = NodeProcess.withArgument(node(), directory.resolve("pid"), directory.toString());
        process.spawn(List.of("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done", directory.toString()), directory.resolve("log"));
        while (!node().text(directory.resolve("log"), 100).contains("deaf")) {
            Thread.sleep(1);
        }
        long pid = process.find().orElseThrow();
        process.tell("TERM");
        assertThat(process.ends(Duration.ofMillis(1))).isFalse();

        process.kill(pid);

        assertThat(process.find()).isEmpty();
    }

    @Test
    default void replacesAFileForItsOwnerAlone() throws IOException {
        Path file = node().directory().resolve("file");

        node().write(file, "old".getBytes(UTF_8));
        node().write(file, "new".getBytes(UTF_8));

        assertThat(new String(node().read(file, 3), UTF_8)).isEqualTo("new");
        assertThat(node().list(node().directory())).containsExactly("file");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 100_000, 5_000_000 })
    default void readsWhatItWrote(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Path file = node().directory().resolve("a 'file' called $HOME");

        node().write(file, content);

        assertThat(Arrays.equals(node().read(file, size), content)).isTrue();
        assertThat(Arrays.equals(Files.readAllBytes(file), content)).isTrue();
    }

    @Test
    default void writesNothingWhereThereIsNoDirectory() {
        Path file = node().directory().resolve("none/file");

        assertThatIOException().isThrownBy(() -> node().write(file, new byte[1]));

        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    default void refusesToReadAFileThatIsTooLarge() throws IOException {
        Path file = node().directory().resolve("file");
        node().write(file, new byte[11]);

        assertThatIOException().isThrownBy(() -> node().read(file, 10)).withMessageContaining("larger than 10 bytes");
        assertThatIOException().isThrownBy(() -> node().read(Path.of("/dev/zero"), 1 << 20)).withMessageContaining("larger than 1048576 bytes");
    }

    @Test
    default void saysWhichFileIsMissing() {
        Path file = node().directory().resolve("none");

        assertThatIOException().isThrownBy(() -> node().read(file, 10)).withMessageContaining(file.toString());
    }

    @Test
    default void readsWhatMayBeThereOrNot() throws IOException {
        Path file = node().directory().resolve("file");
        assertThat(node().exists(file)).isFalse();
        assertThat(node().find(file, 10)).isEmpty();
        assertThat(node().text(file, 10)).isEmpty();
        assertThat(node().text(Path.of("/proc/0/stat"), 10)).isEmpty();

        node().write(file, "木組み".getBytes(UTF_8));

        assertThat(node().exists(file)).isTrue();
        assertThat(node().find(file, 10)).contains("木組み".getBytes(UTF_8));
        assertThat(node().text(file, 10)).isEqualTo("木組み");
        assertThatIOException().isThrownBy(() -> node().text(file, 8)).withMessageContaining("larger than 8 bytes");
    }

    @Test
    default void readsAFileWhoseSizeTheKernelDoesNotKnow() throws IOException {
        Path file = Path.of("/proc/kallsyms"); // megabytes, and a size of zero
        assertThat(Files.size(file)).isZero();

        byte[] content = node().read(file, 64 << 20);

        assertThat(Arrays.equals(content, Files.readAllBytes(file))).isTrue();
        assertThat(new String(content, ISO_8859_1).lines().count()).isGreaterThan(1000);
    }

    @Test
    default void makesDirectoriesForTheirOwnerAlone() throws IOException {
        Path directory = node().directory().resolve("a/b c/$d");

        node().makeDirectory(directory);
        node().makeDirectory(directory);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.getParent()))).isEqualTo("rwx------");
    }

    @Test
    default void deletesATreeButNotWhatALinkInItPointsTo() throws IOException {
        Path outside = Files.writeString(node().directory().resolve("outside"), "precious");
        Path tree = node().directory().resolve("tree");
        node().makeDirectory(tree.resolve("a/b"));
        node().write(tree.resolve("a/b/file"), new byte[1]);
        Files.createSymbolicLink(tree.resolve("a/link"), outside);
        Files.createSymbolicLink(tree.resolve("a/up"), node().directory());

        node().delete(tree);
        node().delete(tree);

        assertThat(tree).doesNotExist();
        assertThat(outside).hasContent("precious");
    }

    @Test
    default void deletesALinkAndNotWhatItPointsTo() throws IOException {
        Path outside = node().directory().resolve("outside");
        node().makeDirectory(outside);
        Files.writeString(outside.resolve("file"), "precious");
        Path link = Files.createSymbolicLink(node().directory().resolve("link"), outside);

        node().delete(link);

        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(outside.resolve("file")).hasContent("precious");
    }

    @Test
    default void listsNamesOfAnyKind() throws IOException {
        for (String name : List.of("b", "a b", ".hidden", "'quoted'", "\u6728", "new\nline")) {
            Files.writeString(node().directory().resolve(name), "");
        }

        assertThat(node().list(node().directory())).containsExactly("'quoted'", ".hidden", "a b", "b", "new\nline", "\u6728");
    }

    @Test
    default void findsNothingInADirectoryThatIsNotThere() throws IOException {
        assertThat(node().list(node().directory().resolve("none"))).isEmpty();
    }

    @Test
    default void connectsToAUnixSocket(@TempDir Path temp) throws Exception {
        Path path = temp.resolve("socket");
        byte[] much = new byte[300_000];
        new Random(1).nextBytes(much);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));

            try (ByteChannel client = node().connect(path); SocketChannel accepted = server.accept()) {
                CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> write(client, much));
                assertThat(Arrays.equals(read(accepted, much.length), much)).isTrue();
                sent.join();
                CompletableFuture<Void> returned = CompletableFuture.runAsync(() -> write(accepted, much));
                assertThat(Arrays.equals(read(client, much.length), much)).isTrue();
                returned.join();

                accepted.shutdownOutput();
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    default void letsGoOfAReaderWhenAConnectionIsClosed(@TempDir Path temp) throws Exception {
        Path path = temp.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            ByteChannel client = node().connect(path);
            try (SocketChannel accepted = server.accept()) {
                CompletableFuture<Boolean> ended = new CompletableFuture<>();
                Thread reader = new Thread(() -> {
                    try {
                        ended.complete(client.read(ByteBuffer.allocate(1)) < 0);
                    } catch (IOException e) {
                        ended.complete(true);
                    }
                });
                reader.start();
                while (reader.getState() == Thread.State.NEW) {
                    Thread.onSpinWait();
                }

                client.close();

                assertThat(ended.join()).isTrue();
                assertThat(client.isOpen()).isFalse();
                assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    default void refusesToConnectWhereNobodyListens() {
        assertThatIOException().isThrownBy(() -> node().connect(node().directory().resolve("nobody")));
    }

    private static void write(ByteChannel channel, byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] read(ByteChannel channel, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            assertThat(channel.read(bytes)).isPositive();
        }
        return bytes.array();
    }
}
