package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.testing.guest.GuestNames;

/**
 * The driver with real guests. System properties {@code kumiki.guest.kernel} and {@code kumiki.guest.initrd} name a system that brings its
 * network up, has an SSH server, writes {@code kumiki.guest.ready} (unless set: {@code " ready"}, as the built-in image does) to its console
 * when that is done, and shuts down when the power button is pressed.
 */
@Tag("guest")
@Timeout(300)
class RealGuestTest {

    private static final HostId HOST = new HostId("here");
    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");
    private static final VolumeId VOLUME = new VolumeId("vol-0a1b2c3d4e5f60718");
    private static final QemuSettings SETTINGS = new QemuSettings("qemu-system-x86_64", 8, 0.8, 1, Duration.ofSeconds(60), false, 0);
    private static final String READY = System.getProperty("kumiki.guest.ready", " ready");
    private static final String ADDRESS = "127.91.0.1";

    @TempDir
    Path temp;

    private GuestNames metadata;
    private TestNode node;
    private QemuHypervisor driver;
    private final BlockingQueue<String> stopped = new LinkedBlockingQueue<>();

    @BeforeEach
    void begin() throws IOException {
        metadata = GuestNames.of(temp.resolve("metadata"), GUEST);
        node = new TestNode(HOST.value(), temp);
        driver = driver();
    }

    @AfterEach
    void end() throws IOException {
        driver.destroy(HOST, GUEST);
        driver.stop();
        metadata.close();
    }

    private QemuHypervisor driver() {
        QemuHypervisor made = new QemuHypervisor(SETTINGS);
        made.addNode(node);
        made.watch(new GuestListener() {

            @Override
            public void stopped(HostId host, InstanceId guest, String reason) {
                stopped.add(guest + ": " + reason);
            }

            @Override
            public void hostsChanged() {
                // whoever cares asks for the hosts
            }
        });
        return made;
    }

