package org.kumiki.hypervisor.incus;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A machine of its own with the real LXD of the distribution on it, which lives in namespaces and goes with this process. It has a project, a storage
 * pool and a network for guests.
 */
final class LxdHost {

    static final ObjectMapper JSON = new ObjectMapper();
    static final String POOL = "shelf";
    static final String NETWORK = "kumiki";
    private static final String PROJECT = "guests";

    private static final Path SCRIPTS = Path.of("src/test/host").toAbsolutePath();
    private static final Path PACKAGES = Path.of("../../dist/.cache/lxd").toAbsolutePath().normalize();

    private final Process process;
    private final String pid;
    private final Path shared;
    private final Api api;
    private final List<Closeable> tunnels = new ArrayList<>();

    private LxdHost(Process process, String pid, Path shared) throws IOException {
        this.process = process;
        this.pid = pid;
        this.shared = shared;
        Settings settings = settings(socket(), Duration.ofSeconds(20));
        this.api = new Api(new Wire(settings.endpoint()), settings);
    }

    /** Skips the test where LXD cannot be had. */
    static LxdHost begin(Path temp) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "a machine with LXD takes root");
        assumeTrue(Files.exists(PACKAGES.resolve("usr/bin/lxd")) || isUnpacked(temp), "this distribution has no package of LXD");
        Path shared = Files.createDirectory(temp.resolve("shared"));
        Path run = Files.createDirectory(temp.resolve("run"));
        Process process = new ProcessBuilder(SCRIPTS.resolve("lxd-host").toString(), PACKAGES.toString(), run.toString(), shared.toString())
                .redirectError(Path.of("target/lxd.log").toFile()).start();
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        if (line == null || !line.startsWith("ready ")) {
            throw new IOException("LXD does not start, see target/lxd.log: " + line);
        }
        LxdHost host = new LxdHost(process, line.substring("ready ".length()), shared);
        host.furnish();
        return host;
    }

    private static boolean isUnpacked(Path temp) throws IOException, InterruptedException {
        Files.createDirectories(PACKAGES.getParent());
        return new ProcessBuilder(SCRIPTS.resolve("lxd-packages").toString(), PACKAGES.toString()).redirectErrorStream(true)
                .redirectOutput(temp.resolve("packages.log").toFile()).start().waitFor() == 0;
    }

    private void furnish() throws IOException, InterruptedException {
        api.order("POST", "/1.0/projects", object().put("name", PROJECT));
        api.order("POST", "/1.0/storage-pools", object().put("name", POOL).put("driver", "dir"));
        ObjectNode network = object().put("name", NETWORK).put("type", "bridge");
        network.putObject("config").put("ipv4.address", "172.31.0.1/16").put("ipv4.nat", "true").put("ipv6.address", "none");
        api.order("POST", "/1.0/networks", network);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** A second client, as an administrator would be one. */
    Api api() {
        return api;
    }

    Endpoint socket() {
        return new Endpoint.Socket(Path.of("/proc/" + pid + "/root/var/lib/lxd/unix.socket"));
    }

    Settings settings(Endpoint endpoint, Duration patience) {
        return new Settings("boxes", endpoint, PROJECT, POOL, Optional.of(NETWORK), "{name}", true, 8, 0.5, 512, Duration.ofSeconds(60),
                Duration.ofSeconds(15), patience, Duration.ofSeconds(5), Duration.ofHours(1));
    }

    /** A directory that the machine sees at the same place. */
    Path shared() {
        return shared;
    }

    /** What LXD is made of: a busybox that needs no library, among others. */
    static Path packages() {
        return PACKAGES;
    }

    /** What somebody on the machine is told first who connects to a port there; empty if nobody is there. */
    String greeting(String address, int port) throws IOException {
        Process client = connect(address, port);
        try {
            return Optional.ofNullable(client.inputReader().readLine()).orElse("");
        } finally {
            client.destroy();
        }
    }

    private Process connect(String address, int port) throws IOException {
        return new ProcessBuilder("nsenter", "--net=/proc/" + pid + "/ns/net", PACKAGES.resolve("usr/bin/busybox").toString(), "nc", "-w", "5",
                address, Integer.toString(port)).start();
    }

    /** A port of ours that leads to one of the machine's loopback interface. */
    int tunnel(int port) throws IOException {
        ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        tunnels.add(server);
        Thread accepting = new Thread(() -> accept(server, port), "tunnel");
        accepting.setDaemon(true);
        accepting.start();
        return server.getLocalPort();
    }

    private void accept(ServerSocket server, int port) {
        while (true) {
            try {
                Socket client = server.accept();
                tunnels.add(client);
                Process there = connect("127.0.0.1", port);
                pump(() -> transfer(client.getInputStream(), there.getOutputStream()), there::destroy);
                pump(() -> transfer(there.getInputStream(), client.getOutputStream()), client::close);
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void transfer(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[1 << 14];
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            to.write(buffer, 0, length);
            to.flush();
        }
    }

    private interface Work {

        void perform() throws IOException;
    }

    private static void pump(Work work, Work end) {
        Thread pumping = new Thread(() -> {
            try {
                try {
                    work.perform();
                } finally {
                    end.perform();
                }
            } catch (IOException e) {
                return; // either side has closed it
            }
        }, "pump");
        pumping.setDaemon(true);
        pumping.start();
    }

    /** What can be seen of a guest on the machine: its processes, and what LXD keeps for it, but for logs, which it keeps for two days. */
    Stream<String> traces(String guest) throws IOException {
        Path root = Path.of("/proc/" + pid + "/root");
        Stream<String> files = Stream.of("var/lib/lxd/containers/", "var/lib/lxd/storage-pools/" + POOL + "/containers/")
                .map(place -> place + PROJECT + "_" + guest).filter(place -> Files.exists(root.resolve(place), LinkOption.NOFOLLOW_LINKS));
        return Stream.concat(files, ProcessHandle.allProcesses().filter(each -> each.info().commandLine().orElse("").contains(guest))
                .map(each -> "process " + each.info().command().orElse("?")));
    }

    void end() throws IOException, InterruptedException {
        for (Closeable tunnel : tunnels) {
            tunnel.close();
        }
        api.close();
        process.getOutputStream().close();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
