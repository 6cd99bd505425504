package org.kumiki.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.hypervisor.libvirt.PrivateDaemon.Side;
import org.kumiki.testing.FreePort;
import org.kumiki.testing.guest.BootSector;

/** What the kit does not ask for: limits, domains of others, daemons that come and go, TLS. */
@Tag("guest")
@Timeout(180)
class RealLibvirtTest {

    private static final HostId HOST = new HostId("a");
    private static final InstanceId GUEST = new InstanceId("i-0123456789abcdef0");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final NetworkLink NONE = new NetworkLink.None("02:4b:4d:1f:10:00");

    @TempDir
    static Path temp;

    private static PrivateDaemon daemon;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private LibvirtHypervisor driver;

    @BeforeAll
    static void startDaemon() throws IOException, InterruptedException {
        Certificates.make(Files.createDirectories(temp.resolve("daemon/tls")));
        daemon = new PrivateDaemon(temp.resolve("daemon"), true);
    }

    @AfterAll
    static void endDaemon() throws IOException {
        if (daemon != null) {
            daemon.close();
        }
    }

    @AfterEach
    void leave() {
        if (driver != null) {
            driver.destroy(HOST, GUEST);
            driver.close();
        }
    }

    private void drive(Settings settings) {
        driver = new LibvirtHypervisor(settings, new Peers());
        driver.watch(new GuestListener() {

            @Override
            public void stopped(HostId host, InstanceId guest, String reason) {
                told.add(guest + " " + reason);
            }

            @Override
            public void hostsChanged() {
                told.add("changed");
            }
        });
    }

    private static Settings qemu() {
        return daemon.settings("qemu+unix:///system?socket=SOCKET", HOST, PATIENCE, Optional.empty());
    }

    private static GuestSpec machine(int cpus, long memoryMiB) {
        Path disk = temp.resolve("disk");
        Machines.write(disk, GUEST);
        return new GuestSpec(GUEST, "", new Resources(cpus, memoryMiB, 1, 1), new BootSource.Firmware(),
                Optional.of(new GuestDisk(new VolumeId("vol-00000001"), new Disk(disk, Disk.Format.RAW, 1), "/dev/sda1")), List.of(), NONE);
    }

    private HostReport report() throws InterruptedException {
        List<HostReport> reports = driver.hosts();
        while (reports.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(20);
            reports = driver.hosts();
        }
        return reports.get(0);
    }

    private static String group(String kind, String controller, String file) throws IOException {
        try (var groups = Files.list(Path.of("/sys/fs/cgroup", controller, "machine"))) {
            Path group = groups.filter(each -> each.getFileName().toString().matches(kind + "-\\d+-" + GUEST + ".*")).findFirst().orElseThrow();
            return Files.readString(group.resolve(file)).strip();
        }
    }

    @Test
    void saysWhatItFound() throws Exception {
        drive(qemu());
        HostReport report = report();
        assertEquals("qemu:///system", report.labels().get("uri"));
        assertEquals("qemu", report.labels().get("domain"));
        assertEquals("libvirt-qemu", driver.technology().name());
        assertEquals(List.of(Method.BINARY_TRANSLATION), List.copyOf(driver.technology().methods()));
        assertTrue(driver.technology().version().matches("\\d+\\.\\d+\\.\\d+"), driver.technology().version());
    }

    @Test
    void limitsAMachine() throws Exception {
        drive(qemu());
        driver.start(HOST, machine(2, 32));
        assertEquals("200000", group("qemu", "cpu", "cpu.cfs_quota_us"));
        try (Side side = daemon.side("qemu:///system")) {
            Libvirt.Info info = side.libvirt().info(side.libvirt().find(Domain.uuid(GUEST)).orElseThrow());
            assertEquals(2, info.cpus());
            assertEquals(32, info.memoryMiB());
        }
    }

