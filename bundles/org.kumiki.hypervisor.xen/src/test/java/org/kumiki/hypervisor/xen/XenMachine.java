package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.node.Node;
import org.kumiki.node.ssh.SshNodes;
import org.kumiki.testing.FreePort;

/**
 * A real host of Xen in a QEMU that translates it: its hypervisor, its dom0, its guests. It is built once, from packages of the distribution, by
 * {@code test-host/build}; booted once, and from then on it goes on from the state in which it was when it had just booted. All tests of a run share it.
 */
final class XenMachine {

    private static final Path CACHE = Path.of(System.getProperty("kumiki.xen.cache", "../../dist/.cache/xen")).toAbsolutePath().normalize();
    private static final Path IMAGE = CACHE.resolve("image");
    private static final Duration TO_BUILD = Duration.ofMinutes(10);
    private static final Duration TO_BOOT = Duration.ofMinutes(5);
    private static final long PAUSE_MILLIS = 100;
    /** Two hosts at a time is what a small machine can bear. */
    private static final Map<Integer, XenMachine> RUNNING = new TreeMap<>();
    private static final SshNodes NODES = new SshNodes();

    private final int number;
    private final Path directory;
    private final int ssh;
    private final int libvirt;
    private final Process qemu;
    private final Node node;

    /** Something that comes to be true. */
    private interface Truth {

        boolean holds() throws Exception;
    }

    private XenMachine(int number) throws Exception {
        this.number = number;
        this.directory = Files.createTempDirectory("kumiki-xen-");
        this.ssh = FreePort.choose();
        this.libvirt = FreePort.choose();
        Path state = CACHE.resolve("state-" + number + "-" + Integer.toHexString(identity().hashCode()));
        boolean booted = Files.exists(state);
        List<String> command = new ArrayList<>(command());
        if (booted) {
            command.addAll(List.of("-incoming", "exec:gzip -dc " + state));
        }
        qemu = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("qemu.log").toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
        until("QEMU listens", () -> Files.exists(directory.resolve("qmp")));
        try (Qmp qmp = new Qmp(directory.resolve("qmp"))) {
            if (booted) {
                until("the state is loaded", () -> !qmp.ask("{\"execute\":\"query-status\"}").contains("inmigrate"));
            } else {
                until("dom0 is up", () -> said().contains("host " + number + " is up"));
                save(qmp, state);
            }
            qmp.ask("{\"execute\":\"cont\"}");
        }
        Path known = Files.writeString(directory.resolve("known_hosts"), "[127.0.0.1]:" + ssh + " " + Files.readString(IMAGE.resolve("host.pub")));
        node = new Addressed(NODES.node("xen" + number, ssh, IMAGE.resolve("key"), known), "10.77.0." + number);
    }

    /** Boots it, or takes the one that runs. */
    static synchronized XenMachine number(int number) throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "a host of Xen is built by root alone");
        XenMachine machine = RUNNING.get(number);
        if (machine == null) {
            build();
            machine = new XenMachine(number);
            RUNNING.put(number, machine);
        }
        return machine;
    }

    private static void build() throws IOException, InterruptedException {
        Files.createDirectories(CACHE);
        Path log = CACHE.resolve("build.log");
        Process build = new ProcessBuilder("test-host/build", IMAGE.toString()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!build.waitFor(TO_BUILD.toSeconds(), TimeUnit.SECONDS) || build.exitValue() != 0) {
            build.destroyForcibly();
            throw new IOException("the host of Xen was not built: " + Files.readString(log));
        }
    }

    private List<String> command() {
        return List.of("test-host/run", IMAGE.toString(), directory.toString(), Integer.toString(number), Integer.toString(ssh), Integer.toString(libvirt),
                "-netdev", "socket,id=n1,udp=127.0.0.1:" + wire(3 - number) + ",localaddr=127.0.0.1:" + wire(number),
                "-device", "virtio-net-pci,netdev=n1,host_mtu=30000,mac=52:54:00:77:01:0" + number);
    }

    /** The two hosts are joined by a wire of datagrams. */
    private static int wire(int number) {
        return 27_700 + number;
    }

    /** A state is of this image, this QEMU and these options, and of no other. */
    private String identity() throws IOException {
        Process version = new ProcessBuilder("qemu-system-x86_64", "--version").start();
        return Files.readString(IMAGE.resolve("made-from")) + new String(version.getInputStream().readAllBytes(), UTF_8)
                + Files.readString(Path.of("test-host/run")) + command().subList(6, command().size());
    }

    private Path serial() {
        return directory.resolve("serial");
    }

    private void save(Qmp qmp, Path state) throws Exception {
        Path made = state.resolveSibling("saving-" + number);
        qmp.ask("{\"execute\":\"stop\"}");
        qmp.ask("{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"exec:gzip -1 > " + made + "\"}}");
        until("the state is saved", () -> {
            String status = qmp.ask("{\"execute\":\"query-migrate\"}");
            if (status.contains("\"failed\"")) {
                throw new IOException(status);
            }
            return status.contains("\"status\": \"completed\"");
        });
        try (DirectoryStream<Path> old = Files.newDirectoryStream(CACHE, "state-" + number + "-*")) {
            for (Path file : old) {
                Files.delete(file);
            }
        }
        Files.move(made, state, StandardCopyOption.ATOMIC_MOVE);
    }

    private void until(String what, Truth truth) throws Exception {
        long end = System.nanoTime() + TO_BOOT.toNanos();
        while (!truth.holds()) {
            if (!qemu.isAlive() || System.nanoTime() > end) {
                throw new IOException("it should be that " + what + "; QEMU says: " + Files.readString(directory.resolve("qemu.log"))
                        + "; the machine says: " + said());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** Its dom0. */
    Node node() {
        return node;
    }

    /** Starts its libvirtd, unless it runs. @return where it listens */
    int libvirt() throws IOException {
        shell("pidof libvirtd >/dev/null || libvirtd --listen --daemon");
        return libvirt;
    }

    /** Makes a file in dom0. */
    void write(Path file, byte[] content) throws IOException {
        node.write(file, content);
    }

    /** Runs a script in dom0, with arguments. */
    String shell(String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        Node.Finished finished = node.run(command, Duration.ofMinutes(2));
        if (!finished.succeeded()) {
            throw new IOException(script + ": " + finished);
        }
        return finished.output();
    }

    /** What the hypervisor and dom0's kernel have said. */
    private String said() throws IOException {
        return Files.exists(serial()) ? Files.readString(serial()) : "";
    }

    private void end() {
        qemu.destroyForcibly();
        qemu.onExit().join();
    }
}
