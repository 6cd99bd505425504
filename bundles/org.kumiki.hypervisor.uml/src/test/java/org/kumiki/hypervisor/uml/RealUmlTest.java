package org.kumiki.hypervisor.uml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.node.contract.PlainNode;
import org.kumiki.testing.guest.GuestNames;

/**
 * One guest through its life, with a real kernel, of the image whose first root file system {@code kumiki.guest.initrd} is: the built-in one.
 * What it says of itself, it says by SSH.
 */
@Tag("guest")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealUmlTest {

    private static final HostId HOST = new HostId("uml");
    private static final InstanceId GUEST = new InstanceId("i-0d1b2c3d4e5f60718");
    private static final UmlSettings SETTINGS = new UmlSettings(Path.of("/usr/bin/linux.uml"), Path.of("/usr/lib/uml/modules"), 8, 0.2,
            Duration.ofSeconds(30));
    private static final String ADDRESS = "127.93.0.1";
    /** As a guest's own: one that only root may bind. */
    private static final int PORT = 922;
    private static final Resources SMALL = new Resources(1, 128, 1024, 10);
    private static final VolumeId ROOT = new VolumeId("vol-0c1b2c3d4e5f60718");
    private static final VolumeId MORE = new VolumeId("vol-0c1b2c3d4e5f60719");

    @TempDir
    static Path temp;

    private Path data;
    private Path key;
    private GuestNames metadata;
    private Node node;
    private UmlHypervisor driver;
    private GuestDisk root;
    private final BlockingQueue<String> stopped = new LinkedBlockingQueue<>();

    @BeforeAll
    void begin() throws Exception {
        data = Files.createDirectory(temp.resolve("a 'data',dir"));
        key = temp.resolve("key");
        node = new PlainNode(HOST.value(), data);
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        metadata = new GuestNames();
        metadata.tell(data.resolve("metadata, of"), GUEST, "172.31.16.0",
                Optional.of(Files.readString(key.resolveSibling("key.pub")).strip()));
        root = new GuestDisk(ROOT, disk("root, of it", "kumiki-root"), "/dev/sda1");
        driver = driver();
        driver.start(HOST, guest(Optional.of(root), link(PORT)));
    }

    @AfterAll
    void end() throws IOException {
        driver.destroy(HOST, GUEST);
        driver.stop();
        metadata.close();
    }

    private UmlHypervisor driver() {
        UmlHypervisor made = new UmlHypervisor(SETTINGS);
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

    private NetworkLink.User link(int port) {
        return new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(new Forward("tcp", ADDRESS, port, 22)), false,
                data.resolve("metadata, of"));
    }

    private static GuestSpec guest(Optional<GuestDisk> root, NetworkLink link) {
        return new GuestSpec(GUEST, "--evil,name=\nubd5=/etc/shadow", SMALL, boot(), root, List.of(), link);
    }

    private static BootSource boot() {
        return new BootSource.Kernel(Path.of(System.getProperty("kumiki.guest.kernel")), Path.of(System.getProperty("kumiki.guest.initrd")),
                "console=ttyS0 hostfs=/");
    }

    private Disk disk(String name, String label) throws IOException {
        Path file = data.resolve(name);
        run("truncate", "--size=64M", file.toString());
        run("mkfs.ext4", "-q", "-L", label, file.toString());
        return new Disk(file, Disk.Format.RAW, 64);
    }

    private void run(String... command) throws IOException {
        Node.Finished finished = node.run(List.of(command), Duration.ofSeconds(30));
        assertThat(finished.exitCode()).as(finished.errors()).isZero();
    }

    private GuestState state() {
        return driver.hosts().get(0).guests().get(GUEST);
    }

    private String console() {
        return driver.console(HOST, GUEST).text();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Runs a line of shell in the guest, as its root, once it lets us in. */
    private String inside(String line) throws Exception {
        List<Node.Finished> last = new ArrayList<>();
        await(() -> {
            last.add(tried(PORT, line));
            return last.get(last.size() - 1).exitCode() != 255; // ssh's own
        });
        Node.Finished finished = last.get(last.size() - 1);
        assertThat(finished.exitCode()).as(finished.errors()).isZero();
        return finished.output().strip();
    }

    private Node.Finished tried(int port, String line) throws IOException {
        return node.run(List.of("ssh", "-i", key.toString(), "-p", Integer.toString(port), "-o", "BatchMode=yes", "-o",
                "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=10", "-o", "LogLevel=ERROR",
                "root@" + ADDRESS, line), Duration.ofSeconds(60));
    }

    private static boolean greets(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(ADDRESS, port), 5_000);
            socket.setSoTimeout(10_000);
            return socket.getInputStream().read() == 'S';
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> traces() throws IOException {
        List<String> traces = new ArrayList<>();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            all.filter(process -> process.info().commandLine().orElse("").contains(GUEST.value()))
                    .forEach(process -> traces.add("process " + process.pid()));
        }
        for (String place : List.of("/sys/fs/cgroup/cpu/kumiki", "/sys/fs/cgroup/memory/kumiki", "/sys/fs/cgroup/pids/kumiki",
                "/sys/fs/cgroup/kumiki")) {
            if (Files.exists(Path.of(place, GUEST + "@" + HOST))) {
                traces.add(place);
            }
        }
        if (Files.readString(Path.of("/proc/self/mountinfo")).contains(GUEST.value())) {
            traces.add("mounts");
        }
        return traces;
    }

    @Test
    @Order(1)
    void comesUpAndKnowsWhoItIs() throws Exception {
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        await(() -> console().contains("kumiki guest ip-172-31-16-0.ec2.internal ready"));
        assertThat(inside("hostname; id -un")).isEqualTo("ip-172-31-16-0.ec2.internal\nroot");
        assertThat(inside("cat /proc/cpuinfo")).contains("User Mode Linux");
        assertThat(inside("df /disk; mount")).contains("/dev/ubda", "overlay on / type overlay");
        assertThat(inside("cat /sys/class/net/eth0/address; ip -4 addr show eth0")).contains("02:4b:4d:1f:10:00", "172.31.16.0");
        assertThat(driver.cpuTimes().toCompletableFuture().join()).allSatisfy((guest, time) -> assertThat(time).isPositive());
        assertThat(driver.hosts().get(0).labels()).containsKeys("uml", "limits");
    }

    @Test
    @Order(2)
    void seesNothingOfItsHost() throws Exception {
        Path secret = Files.writeString(temp.resolve("secret"), "of the host");

        // Its kernel may show it the files that are there for a program of the host: this one.
        assertThat(inside("mkdir -p /host; mount -t hostfs none /host && ls /host; ls /host/etc /host/root "
                + "/host" + secret + " 2>/dev/null; true")
                .lines()).contains("linux", "machine", "memory").doesNotContain("etc", "proc", "sys", "home", "root", "var");
        assertThat(inside("cat /host/machine/../.." + secret + " 2>&1; true")).contains("No such file");
        assertThat(inside("echo x > /host/linux; echo x > /host/initrd; true")).isEmpty();
        assertThat(Files.size(Path.of("/usr/bin/linux.uml"))).isGreaterThan(1_000_000);
        inside("umount /host");
    }

    @Test
    @Order(3)
    void isReachedThroughItsForwardsAloneAndTheyChangeWhileItRuns() throws Exception {
        driver.relink(HOST, GUEST, link(PORT + 1));
        driver.relink(HOST, GUEST, link(PORT + 1));

        assertThat(greets(PORT)).isFalse();
        assertThat(greets(PORT + 1)).isTrue();

        driver.relink(HOST, GUEST, link(PORT));
        assertThat(inside("ip link set eth0 down; ip link set eth0 up; ip route add default via 168.0.0.2; echo down and up"))
                .isEqualTo("down and up");
    }

    @Test
    @Order(4)
    void volumesComeAndGo() throws Exception {
        GuestDisk more = new GuestDisk(MORE, disk("more", "more"), "/dev/sdf");

        driver.attach(HOST, GUEST, more);
        driver.attach(HOST, GUEST, more);
        assertThat(inside("mkdir -p /more && mount -t ext4 /dev/ubdb /more && echo kept > /more/kept && cat /proc/partitions")).contains("ubdb");
        inside("umount /more");
        driver.detach(HOST, GUEST, MORE);
        driver.detach(HOST, GUEST, MORE);

        assertThat(inside("cat /proc/partitions")).contains("ubda").doesNotContain("ubdb");
        assertThat(node.run(List.of("debugfs", "-R", "cat kept", more.disk().file().toString()), Duration.ofSeconds(20)).output())
                .isEqualTo("kept\n");
        driver.attach(HOST, GUEST, more);
        assertThat(inside("mount -t ext4 /dev/ubdb /more && cat /more/kept && umount /more")).isEqualTo("kept");
        driver.detach(HOST, GUEST, MORE);
    }

    @Test
    @Order(5)
    void outlivesItsDriverAndIsFoundByTheNext() throws Exception {
        String booted = inside("cat /proc/sys/kernel/random/boot_id");
        driver.stop();
        assertThat(inside("cat /proc/sys/kernel/random/boot_id")).isEqualTo(booted);
        driver = driver();

        assertThat(state()).isEqualTo(GuestState.RUNNING);
        driver.start(HOST, guest(Optional.of(root), link(PORT)));
        assertThat(inside("cat /proc/sys/kernel/random/boot_id")).isEqualTo(booted);
    }

    @Test
    @Order(6)
    void startsAgainWhenItIsToldAndWhenItWants() throws Exception {
        String first = inside("echo kept > /root/kept; cat /proc/sys/kernel/random/boot_id");

        driver.reboot(HOST, GUEST);

        assertThat(state()).isEqualTo(GuestState.RUNNING);
        await(() -> console().split(" ready", -1).length == 3);
        String second = inside("cat /proc/sys/kernel/random/boot_id");
        assertThat(second).isNotEqualTo(first);
        inside("reboot");
        await(() -> console().split(" ready", -1).length == 4);
        assertThat(inside("cat /root/kept")).isEqualTo("kept");
        assertThat(stopped).isEmpty();
    }

    @Test
    @Order(7)
    void endsWhenItIsAskedAndKeepsItsDisk() throws Exception {
        driver.stop(HOST, GUEST, false);

        assertThat(state()).isEqualTo(GuestState.STOPPED);
        assertThat(console()).contains("Restarting system"); // which is what it was asked for; it did not
        assertThat(stopped).isEmpty();
        assertThat(node.run(List.of("e2fsck", "-f", "-n", root.disk().file().toString()), Duration.ofSeconds(30)).exitCode())
                .as("a clean disk").isZero();
        driver.start(HOST, guest(Optional.of(root), link(PORT)));
        assertThat(inside("cat /root/kept")).isEqualTo("kept");
    }

    @Test
    @Order(8)
    void tellsWhyItHasEnded() throws Exception {
        inside("poweroff");
        assertThat(stopped.take()).isEqualTo(GUEST + ": the guest shut down");
        assertThat(state()).isEqualTo(GuestState.STOPPED);

        driver.start(HOST, guest(Optional.of(root), link(PORT)));
        inside("(sleep 1; echo c > /proc/sysrq-trigger) > /dev/null 2>&1 &");
        assertThat(stopped.take()).startsWith(GUEST + ": its kernel panicked: ");
        assertThat(state()).isEqualTo(GuestState.STOPPED);
        assertThat(traces()).isEmpty();
    }

    @Test
    @Order(9)
    void leavesNothing() throws Exception {
        driver.destroy(HOST, GUEST);
        driver.destroy(HOST, GUEST);

        assertThat(driver.hosts().get(0).guests()).isEmpty();
        assertThat(traces()).isEmpty();
        assertThat(root.disk().file()).exists();
    }

    @Test
    @Order(10)
    void refusesWhatItCannotBe() {
        NetworkLink link = new NetworkLink.None("02:4b:4d:1f:10:00");
        GuestDisk missing = new GuestDisk(ROOT, new Disk(Path.of("/nonexistent"), Disk.Format.RAW, 64), "/dev/sda1");
        Map<GuestSpec, Reason> impossible = Map.of(
                new GuestSpec(GUEST, "a", SMALL, new BootSource.Firmware(), Optional.of(root), List.of(), link), Reason.UNSUPPORTED,
                new GuestSpec(GUEST, "a", new Resources(2, 128, 1024, 10), boot(), Optional.empty(), List.of(), link), Reason.UNSUPPORTED,
                guest(Optional.of(missing), link), Reason.UNAVAILABLE);

        impossible.forEach((spec, reason) -> assertThatThrownBy(() -> driver.start(HOST, spec))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(reason)));

        assertThat(driver.hosts().get(0).guests()).isEmpty();
    }
}
