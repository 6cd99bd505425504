package org.kumiki.hypervisor.libvirt;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;
import org.kumiki.hypervisor.libvirt.rpc.Procedure;
import org.kumiki.hypervisor.libvirt.rpc.RpcClient;
import org.kumiki.hypervisor.libvirt.rpc.Transport;
import org.kumiki.hypervisor.libvirt.rpc.XdrReader;
import org.kumiki.testing.FreePort;

/** A real libvirt daemon in a mount namespace of its own, with whatever it started; nothing of it is left when it is closed. */
final class PrivateDaemon implements AutoCloseable {

    private static final Duration TO_START = Duration.ofSeconds(30);
    private static final Duration TO_HEAR = Duration.ofMinutes(1);
    private static final Path SCRIPT = Path.of("/usr/sbin/libvirtd");

    private static final Pattern LEFT = Pattern.compile("/machine/(qemu|lxc)-\\d+-i-[0-9a-f]{17}\\.libvirt-(qemu|lxc)$");

    private final Path directory;
    private final int port;
    private final boolean tls;
    private Process process;

    PrivateDaemon(Path directory) throws IOException, InterruptedException {
        this(directory, false);
    }

    /** @param tls whether it listens for that, with what is in {@code tls/} of its directory */
    PrivateDaemon(Path directory, boolean tls) throws IOException, InterruptedException {
        assumeTrue(Files.exists(SCRIPT), "there is no libvirtd");
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can have a mount namespace of his own");
        this.directory = directory;
        this.tls = tls;
        this.port = FreePort.choose();
        begin();
    }

