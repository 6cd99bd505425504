package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.hypervisor.qemu.qmp.QmpException;

/** QEMU talks to one at a time, so whoever does not talk with it must not stay: the next would wait for ever. */
@Timeout(120)
class MonitorTest {

    private static final HostId HOST = new HostId("here");
    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");

    @TempDir
    Path temp;

    private GuestFiles files;
    private ServerSocketChannel qemu;
    private SocketChannel connection;
    private BufferedReader heard;

    @BeforeEach
    void listen() throws IOException {
        files = GuestFiles.of(temp.resolve("qemu"), GUEST);
        Files.createDirectories(files.directory());
        qemu = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(files.qmp()));
    }

    @AfterEach
    void end() throws IOException {
        qemu.close();
        if (connection != null) {
            connection.close();
        }
    }

    /** Greets, agrees, and is asked how the guest is. */
    private void begin(SocketChannel accepted) throws IOException {
        connection = accepted;
        heard = new BufferedReader(new InputStreamReader(Channels.newInputStream(connection), UTF_8));
        say("{\"QMP\": {\"version\": {}, \"capabilities\": []}}");
        assertThat(heard.readLine()).contains("qmp_capabilities");
        say("{\"return\": {}, \"id\": 1}");
        assertThat(heard.readLine()).contains("query-status");
    }

    private void say(String text) throws IOException {
        connection.write(ByteBuffer.wrap((text + "\r\n").getBytes(UTF_8)));
    }

    private FutureTask<Monitor> connecting() {
        return new FutureTask<>(() -> Monitor.connect(new TestNode(HOST.value(), temp), GUEST, files, new Monitor.Watcher() {

            @Override
            public void shutDown(Monitor which) {
                throw new AssertionError("it runs");
            }

            @Override
            public void lost(Monitor which, String reason) {
                // whoever connects is told
            }
        }));
    }

    @Test
    void leavesAQemuThatDoesNotSayHowItIs() throws Exception {
        FutureTask<Monitor> connecting = connecting();
        new Thread(connecting).start();
        begin(qemu.accept());

        say("{\"error\": {\"desc\": \"not now\"}, \"id\": 2}");

        assertThatThrownBy(connecting::get).hasCauseInstanceOf(QmpException.class);
        assertThat(heard.readLine()).isNull();
    }

    @Test
    void leavesAQemuWhenItIsInterrupted() throws Exception {
        FutureTask<Monitor> connecting = connecting();
        Thread thread = new Thread(connecting);
        thread.start();
        begin(qemu.accept());

        while (thread.getState() != Thread.State.WAITING) { // while it writes, that would close its channel anyway
            Thread.onSpinWait();
        }
        thread.interrupt();

        assertThatThrownBy(connecting::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(heard.readLine()).isNull();
    }

    @Test
    void leavesAQemuWhenItsDriverGoesMeanwhile() throws Exception {
        Path program = Files.writeString(temp.resolve("program"), "#!/bin/sh\necho QEMU emulator version 8.2.2\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        QemuHypervisor driver = new QemuHypervisor(new QemuSettings(program.toString(), 4, 0.5, 1, Duration.ofSeconds(1), false, 0));
        TestNode node = new TestNode(HOST.value(), temp) {

            @Override
            public SocketChannel connect(Path socket) throws IOException {
                SocketChannel channel = super.connect(socket);
                driver.stop();
                return channel;
            }
        };
        Process guest = new ProcessBuilder("sh", "-c", "read line", "sh", "-pidfile", files.pid().toString(), "-x").start();
        node.pretend(files, guest.pid());
        driver.addNode(node);
        FutureTask<String> asking = new FutureTask<>(() -> driver.console(HOST, GUEST).text());
        new Thread(asking).start();
        try {
            begin(qemu.accept());
            say("{\"return\": {\"status\": \"running\"}, \"id\": 2}");

            assertThatThrownBy(asking::get).hasCauseInstanceOf(HypervisorException.class);
            assertThat(heard.readLine()).isNull();
        } finally {
            guest.destroyForcibly().onExit().join();
        }
    }
}
