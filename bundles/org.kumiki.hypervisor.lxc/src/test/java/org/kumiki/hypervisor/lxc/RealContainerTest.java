package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

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
import org.kumiki.metadata.MetadataServer;
import org.kumiki.node.contract.PlainNode;

/**
 * The driver with real containers, of the image whose kernel {@code kumiki.guest.kernel} and whose first root file system
 * {@code kumiki.guest.initrd} are: the built-in one. Takes root.
 */
@Tag("guest")
@Timeout(120)
class RealContainerTest {

    private static final HostId HOST = new HostId("containers");
    private static final InstanceId GUEST = new InstanceId("i-0c1b2c3d4e5f60718");
    private static final VolumeId VOLUME = new VolumeId("vol-0c1b2c3d4e5f60718");
    private static final LxcSettings SETTINGS = new LxcSettings(Path.of("/usr/bin/lxc-start"), 8, 0.2, Duration.ofSeconds(20), 2_000_000_000, true);
    private static final String ADDRESS = "127.92.0.1";
    private static final int PORT = 20_080;
    private static final Resources SMALL = new Resources(1, 128, 1024, 10);

    @TempDir
    Path temp;

    private Path data;
    private MetadataServer metadata;
    private Node node;
    private LxcHypervisor driver;
    private final BlockingQueue<String> stopped = new LinkedBlockingQueue<>();

    @BeforeEach
    void begin() throws IOException {
        data = Files.createDirectory(temp.resolve("a 'data',dir"));
        metadata = TestMetadata.serve(data.resolve("metadata, of"), GUEST);
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
        return new GuestSpec(GUEST, "--evil,name=\nlxc.cap.drop =", SMALL, boot(), root.map(disk -> new GuestDisk(VOLUME, disk, "/dev/sda1")),
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
        List<String> whole = new java.util.ArrayList<>(List.of("lxc-attach", "--lxcpath=/run/kumiki-lxc/stage", "--name=" + GUEST + "@" + HOST,
                "--clear-env", "--"));
        whole.addAll(List.of(command));
        return node.run(whole, Duration.ofSeconds(30));
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
            socket.connect(new InetSocketAddress(ADDRESS, port), 2_000);
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write("GET /\r\n\r\n".getBytes(UTF_8));
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> traces() throws IOException {
        List<String> traces = new java.util.ArrayList<>();
        for (String place : List.of("/run/kumiki-lxc/stage", "/run/netns", "/sys/fs/cgroup/pids/kumiki/lxc", "/sys/fs/cgroup/pids/kumiki/lxc-monitor",
                "/sys/fs/cgroup/kumiki/lxc", "/sys/fs/cgroup/kumiki/lxc-monitor")) {
            node.list(Path.of(place)).stream().filter(name -> name.contains(GUEST.value())).map(name -> place + "/" + name).forEach(traces::add);
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
        assertThat(inside("cat", "/run/metadata/instance-id")).isEqualTo(GUEST.value());

        driver.stop(HOST, GUEST, false);

        assertThat(state()).isEqualTo(GuestState.STOPPED);
        assertThat(console()).contains(" ready");
        driver.destroy(HOST, GUEST);
        driver.destroy(HOST, GUEST);
        assertThat(driver.hosts().get(0).guests()).isEmpty();
        assertThat(traces()).isEmpty();
        assertThat(stopped).isEmpty();
    }
}