    void begin() throws IOException, InterruptedException {
        Path script = directory.resolve("daemon.sh");
        try (InputStream resource = PrivateDaemon.class.getResourceAsStream("daemon.sh")) {
            Files.createDirectories(directory);
            Files.write(script, resource.readAllBytes());
        }
        process = new ProcessBuilder("unshare", "-m", "sh", script.toString(), directory.toString(), Integer.toString(port), tls ? "1" : "0")
                .redirectErrorStream(true).redirectOutput(directory.resolve("output").toFile()).start();
        long end = System.nanoTime() + TO_START.toNanos();
        while (true) {
            try {
                Transport.unix(socket()).close(); // a port that nobody listens at may answer itself
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException("libvirtd does not start: " + Files.readString(directory.resolve("output")), e);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** Ends the daemon, and nothing else; guests of QEMU and containers run on. */
    void end() {
        process.destroy();
        process.onExit().join();
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    Path socket() {
        return directory.resolve("run/libvirt-sock");
    }

    /** A file as the daemon sees it. */
    Path file(String path) {
        return Path.of("/proc/" + process.pid() + "/root" + path);
    }

    Settings settings(String uri, HostId host, Duration patience, Optional<Path> containerRoot) {
        ConnectionUri parsed = ConnectionUri.parse(uri.replace("SOCKET", socket().toString()).replace("PORT", Integer.toString(port)));
        return new Settings(host.value(), parsed, Kind.of(parsed), host, Optional.empty(),
                parsed.driver().equals("qemu") ? Optional.of("qemu") : Optional.empty(), Optional.empty(), Path.of("/var/log/libvirt/kumiki"),
                new Settings.Container(containerRoot, "/sbin/init", 2_000_000_000), new Settings.Limits(8, 0.5, 100_000, 1_000), patience,
                parsed.driver().equals("qemu") ? Optional.of("qemu+tcp://127.0.0.1:" + port + "/system") : Optional.empty());
    }

    /** A connection beside the driver's. */
    Side side(String uri) throws IOException, LibvirtError, InterruptedException {
        RpcClient client = new RpcClient(Transport.tcp("127.0.0.1", port, TO_START), "side", Duration.ofSeconds(5), new RpcClient.Listener() {

            @Override
            public void event(Procedure procedure, XdrReader body) {
                throw new AssertionError("nobody asked for events");
            }

            @Override
            public void closed(String reason) { // whoever calls is told
            }
        });
        Libvirt libvirt = new Libvirt(client);
        libvirt.open(uri);
        return new Side(client, libvirt);
    }

    /** libvirt hears a little later that a guest's process has ended. */
    void awaitOff(String uri, InstanceId guest) throws IOException, LibvirtError, InterruptedException {
        try (Side side = side(uri)) {
            long end = System.nanoTime() + TO_HEAR.toNanos();
            while (side.libvirt().find(Domain.uuid(guest)).filter(Domain::isOn).isPresent()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("libvirt has " + guest + " still running after " + TO_HEAR);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** Somebody else who uses the same libvirt. */
    record Side(RpcClient client, Libvirt libvirt) implements AutoCloseable {

        @Override
        public void close() {
            client.close();
        }
    }

    /** The processes and control groups of a guest. */
    Set<String> traces(InstanceId guest) throws IOException {
        Set<String> traces = new TreeSet<>();
        // else it is on its way to become another
        processes(guest).stream().filter(each -> each.parent().filter(parent -> isFor(guest, parent)).isEmpty())
                .forEach(each -> traces.add("process " + each.pid()));
        if (Files.exists(file("/var/log/libvirt/kumiki/" + guest))) {
            traces.add("console");
        }
        for (Path controller : List.of(Path.of("/sys/fs/cgroup/cpu/machine"), Path.of("/sys/fs/cgroup/memory/machine"))) {
            if (Files.isDirectory(controller)) {
                try (Stream<Path> groups = Files.list(controller)) {
                    groups.filter(group -> group.toString().contains(guest.value())).forEach(group -> traces.add(group.toString()));
                }
            }
        }
        return traces;
    }

    static List<ProcessHandle> processes(InstanceId guest) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(each -> isFor(guest, each)).toList();
        }
    }

    /** A container's first process is a child of libvirt's. */
    static Stream<ProcessHandle> firstProcess(InstanceId guest) {
        return processes(guest).stream().flatMap(ProcessHandle::children);
    }

    private static boolean isFor(InstanceId guest, ProcessHandle process) {
        return process.info().commandLine().orElse("").contains(guest.value());
    }

    @Override
    public void close() throws IOException {
        try {
            if (!process.isAlive()) {
                begin(); // or its guests would be left
            }
            endGuests();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted, and guests are left", e);
        } catch (LibvirtError e) {
            throw new IOException("a guest is left: " + e.getMessage(), e);
        } finally {
            end();
        }
        removeGroups();
    }

    /** Of a guest that ended while there was no daemon, libvirt leaves the control groups. Those that are used belong to another daemon's. */
    private static void removeGroups() throws IOException {
        try (Stream<Path> groups = Files.find(Path.of("/sys/fs/cgroup"), 3, (path, attributes) -> attributes.isDirectory()
                && LEFT.matcher(path.toString()).find())) {
            for (Path group : groups.toList()) {
                List<Path> all = inside(group);
                if (all.stream().allMatch(PrivateDaemon::isEmpty)) {
                    for (Path each : all) {
                        Files.deleteIfExists(each);
                    }
                }
            }
        }
    }

    /** A group after all that are in it. */
    private static List<Path> inside(Path group) throws IOException {
        try (Stream<Path> all = Files.find(group, 3, (path, attributes) -> attributes.isDirectory())) {
            return all.sorted(Comparator.reverseOrder()).toList();
        }
    }

    private static boolean isEmpty(Path group) {
        try {
            return Files.readString(group.resolve("cgroup.procs")).isEmpty();
        } catch (NoSuchFileException e) {
            return true; // it has gone by itself
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endGuests() throws IOException, LibvirtError, InterruptedException {
        for (String uri : List.of("qemu:///system", "lxc:///system")) {
            try (Side side = side(uri)) {
                for (Domain domain : side.libvirt().domains()) {
                    if (domain.isOn()) {
                        side.libvirt().destroy(domain);
                    }
                }
            }
        }
    }
}