    @Test
    void forwardsPortsToAMachineInAUserNetwork() throws Exception {
        drive(qemu());
        int port = FreePort.choose();
        GuestSpec plain = machine(1, 32);
        NetworkLink user = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0",
                List.of(new NetworkLink.Forward("tcp", "127.0.0.1", port, 80)), false, temp.resolve("metadata"));
        driver.start(HOST, new GuestSpec(GUEST, "", plain.resources(), plain.boot(), plain.root(), List.of(), user));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port)); // QEMU takes the call, whatever the machine does with it
        }
        assertEquals(GuestState.RUNNING, report().guests().get(GUEST));
    }

    @Test
    void limitsAContainerAndReadsWhatItSays() throws Exception {
        Path root = ContainerRoot.make(temp.resolve("root"));
        ContainerRoot.makeTalkative(root, GUEST);
        drive(daemon.settings("lxc+unix:///system?socket=SOCKET", HOST, PATIENCE, Optional.of(root)));
        driver.start(HOST, new GuestSpec(GUEST, "", new Resources(1, 64, 1, 1), new BootSource.Nothing(), Optional.empty(), List.of(), NONE));
        assertEquals("100000", group("lxc", "cpu", "cpu.cfs_quota_us"));
        assertEquals(Long.toString(64L << 20), group("lxc", "memory", "memory.limit_in_bytes"));
        // It writes more than libvirt keeps, and goes on only if somebody reads that.
        while (PrivateDaemon.firstProcess(GUEST).flatMap(ProcessHandle::children).findAny().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertEquals(Reason.UNSUPPORTED, assertThrows(HypervisorException.class, () -> driver.console(HOST, GUEST)).reason());
    }

    /** A machine of somebody else's, one of ours by name, and one that is on. */
    @Test
    void countsDomainsOfOthersAndTouchesNone() throws Exception {
        drive(qemu());
        long before = report().capacity().memoryMiB();
        try (Side side = daemon.side("qemu:///system")) {
            Domain off = side.libvirt().define("<domain type='qemu'><name>" + GUEST
                    + "</name><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>");
            Domain on = side.libvirt()
                    .define("<domain type='qemu'><name>theirs</name><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>");
            side.libvirt().create(on);
            assertTrue(report().guests().isEmpty(), () -> "taken for ours: " + driver.hosts());
            assertEquals(before - 32, report().capacity().memoryMiB()); // of 64 MiB, half would have been for guests
            HypervisorException refusal = assertThrows(HypervisorException.class, () -> driver.start(HOST, machine(1, 32)));
            assertTrue(refusal.getMessage().contains("already exists"), refusal.getMessage());
            driver.destroy(HOST, GUEST);
            assertEquals(Reason.NOT_FOUND, assertThrows(HypervisorException.class, () -> driver.stop(HOST, GUEST, true)).reason());
            assertEquals(2, side.libvirt().domains().size());
            side.libvirt().undefine(off);
            side.libvirt().destroy(on);
            side.libvirt().undefine(on);
        }
    }

    @Test
    void findsItsGuestsWhenTheDaemonIsBack() throws Exception {
        drive(qemu());
        driver.start(HOST, machine(1, 32));
        awaitTold("changed");
        told.clear();
        daemon.end();
        awaitTold("changed");
        assertEquals(Reason.UNAVAILABLE, assertThrows(HypervisorException.class, () -> driver.stop(HOST, GUEST, true)).reason());
        assertTrue(driver.hosts().isEmpty() && driver.technology().note().contains("libvirt"), driver.technology().note());
        PrivateDaemon.processes(GUEST).forEach(ProcessHandle::destroyForcibly); // while nobody looks
        daemon.begin();
        awaitTold(GUEST + " it ended while there was no connection to libvirt");
        assertEquals(GuestState.STOPPED, report().guests().get(GUEST));
    }

    private void awaitTold(String what) throws InterruptedException {
        while (!told.take().equals(what)) {
            continue; // something else is told before
        }
    }

    @Test
    void isReachedByTls() throws Exception {
        Settings plain = qemu();
        Path tls = temp.resolve("daemon/tls");
        Credentials credentials = Credentials.of(tls.resolve("ca.pem").toString(), tls.resolve("client.pem").toString(), tls.resolve("client.key")
                .toString())
                .orElseThrow();
        ConnectionUri uri = ConnectionUri.parse("qemu+tls://localhost:" + (daemon.port() + 1) + "/system");
        drive(new Settings("tls", uri, Kind.QEMU, HOST, Optional.of(credentials), plain.domainType(), Optional.empty(), plain.consoleDirectory(),
                plain.container(), plain.limits(), PATIENCE, Optional.empty()));
        driver.start(HOST, machine(1, 32));
        assertEquals(GuestState.RUNNING, report().guests().get(GUEST));
        while (!driver.console(HOST, GUEST).text().contains(BootSector.ready(GUEST))) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void doesNotTrustADaemonThatSomebodyElseVouchesFor() throws Exception {
        Path tls = temp.resolve("daemon/tls");
        Credentials credentials = new Credentials(tls.resolve("client.pem"), tls.resolve("client.pem"), tls.resolve("client.key"));
        Settings plain = qemu();
        Settings settings = new Settings("tls", ConnectionUri.parse("qemu+tls://localhost:" + (daemon.port() + 1) + "/system"), Kind.QEMU, HOST,
                Optional.of(credentials), plain.domainType(), Optional.empty(), plain.consoleDirectory(), plain.container(), plain.limits(), PATIENCE,
                Optional.empty());
        try (LibvirtHost host = new LibvirtHost(settings, new LibvirtHost.Listener() {

            @Override
            public void stopped(InstanceId guest, String reason) {
                throw new AssertionError("there is no guest");
            }

            @Override
            public void changed() {
                throw new AssertionError("there is no connection");
            }
        })) {
            String message = assertThrows(HypervisorException.class, host::report).getMessage();
            assertTrue(message.contains("PKIX") || message.contains("certif"), message);
        }
    }
}
