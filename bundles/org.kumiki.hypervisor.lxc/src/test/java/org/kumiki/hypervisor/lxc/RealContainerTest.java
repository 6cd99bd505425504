package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

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
 * The driver with real containers, of the image whose kernel {@code kumiki.guest.kernel} and whose first root file system
 * {@code kumiki.guest.initrd} are: the built-in one. Takes root.
 */
@Tag("guest")
@Timeout(240)
class RealContainerTest {

    private static final HostId HOST = new HostId("containers");
    private static final InstanceId GUEST = new InstanceId("i-0c1b2c3d4e5f60718");
    private static final VolumeId VOLUME = new VolumeId("vol-0c1b2c3d4e5f60718");
    private static final LxcSettings SETTINGS = new LxcSettings(Path.of("/usr/bin/lxc-start"), 8, 0.2, Duration.ofSeconds(20), 2_000_000_000, true);
    private static final String ADDRESS = "127.92.0.1";
    private static final int PORT = 20_080;
    private static final Resources SMALL = new Resources(1, 128, 1024, 10);
    /** There is memory for more processes than it may have. */
    private static final Resources ROOMY = new Resources(1, 1024, 1024, 10);

    @TempDir
    Path temp;

    private Path data;
    private GuestNames metadata;
    private Node node;
    private LxcHypervisor driver;
    private final BlockingQueue<String> stopped = new LinkedBlockingQueue<>();

    @BeforeEach
    void begin() throws IOException {
        data = Files.createDirectory(temp.resolve("a 'data',dir"));
        metadata = GuestNames.of(data.resolve("metadata, of"), GUEST);
        node = new PlainNode(HOST.value(), data);
        driver = driver();
    }

    @AfterEach
    void end() throws IOException {
        driver.destroy(HOST, GUEST);
        driver.stop();
        metadata.close();
    }

    private LxcHypervisor driver() {
        LxcHypervisor made = new LxcHypervisor(SETTINGS);
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

    private NetworkLink.User link(boolean outbound, Forward... forwards) {
        return new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(forwards), outbound, data.resolve("metadata, of"));
    }

    private GuestSpec guest(Optional<Disk> root, NetworkLink link) {
        return guest(SMALL, root, link);
    }

    private GuestSpec guest(Resources resources, Optional<Disk> root, NetworkLink link) {
        return new GuestSpec(GUEST, "--evil,name=\nlxc.cap.drop =", resources, boot(), root.map(disk -> new GuestDisk(VOLUME, disk, "/dev/sda1")),
                List.of(), link);
    }

    private static BootSource boot() {
        return new BootSource.Kernel(Path.of(System.getProperty("kumiki.guest.kernel")), Path.of(System.getProperty("kumiki.guest.initrd")), "");
    }

    private GuestState state() {
        return driver.hosts().get(0).guests().get(GUEST);
    }

    /** Runs a program in the guest, as its root. */
    private String inside(String... command) throws IOException {
        Node.Finished finished = tried(command);
        assertThat(finished.exitCode()).as(finished.errors()).isZero();
        return finished.output();
    }

