package org.kumiki.bench.density;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.node.Node;

/**
 * Containers of {@code lxc-start} and a file each, as LXC's manual has them: the same root file system below an overlay that LXC mounts, the
 * same limits, users of their own, a console that is kept, and a network by which the web server is reached.
 */
final class Plain implements Contestant, AutoCloseable {

    /** The same devices that the driver's containers may open. */
    private static final List<String> DEVICES = List.of("c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm",
            "c 5:0 rwm", "c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm");
    private static final int FIRST_ID = 2_000_000_000;
    private static final int IDS = 65_536;
    /** Here, too, what containers write is in memory. */
    private static final Path MEMORY = Path.of("/run");

    private final Programs programs;
    private final Path place;
    private final Path containers;
    /** What all containers have below what they write themselves. */
    private final Path root;
    private final int memoryMiB;
    private final PlainNetwork network;

    Plain(Node node, Path root, int memoryMiB, PlainNetwork network) throws IOException {
        this.programs = new Programs(node);
        this.place = Files.createTempDirectory(MEMORY, "kumiki-bench-");
        this.containers = place.resolve("containers");
        this.root = root;
        this.memoryMiB = memoryMiB;
        this.network = network;
        programs.run("install", "-d", "-m", "0755", place.toString(), containers.toString());
    }

    @Override
    public String name() {
        return "lxc-start, " + network.name();
    }

    @Override
    public void start(int number) throws IOException, InterruptedException {
        Path own = Files.createDirectories(containers.resolve(name(number)));
        network.open(number);
        Files.writeString(own.resolve("config"), config(number, own));
        int first = FIRST_ID + number * IDS;
        programs.run("install", "-d", "-o", "" + first, "-g", "" + first, own.resolve("upper").toString(), own.resolve("work").toString());
        // As the driver does: LXC asks newuidmap wherever it finds one, and that wants ranges for root in /etc/subuid.
        Node.Finished started = programs.tried("env", "PATH=/usr/sbin:/sbin", "/usr/bin/lxc-start", "--lxcpath=" + containers, "--name=" + name(number),
                "--daemon", "--logfile=" + own.resolve("log"), "--logpriority=WARN");
        if (!started.succeeded()) {
            throw new IOException("LXC did not start " + name(number) + ": " + Files.readString(own.resolve("log")));
        }
    }

    private String config(int number, Path own) {
        int first = FIRST_ID + number * IDS;
        List<String> lines = new ArrayList<>(List.of("lxc.uts.name = " + name(number),
                "lxc.rootfs.path = overlay:" + root + ":" + own.resolve("upper"),
                "lxc.mount.auto = proc:mixed",
                "lxc.autodev = 1",
                "lxc.init.cmd = /sbin/init",
                "lxc.idmap = u 0 " + first + " " + IDS,
                "lxc.idmap = g 0 " + first + " " + IDS,
                "lxc.seccomp.profile = /usr/share/lxc/config/common.seccomp",
                "lxc.cgroup.dir.container = " + CpuTime.GROUP + "/" + name(number),
                "lxc.cgroup.dir.monitor = " + CpuTime.GROUP + "/monitor-" + number,
                "lxc.tty.max = 0",
                "lxc.pty.max = 256",
                "lxc.console.logfile = " + own.resolve("console"),
                "lxc.console.size = 65536",
                "lxc.console.rotate = 1",
                "lxc.cgroup.cpu.cfs_period_us = 100000",
                "lxc.cgroup.cpu.cfs_quota_us = 100000",
                "lxc.cgroup.memory.limit_in_bytes = " + ((long) memoryMiB << 20),
                "lxc.cgroup.memory.swappiness = 0",
                "lxc.cgroup.pids.max = 2048",
                "lxc.cgroup.devices.deny = a"));
        DEVICES.forEach(device -> lines.add("lxc.cgroup.devices.allow = " + device));
        lines.addAll(network.lines(number));
        return String.join("\n", lines) + "\n";
    }

    private static String name(int number) {
        return "plain-" + number;
    }

    @Override
    public InetSocketAddress address(int number) {
        return network.address(number);
    }

    @Override
    public void end(int number) throws IOException, InterruptedException {
        if (Files.exists(containers.resolve(name(number)))) {
            programs.tried("lxc-stop", "--lxcpath=" + containers, "--name=" + name(number), "--kill");
            network.close(number);
            programs.run("rm", "-r", "--one-file-system", containers.resolve(name(number)).toString());
        }
    }

    @Override
    public void close() throws IOException {
        network.close();
        programs.run("rm", "-r", "--one-file-system", place.toString());
    }
}
