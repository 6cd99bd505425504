package org.kumiki.node.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when the other side is not what it should be. */
class SshFaultsTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    @TempDir
    Path temp;

    private SshClients clients;
    private Sshd sshd;
    private Path home;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        sshd = Sshd.start(temp.resolve("sshd"));
        clients = new SshClients();
        home = Files.createDirectory(temp.resolve("home"));
    }

    @AfterEach
    void stop() {
        if (sshd != null) {
            clients.stop();
            sshd.close();
        }
    }

    private SshNode node() {
        return node(sshd.settings(home));
    }

    private SshNode node(HostSettings settings) {
        return new SshNode(clients.client(), settings);
    }

    private static String echo(SshNode node) throws IOException {
        return node.run(List.of("echo", "here"), LONG).output().strip();
    }

    /** A program that says in a file who it is, and then waits for ever. */
    private CompletableFuture<Void> hang(SshNode node, Path told) {
        CompletableFuture<Void> end = CompletableFuture.runAsync(() -> {
            try {
                node.run(List.of("sh", "-c", "echo $$ >\"$0.new\"; mv \"$0.new\" \"$0\"; sleep 1000", told.toString()), LONG);
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        }, task -> new Thread(task).start());
        while (!Files.exists(told) && !end.isDone()) {
            Thread.onSpinWait();
        }
        return end;
    }

    private static void awaitEnd(Path told) throws IOException {
        ProcessHandle.of(Long.parseLong(Files.readString(told).strip())).ifPresent(process -> process.onExit().join());
    }

    @Test
    void aProgramWhoseConnectionIsCutFailsAndIsKilledThereAndTheNextOneRuns() throws IOException {
        SshNode node = node();
        Path told = temp.resolve("told");
        CompletableFuture<Void> hung = hang(node, told);

        sshd.cut();

        assertThat(hung.handle((done, failure) -> failure.getCause()).join()).isInstanceOf(IOException.class).hasMessageContaining("broke");
        awaitEnd(told);
        assertThat(echo(node)).isEqualTo("here");
    }

    @Test
    void aHostWhoseServerIsGoneIsToldApartAtOnceAndIsBackWhenItIs() throws Exception {
        SshNode node = node();
        echo(node);
        CountDownLatch noticed = new CountDownLatch(1);
        clients.client().addSessionListener(new SessionListener() {
            @Override
            public void sessionClosed(Session session) {
                noticed.countDown();
            }
        });

        sshd.kill();
        noticed.await(); // before, a program would still be sent over the connection, and break with it

        assertThatIOException().isThrownBy(() -> echo(node)).withMessageContaining("there (").withMessageContaining("refused");
        assertThatIOException().isThrownBy(() -> node.read(temp.resolve("any"), 1)).withMessageContaining("refused");
        sshd.run();
        CompletableFuture<String> back = new CompletableFuture<>();
        while (!back.isDone()) {
            try {
                back.complete(echo(node));
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("refused"); // until the next attempt
            }
        }
        assertThat(back).isCompletedWithValue("here");
    }

    @Test
    void whatWasSpawnedOutlivesTheConnectionAndTheServer() throws Exception {
        SshNode node = node();
        long pid = node.spawn(List.of("sleep", "1000"), home.resolve("log"));

        node.close();
        sshd.kill();

        ProcessHandle survivor = ProcessHandle.of(pid).orElseThrow();
        assertThat(survivor.isAlive()).isTrue();
        survivor.destroyForcibly();
        survivor.onExit().join();
    }

    @Test
    void aHostThatShowsAnotherKeyThanTheRecordedOneIsRefused() throws Exception {
        sshd.makeKey("other");
        sshd.know(temp.resolve("sshd/other.pub"));
        SshNode node = node();

        assertThatIOException().isThrownBy(() -> echo(node)).withMessageContaining("is not the one that is recorded in " + sshd.knownHosts())
                .withMessageContaining("SHA256:").withMessageContaining("ssh-keyscan -p " + sshd.port());
        assertThat(Files.readString(sshd.knownHosts())).contains(Files.readString(temp.resolve("sshd/other.pub")).strip());
    }

    @Test
    void aHostWhoseKeyNobodyHasRecordedIsRefusedAndNothingIsRecorded() throws Exception {
        Files.writeString(sshd.knownHosts(), "");
        SshNode node = node();

        assertThatIOException().isThrownBy(() -> echo(node)).withMessageContaining("is not recorded in " + sshd.knownHosts());
        assertThat(sshd.knownHosts()).isEmptyFile();

        Files.delete(sshd.knownHosts());
        assertThatIOException().isThrownBy(() -> echo(node()));
        assertThat(sshd.knownHosts()).doesNotExist();
    }

    @Test
    void aHostWithKeysOfSeveralTypesIsAskedForTheOneThatIsRecorded() throws Exception {
        sshd.offer(sshd.makeKey("second", "ecdsa"));

        assertThat(echo(node())).isEqualTo("here");
    }

    @Test
    void aKeyThatIsMarkedAsRevokedIsRefused() throws Exception {
        String line = Files.readString(sshd.knownHosts());
        Files.writeString(sshd.knownHosts(), line + "@revoked " + line);

        assertThatIOException().isThrownBy(() -> echo(node())).withMessageContaining("@revoked");
    }

    @Test
    void aKeyThatTheHostDoesNotKnowIsSaidToBeTheMatter() throws Exception {
        Path stranger = sshd.makeKey("stranger");

        assertThatIOException().isThrownBy(() -> echo(node(sshd.settings("there", stranger, home))))
                .withMessageContaining("does not let us in with the key " + stranger).withMessageContaining("authorized_keys");
    }

    @Test
    void aKeyThatOthersMayReadIsNotUsed() throws Exception {
        Path key = temp.resolve("sshd/user");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatIOException().isThrownBy(() -> echo(node())).withMessageContaining("chmod 600 " + key);
    }

    @Test
    void aHostThatSaysNothingFailsWithinItsPatienceAndHoldsUpNobody() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            SshNode mute = node(new HostSettings("mute", "127.0.0.1", silent.getLocalPort(), "nobody", temp.resolve("sshd/user"), sshd.knownHosts(),
                    home, Duration.ofSeconds(3)));
            CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> {
                try {
                    mute.read(temp.resolve("any"), 1);
                    return null;
                } catch (IOException e) {
                    return e;
                }
            });

            assertThat(echo(node())).isEqualTo("here");
            assertThat(failure.join()).isInstanceOf(IOException.class).hasMessageContaining("mute (nobody@127.0.0.1:")
                    .hasMessageContaining("does not answer within PT3S");
            long before = System.nanoTime();
            for (int i = 0; i < 100; i++) { // and whoever asks again does not wait that long again
                assertThatIOException().isThrownBy(() -> mute.list(temp));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void moreProgramsThanTheServerHasRoomForWaitTheirTurn() throws Exception {
        SshNode node = node();
        List<CompletableFuture<Void>> hung = IntStream.range(0, 8).mapToObj(i -> hang(node, temp.resolve("told" + i))).toList();

        assertThatIOException().isThrownBy(() -> node.run(List.of("echo"), Duration.ofSeconds(1))).withMessageContaining("8 others still run");

        assertThat(node.list(temp)).contains("told7");
        node.close();
        for (int i = 0; i < 8; i++) {
            awaitEnd(temp.resolve("told" + i));
            assertThat(hung.get(i).handle((done, failure) -> failure != null).join()).isTrue();
        }
    }

    @Test
    void refusesACommandThatIsLongerThanTheKernelTakes() {
        assertThatIOException().isThrownBy(() -> node().run(List.of("echo", "a".repeat(200_000)), LONG)).withMessageContaining("131071");
    }

    @Test
    void refusesAProgramThatIsNoName() {
        assertThatIOException().isThrownBy(() -> node().run(List.of("LD_PRELOAD=x"), LONG)).withMessageContaining("no program");
        assertThatIOException().isThrownBy(() -> node().run(List.of("-S"), LONG)).withMessageContaining("no program");
    }
}