    static GuestSpec guest(Path directory, int port) {
        NetworkLink link = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0",
                List.of(new Forward("tcp", ADDRESS, port, 22)), false, directory.resolve("metadata"));
        return new GuestSpec(GUEST, "--evil,name=\n", new Resources(1, 256, 1024, 10),
                new BootSource.Kernel(Path.of(System.getProperty("kumiki.guest.kernel")), Path.of(System.getProperty("kumiki.guest.initrd")),
                        "console=ttyS0 quiet panic=1"),
                Optional.empty(), List.of(), link);
    }

    private void start() {
        driver.start(HOST, guest(temp, 2222));
    }

    private void startAndWait() {
        start();
        until("the guest is ready", () -> console().contains(READY));
    }

    private String console() {
        return driver.console(HOST, GUEST).text();
    }

    private Map<InstanceId, GuestState> states() {
        return driver.hosts().get(0).guests();
    }

    /** Asks again and again; the test's own deadline ends what never comes. */
    private static void until(String what, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            try {
                SECONDS.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError("waited for: " + what, e);
            }
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(ADDRESS, port), 5_000);
            socket.setSoTimeout(20_000);
            return new String(socket.getInputStream().readNBytes(4), US_ASCII).equals("SSH-");
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> processes() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(handle -> handle.info().commandLine().orElse("")).filter(line -> line.contains(temp.toString() + "/qemu/")).toList();
        }
    }

    @Test
    void runsAGuestThatAnswersAtItsForwardedPort() throws IOException {
        startAndWait();

        until("the SSH server answers", () -> answers(2222));
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        GuestFiles files = GuestFiles.of(temp.resolve("qemu"), GUEST);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.qmp()))).isEqualTo("rw-------");
        assertThat(processes()).hasSize(1).allSatisfy(line -> assertThat(line).doesNotContain("evil"));
    }

    @Test
    void saysByWhichAcceleratorItsGuestsRun() {
        start();

        Accelerator used = processes().get(0).contains("-accel kvm") ? Accelerator.KVM : Accelerator.TCG;
        assertThat(processes().get(0)).contains("-accel " + used.option());
        assertThat(driver.hosts().get(0).labels()).containsEntry("accelerator", used.name().toLowerCase(Locale.ROOT));
        assertThat(driver.technology().methods()).containsExactly(used.method());
        assertThat(driver.technology().note()).startsWith(HOST + ": ").containsAnyOf("a guest was run on /dev/kvm", "/dev/kvm is there, but",
                "there is no /dev/kvm");
    }

    @Test
    void reachesUserSpaceWithTheProbesImage() throws IOException {
        Path image = Files.write(temp.resolve("probe.cpio"), ProbeImage.bytes());

        Node.Finished finished = node.run(AcceleratorProbe.command(SETTINGS.program(), Accelerator.TCG,
                Path.of(System.getProperty("kumiki.guest.kernel")), image), Duration.ofSeconds(120));

        assertThat(finished.output()).contains(ProbeImage.PROOF);
    }

    @Test
    void startsAGuestOnceHoweverOftenItIsAsked() {
        start();
        List<String> before = processes();
        start();

        assertThat(processes()).isEqualTo(before).hasSize(1);
    }

    @Test
    void leavesNothingOfADestroyedGuest() {
        start();

        driver.destroy(HOST, GUEST);
        driver.destroy(HOST, GUEST);

        assertThat(processes()).isEmpty();
        assertThat(temp.resolve("qemu").resolve(GUEST.value())).doesNotExist();
        assertThat(states()).isEmpty();
        assertThat(stopped).isEmpty();
    }

    @Test
    void asksAGuestToShutDownAndKeepsItsLastWords() {
        startAndWait();

        driver.stop(HOST, GUEST, false);

        assertThat(processes()).isEmpty();
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        assertThat(console()).contains(READY);
        assertThat(stopped).isEmpty();

        start();
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
    }

    @Test
    void writesToTheRootDiskAndNeverToTheImageUnderIt() throws IOException {
        Disk image = qcow2("image,\"1\".qcow2", Optional.empty());
        byte[] before = Files.readAllBytes(image.file());
        GuestDisk root = new GuestDisk(VOLUME, qcow2("root.qcow2", Optional.of(image)), "/dev/sda1");

        driver.start(HOST, onDisk(root));
        driver.stop(HOST, GUEST, true);
        driver.start(HOST, onDisk(root));

        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        driver.destroy(HOST, GUEST);
        assertThat(root.disk().file()).as("it is a volume, not the guest's").exists();
        assertThat(Files.readAllBytes(image.file())).isEqualTo(before);
    }

    @Test
    void copiesTheDisksOfAGuestBetweenItsShutdownAndItsStart() throws Exception {
        GuestDisk root = new GuestDisk(VOLUME, qcow2("root.qcow2", Optional.empty()), "/dev/sda1");
        Disk target = qcow2("target.qcow2", Optional.empty());
        driver.start(HOST, onDisk(root));
        until("the guest is ready", () -> console().contains(READY));

        driver.copy(HOST, GUEST, Map.of(VOLUME, target), true).toCompletableFuture().get(120, SECONDS);

        until("it is ready again", () -> console().split(READY, -1).length == 3);
        assertThat(stopped).isEmpty();
        assertThat(processes()).hasSize(1);
        driver.stop(HOST, GUEST, true);
        List<String> compare = List.of("qemu-img", "compare", root.disk().file().toString(), target.file().toString());
        assertThat(node.run(compare, Duration.ofSeconds(30)).succeeded()).isTrue();
    }

    private Disk qcow2(String name, Optional<Disk> backing) throws IOException {
        Path file = temp.resolve(name);
        assertThat(node.run(List.of("qemu-img", "create", "-q", "-f", "qcow2", file.toString(), "64M"), Duration.ofSeconds(30)).succeeded()).isTrue();
        return new Disk(file, Disk.Format.QCOW2, 64, backing);
    }

    private GuestSpec onDisk(GuestDisk root) {
        GuestSpec plain = guest(temp, 2222);
        return new GuestSpec(plain.id(), plain.name(), plain.resources(), plain.boot(), Optional.of(root), List.of(), plain.link());
    }

    @Test
    void rebootsAGuest() {
        startAndWait();

        driver.reboot(HOST, GUEST);

        until("it is ready again", () -> console().split(READY, -1).length == 3);
        assertThat(processes()).hasSize(1);
        assertThat(stopped).isEmpty();
    }

    @Test
    void saysWhenAProcessWasKilled() throws InterruptedException {
        start();

        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            all.filter(handle -> handle.info().commandLine().orElse("").contains(temp + "/qemu/")).forEach(ProcessHandle::destroyForcibly);
        }

        assertThat(stopped.take()).startsWith(GUEST + ": QEMU ended");
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
    }

    @Test
    void plugsAVolumeInAndOutOfARunningGuest() throws IOException {
        Path file = temp.resolve("volume,with,commas.raw");
        try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
            channel.position((64 << 20) - 1).write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        GuestDisk disk = new GuestDisk(VOLUME, new Disk(file, Disk.Format.RAW, 64), "/dev/sdf");
        startAndWait();

        driver.attach(HOST, GUEST, disk);
        driver.attach(HOST, GUEST, disk);
        driver.detach(HOST, GUEST, VOLUME);
        driver.detach(HOST, GUEST, VOLUME);
        driver.attach(HOST, GUEST, disk);

        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
    }

    @Test
    void changesTheForwardedPortsOfARunningGuest() {
        startAndWait();

        driver.relink(HOST, GUEST, guest(temp, 2223).link());
        driver.relink(HOST, GUEST, guest(temp, 2223).link());

        until("the SSH server answers", () -> answers(2223));
        assertThat(answers(2222)).isFalse();
    }

    @Test
    void findsItsGuestsAgainAfterItWasKilled() throws Exception {
        Process first = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp", System.getProperty("java.class.path"),
                "-Dkumiki.guest.kernel=" + System.getProperty("kumiki.guest.kernel"),
                "-Dkumiki.guest.initrd=" + System.getProperty("kumiki.guest.initrd"), StartGuest.class.getName(), temp.toString())
                        .redirectError(Redirect.DISCARD).start();
        List<String> before;
        try {
            assertThat(first.inputReader().readLine()).isEqualTo("started");
            before = processes();
        } finally {
            first.destroyForcibly().waitFor();
        }

        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        until("the guest is ready", () -> console().contains(READY));
        until("the SSH server answers", () -> answers(2222));
        assertThat(processes()).isEqualTo(before).hasSize(1);
    }

    @Test
    void clearsAwayAGuestThatShutDownWhileNobodyWatched() throws Exception {
        startAndWait();
        driver.stop();
        try (Monitor monitor = Monitor.connect(node, GUEST, GuestFiles.of(temp.resolve("qemu"), GUEST), new Monitor.Watcher() {

            @Override
            public void shutDown(Monitor which) {
                // this is not the driver
            }

            @Override
            public void lost(Monitor which, String reason) {
                // this is not the driver
            }
        })) {
            until("it shuts down", () -> pressed(monitor)); // one that is ready may not look at its button yet
        }

        driver = driver();
        driver.hosts();

        assertThat(stopped.take()).isEqualTo(GUEST + ": the guest shut down");
        assertThat(processes()).isEmpty();
        assertThat(console()).contains(READY);
    }

    private static boolean pressed(Monitor monitor) {
        try {
            monitor.powerDown();
            return monitor.shutsDown(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void makesNothingOfAGuestThatCannotStart() {
        driver.start(HOST, guest(temp, 2222));
        GuestSpec second = guest(temp, 2222);
        InstanceId other = new InstanceId("i-0000000000000000f");

        assertThatThrownBy(() -> driver.start(HOST,
                new GuestSpec(other, second.name(), second.resources(), second.boot(), second.root(), second.disks(), second.link())))
                        .isInstanceOfSatisfying(HypervisorException.class,
                                e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.UNAVAILABLE))
                        .hasMessageContaining("Could not set up host forwarding rule");

        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        assertThat(processes()).hasSize(1);
    }
}