    private Node.Finished tried(String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of("lxc-attach", "--lxcpath=/run/kumiki-lxc/stage", "--name=" + GUEST + "@" + HOST,
                "--clear-env", "--"));
        whole.addAll(List.of(command));
        return node.run(whole, Duration.ofSeconds(120));
    }

    private String console() {
        return driver.console(HOST, GUEST).text();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean connects(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(ADDRESS, port), 30_000);
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write("GET /\r\n\r\n".getBytes(UTF_8));
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> traces() throws IOException {
        List<String> traces = new ArrayList<>();
        for (String place : List.of("/run/kumiki-lxc/stage", "/run/kumiki-lxc/network", "/sys/fs/cgroup/pids/kumiki/lxc", "/sys/fs/cgroup/pids/kumiki/lxc-monitor",
                "/sys/fs/cgroup/kumiki/lxc", "/sys/fs/cgroup/kumiki/lxc-monitor")) {
            node.list(Path.of(place)).stream().filter(name -> name.contains(GUEST.value())).map(name -> place + "/" + name).forEach(traces::add);
        }
        Path users = Path.of("/run/kumiki-lxc/users");
        for (String range : node.list(users)) {
            if (Files.readSymbolicLink(users.resolve(range)).toString().contains(GUEST.value())) {
                traces.add(users + "/" + range);
            }
        }
        Files.readString(Path.of("/proc/self/mountinfo")).lines().filter(line -> line.contains(GUEST.value())).forEach(traces::add);
        return traces;
    }

    @Test
    void startsStopsAndLeavesNoTrace() throws Exception {
        driver.start(HOST, guest(Optional.empty(), link(true)));
        driver.start(HOST, guest(Optional.empty(), link(true)));
        await(() -> console().contains(" ready"));
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        assertThat(console()).contains("kumiki guest ip-172-31-16-0");
        assertThat(driver.cpuTimes().toCompletableFuture().join().get(GUEST)).isPositive();

        driver.stop(HOST, GUEST, false);

        assertThat(state()).isEqualTo(GuestState.STOPPED);
        assertThat(console()).contains(" ready");
        driver.destroy(HOST, GUEST);
        driver.destroy(HOST, GUEST);
        assertThat(driver.hosts().get(0).guests()).isEmpty();
        assertThat(traces()).isEmpty();
        assertThat(stopped).isEmpty();
    }

    @Test
    void boundsWhatAGuestTakes() throws Exception {
        driver.start(HOST, guest(ROOMY, Optional.empty(), new NetworkLink.None("02:4b:4d:1f:10:00")));
        await(() -> console().contains(" ready"));

        Node.Finished hog = tried("dd", "if=/dev/zero", "of=/dev/null", "bs=1500M", "count=1");

        assertThat(hog.exitCode()).isNotZero();
        tried("sh", "-c", "for i in $(seq 3000); do sleep 60 & done");
        assertThat(Cgroups.of(node, Cgroups.ROOT).limits(ROOMY)).filteredOn(limit -> limit.key().endsWith("pids.max")).hasSize(1)
                .allSatisfy(limit -> assertThat(tree("pids.max")).isEqualTo(limit.value()));
        assertThat(Long.parseLong(tree("pids.current"))).isPositive().isLessThanOrEqualTo(Long.parseLong(tree("pids.max")));
        assertThat(state()).isEqualTo(GuestState.RUNNING);
    }

    /** What is in a file of the guest's control group. */
    private String tree(String file) throws IOException {
        Path v1 = Path.of("/sys/fs/cgroup/pids/kumiki/lxc");
        Path group = (Files.exists(v1) ? v1 : Path.of("/sys/fs/cgroup/kumiki/lxc")).resolve(GUEST + "@" + HOST);
        return Files.readString(group.resolve(file)).strip();
    }

    @Test
    void letsAGuestsRootDoNothingToTheHost() throws Exception {
        driver.start(HOST, guest(Optional.empty(), link(true)));

        assertThat(inside("cat", "/proc/self/uid_map").strip().split("\\s+")).hasSize(3).satisfies(map -> {
            assertThat(Integer.parseInt(map[1])).isGreaterThanOrEqualTo(2_000_000_000);
        });
        for (String deed : List.of("mknod /disk b 254 0", "echo 1 > /proc/sys/vm/drop_caches", "echo b > /proc/sysrq-trigger",
                "ip address add 10.0.0.1/8 dev eth0", "ip link set eth0 down", "ip route del default", "mount -t ext4 /dev/vda /mnt",
                "mount -t sysfs sysfs /sys", "dmesg -c", "insmod /lib/modules/x.ko", "cat /dev/vda", "echo x > /proc/1/oom_score_adj",
                "nice -n -5 true", "echo 1 > /proc/sys/kernel/panic", "ls /proc/1/root/run/kumiki-lxc")) {
            assertThat(tried("sh", "-c", deed).exitCode()).as(deed).isNotZero();
        }
        assertThat(tried("date", "-s", "2001-01-01").errors()).contains("can't set date");
        assertThat(inside("sh", "-c", "ls /dev").lines()).doesNotContain("vda", "loop0", "fuse", "kvm", "tun", "mem");
    }

    @Test
    void isReachedThroughItsForwardsAloneAndTheyChangeWhileItRuns() throws Exception {
        Forward forward = new Forward("tcp", ADDRESS, PORT, 80);
        driver.start(HOST, guest(Optional.empty(), link(true, forward)));
        inside("sh", "-c", "mkdir /www; echo hello > /www/index.html; httpd -h /www; httpd -h /www -p 8080");
        assertThat(connects(PORT)).isTrue();

        driver.relink(HOST, GUEST, link(true, new Forward("tcp", ADDRESS, PORT + 1, 8080)));
        driver.relink(HOST, GUEST, link(true, new Forward("tcp", ADDRESS, PORT + 1, 8080)));

        assertThat(connects(PORT)).isFalse();
        assertThat(connects(PORT + 1)).isTrue();
    }

    @Test
    void opensConnectionsOnlyIfItMay() throws Exception {
        try (ServerSocket outside = new ServerSocket(0, 50, outside())) {
            String ask = "nc -w %d " + outside.getInetAddress().getHostAddress() + " " + outside.getLocalPort() + " < /dev/null";
            driver.start(HOST, guest(Optional.empty(), link(false)));
            await(() -> console().contains(" ready"));
            assertThat(console()).contains("kumiki guest ip-172-31-16-0");
            assertThat(tried("sh", "-c", ask.formatted(3)).exitCode()).isNotZero();

            driver.relink(HOST, GUEST, link(true));
            Thread answers = new Thread(() -> {
                try {
                    outside.accept().close();
                } catch (IOException e) {
                    stopped.add(e.toString());
                }
            });
            answers.start();
            assertThat(tried("sh", "-c", ask.formatted(60)).exitCode()).isZero();
            answers.join();
            assertThat(tried("sh", "-c", "nc -w 3 168.0.0.2 22 < /dev/null").exitCode()).as("the host's own services").isNotZero();

            driver.relink(HOST, GUEST, link(false));
            assertThat(tried("sh", "-c", ask.formatted(3)).exitCode()).isNotZero();
        }
    }

    private static InetAddress outside() throws IOException {
        return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress()).findFirst()
                .orElseThrow(() -> new IOException("this machine has no address but loopback"));
    }

    @Test
    void outlivesItsDriverAndIsFoundByTheNext() throws Exception {
        driver.start(HOST, guest(Optional.empty(), link(true)));
        String process = process();
        driver.stop();
        driver = driver();

        assertThat(state()).isEqualTo(GuestState.RUNNING);
        driver.start(HOST, guest(Optional.empty(), link(true)));
        assertThat(process()).isEqualTo(process);

        tried("poweroff", "-f");
        tried("poweroff");
        assertThat(stopped.take()).isEqualTo(GUEST + ": the guest shut down");
        assertThat(state()).isEqualTo(GuestState.STOPPED);
        assertThat(traces()).isEmpty();
    }

    private String process() throws IOException {
        return node.run(List.of("lxc-info", "--lxcpath=/run/kumiki-lxc/stage", "--name=" + GUEST + "@" + HOST, "--pid", "--no-humanize"),
                Duration.ofSeconds(10)).output().strip();
    }

    @Test
    void endsWithWhatLxcLooksAfterItWith() throws Exception {
        driver.start(HOST, guest(Optional.empty(), link(true)));
        await(() -> console().contains(" ready"));
        String process = process();

        node.run(List.of("pkill", "-KILL", "--full", "^\\[lxc monitor\\].*" + GUEST), Duration.ofSeconds(10));

        assertThat(stopped.take()).isEqualTo(GUEST + ": the guest shut down");
        assertThat(traces()).isEmpty();
        await(() -> Files.notExists(Path.of("/proc", process))); // whoever it was left to collects it in his own time
    }

    @Test
    void isClearedUpByTheNextDriverIfItEndedMeanwhile() throws Exception {
        driver.start(HOST, guest(Optional.empty(), link(true)));
        driver.stop();
        node.run(List.of("lxc-stop", "--lxcpath=/run/kumiki-lxc/stage", "--name=" + GUEST + "@" + HOST, "--kill"), Duration.ofSeconds(20));
        driver = driver();

        assertThat(state()).isEqualTo(GuestState.STOPPED);

        await(() -> traces().isEmpty());
    }

    @Test
    void startsAgainWhenItIsTold() throws Exception {
        driver.start(HOST, guest(Optional.empty(), link(true)));
        await(() -> console().contains(" ready"));

        driver.reboot(HOST, GUEST);

        await(() -> console().split(" ready", -1).length == 3);
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        assertThat(stopped).isEmpty();
    }

    /** LXC makes its groups anew then; whoever looks in between must not take it for ended, and clear it away. */
    @Test
    void isOnWhileItStartsAgain() throws Exception {
        driver.start(HOST, guest(Optional.empty(), link(true)));
        Set<GuestState> seen = EnumSet.noneOf(GuestState.class);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> looking = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                seen.add(state());
            }
        });
        try {
            for (int ready = 2; ready <= 5; ready++) {
                int so = ready;
                await(() -> console().split(" ready", -1).length == so);
                driver.reboot(HOST, GUEST);
            }
        } finally {
            over.set(true);
            looking.get(60, TimeUnit.SECONDS);
        }

        assertThat(seen).containsExactly(GuestState.RUNNING);
        assertThat(stopped).isEmpty();
    }

    @Test
    void writesToItsDiskAsAMachineWould() throws Exception {
        Disk disk = disk();
        driver.start(HOST, guest(Optional.of(disk), link(true)));
        await(() -> console().contains(" ready"));
        inside("sh", "-c", "echo kept > /root/kept; rm /etc/shells");
        driver.stop(HOST, GUEST, true);

        Node.Finished stat = node.run(List.of("debugfs", "-R", "stat /upper/root/kept", disk.file().toString()), Duration.ofSeconds(20));
        assertThat(stat.output()).contains("User:     0   Group:     0");
        driver.start(HOST, guest(Optional.of(disk), link(true)));
        assertThat(inside("cat", "/root/kept")).isEqualTo("kept\n");
        assertThat(tried("cat", "/etc/shells").exitCode()).isNotZero();
        driver.destroy(HOST, GUEST);
        assertThat(disk.file()).exists();
        assertThat(traces()).isEmpty();
    }

    private Disk disk() throws IOException {
        Path file = data.resolve("disk, of it");
        node.run(List.of("truncate", "--size=64M", file.toString()), Duration.ofSeconds(10));
        Node.Finished made = node.run(List.of("mkfs.ext4", "-q", "-L", "kumiki-root", file.toString()), Duration.ofSeconds(20));
        assertThat(made.exitCode()).as(made.errors()).isZero();
        return new Disk(file, Disk.Format.RAW, 64);
    }

    private void write(Disk disk, String... requests) throws IOException {
        Path script = Files.writeString(data.resolve("script"), String.join("\n", requests) + "\n");
        node.run(List.of("debugfs", "-w", "-f", script.toString(), disk.file().toString()), Duration.ofSeconds(20));
    }

    @Test
    void followsNoLinkThatAGuestHasLeftOnItsDisk() throws Exception {
        Path secret = Files.createDirectory(data.resolve("secret"));
        Disk disk = disk();
        write(disk, "symlink upper " + secret.toString().replace(" ", "\\ "), "symlink upper /etc");

        assertThatThrownBy(() -> driver.start(HOST, guest(Optional.of(disk), link(true)))).hasMessageContaining("is no directory");

        assertThat(secret).isEmptyDirectory();
        assertThat(traces()).isEmpty();
    }

    @Test
    void opensNoDeviceThatAGuestHasLeftOnItsDisk() throws Exception {
        Disk disk = disk();
        write(disk, "mkdir upper", "cd upper", "mknod zero c 1 5");
        driver.start(HOST, guest(Optional.of(disk), link(true)));

        assertThat(inside("ls", "-l", "/zero")).startsWith("c");
        assertThat(tried("head", "-c", "1", "/zero").errors()).contains("ermission denied");
    }

    @Test
    void refusesADiskThatIsBroken() throws Exception {
        Path file = data.resolve("noise");
        Files.write(file, new byte[8 << 20]);

        assertThatThrownBy(() -> driver.start(HOST, guest(Optional.of(new Disk(file, Disk.Format.RAW, 8)), link(true))))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED))
                .hasMessageContaining("no whole ext4 file system");

        assertThat(driver.hosts().get(0).guests()).isEmpty();
        assertThat(traces()).isEmpty();
    }

    @Test
    void refusesWhatAContainerCannotBe() {
        GuestDisk volume = new GuestDisk(VOLUME, new Disk(Path.of("/x"), Disk.Format.RAW, 1), "/dev/sdf");
        NetworkLink link = link(true);
        List<GuestSpec> impossible = List.of(
                new GuestSpec(GUEST, "a", SMALL, new BootSource.Firmware(), Optional.empty(), List.of(), link),
                new GuestSpec(GUEST, "a", SMALL, boot(), Optional.empty(), List.of(volume), link),
                new GuestSpec(GUEST, "a", SMALL, boot(), Optional.empty(), List.of(), new NetworkLink.Tap("02:4b:4d:1f:10:00", "tap0")));

        for (GuestSpec spec : impossible) {
            assertThatThrownBy(() -> driver.start(HOST, spec))
                    .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
        }

        assertThat(driver.hosts().get(0).guests()).isEmpty();
    }
}
