package org.kumiki.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Servers of technologies that a machine does not run by itself, each for one platform, which is told of it: libvirt, LXD, vSphere, Xen. They are started
 * by what their drivers are tested with, and touch nothing of the machine's own. Those that are not installed are left out.
 */
final class Servers implements AutoCloseable {

    private static final Path BUNDLES = Path.of("..").toAbsolutePath().normalize();
    private static final Path LXD_HOST = BUNDLES.resolve("org.kumiki.hypervisor.incus/src/test/host/lxd-host");
    private static final Path LXD = Platform.home().resolve("../.cache/lxd").normalize();
    private static final Path XEN_HOST = BUNDLES.resolve("org.kumiki.hypervisor.xen/test-host/run");
    private static final Path XEN = Platform.home().resolve("../.cache/xen/image").normalize();
    private static final Path LIBVIRT_DAEMON = BUNDLES
            .resolve("org.kumiki.hypervisor.libvirt/src/test/resources/org/kumiki/hypervisor/libvirt/daemon.sh");
    private static final Duration TO_LISTEN = Duration.ofSeconds(60);
    private static final Duration TO_BOOT = Duration.ofMinutes(5);
    private static final int TO_END_SECONDS = 15;

    private final Platform platform;
    private final List<Process> processes = new ArrayList<>();

    Servers(Platform platform) {
        this.platform = platform;
    }

    /** Hosts of libvirt's QEMU and of its test driver, if there is libvirt. */
    boolean libvirt() {
        if (!Program.isInstalled("libvirtd")) {
            return false;
        }
        Path directory = Platform.temporary("kumiki-libvirt-"); // libvirt bears no space in it
        start("unshare", "--mount", "sh", LIBVIRT_DAEMON.toString(), directory.toString(),
                String.valueOf(Platform.freePort()));
        Path socket = directory.resolve("run/libvirt-sock");
        Await.until("a socket of libvirt's", TO_LISTEN, () -> Files.exists(socket));
        platform.load("name = \"machines\"\ndirectory = \"machines\"\ntechnology = \"libvirt\"\n", "org.kumiki.node.directory-machines.cfg");
        platform.load("uri = \"qemu+unix:///system?socket=" + socket + "\"\nhost = \"machines\"\ndomainType = \"qemu\"\n",
                "org.kumiki.hypervisor.libvirt-machines.cfg");
        Path node = write(directory.resolve("node.xml"), "<node><memory>8388608</memory></node>\n");
        platform.load("uri = \"test+unix://" + node + "?socket=" + socket + "\"\n", "org.kumiki.hypervisor.libvirt-nothing.cfg");
        return true;
    }

    /** A host of LXD, if it has been unpacked. */
    boolean lxd() {
        if (!Files.exists(LXD.resolve("usr/bin/lxd"))) {
            return false;
        }
        Path pool = directory(platform.data().resolve("lxd")); // its own are in memory, where there is no room for the disk of a type
        Process host = start(LXD_HOST.toString(), LXD.toString(), Platform.temporary("kumiki-lxd-").toString(), platform.data().toString());
        Path socket = Path.of("/proc", firstLine(host).replaceFirst("ready ", ""), "root/var/lib/lxd/unix.socket");
        order(socket, "projects", """
                {"name": "guests"}""");
        order(socket, "storage-pools", """
                {"name": "shelf", "driver": "dir", "config": {"source": "%s"}}""".formatted(pool));
        order(socket, "networks", """
                {"name": "kumiki", "type": "bridge", "config": {"ipv4.address": "172.31.0.1/16", "ipv4.nat": "true", "ipv6.address": "none"}}""");
        platform.load("name = \"boxes\"\ndirectory = \"boxes\"\ntechnology = \"incus\"\n", "org.kumiki.node.directory-boxes.cfg");
        platform.load("server = \"unix:" + socket + "\"\nproject = \"guests\"\npool = \"shelf\"\nnetwork = \"kumiki\"\nrootOnServer = B\"true\"\n",
                "org.kumiki.hypervisor.incus-boxes.cfg");
        return true;
    }

    private static void order(Path socket, String collection, String what) {
        Program.of("curl", "--silent", "--show-error", "--fail-with-body", "--unix-socket", socket.toString(), "--data", what,
                "http://lxd/1.0/" + collection).run().text();
    }

    /** Hosts of VMware's own simulator, and an image of theirs by the name of {@code vcenter-small}, if somebody has built that. */
    boolean vSphere() {
        Optional<String> simulator = Optional.ofNullable(System.getenv("KUMIKI_VCSIM"));
        if (simulator.isEmpty()) {
            return false;
        }
        String[] address = firstLine(start(simulator.get())).split(" ");
        Path password = write(platform.data().resolve("vcenter"), "only for tests");
        platform.load("url = \"https://" + address[0] + "/sdk\"\nuser = \"kumiki\"\npasswordFile = \"" + password + "\"\nthumbprint = \"" + address[1]
                + "\"\ntemplates = [ \"small=DC0_H0_VM0\" ]\n", "org.kumiki.hypervisor.vsphere-vcenter.cfg");
        return true;
    }

    /**
     * A host of Xen, if one has been built. It shares the platform's directories, whose paths must have no blanks for that. Its guests have no network: Xen
     * has none in a process, as the others have here.
     */
    boolean xen() {
        if (!Files.exists(XEN.resolve("made-from"))) {
            return false;
        }
        Path directory = Platform.temporary("kumiki-xen-");
        int ssh = Platform.freePort();
        Process host = start(XEN_HOST.toString(), XEN.toString(), directory.toString(), "1", String.valueOf(ssh), String.valueOf(Platform.freePort()),
                "--share", platform.images().toString(), "--share", platform.data().toString());
        Path serial = directory.resolve("serial");
        Await.until("a host of Xen is up, or has ended", TO_BOOT,
                () -> !host.isAlive() || Files.exists(serial) && Platform.text(serial).contains("host 1 is up"));
        if (!host.isAlive()) {
            throw new AssertionError("a host of Xen has ended at once; its errors are above");
        }
        Path known = write(directory.resolve("known_hosts"), "[127.0.0.1]:" + ssh + " " + Platform.text(XEN.resolve("host.pub")));
        platform.load("without = [ \"xen\" ]\n", "org.kumiki.network.user.cfg");
        // Translated, it lends guests no help of a processor, and each read of a time stamp that Xen would have a part in takes long.
        platform.load("kernelGuests = \"pv\"\ntscMode = \"native\"\n", "org.kumiki.hypervisor.xen.cfg");
        platform.load("name = \"dom0\"\naddress = \"127.0.0.1\"\nport = I\"" + ssh + "\"\nkeyFile = \"" + XEN.resolve("key") + "\"\nknownHostsFile = \"" + known
                + "\"\ntechnology = \"xen\"\n", "org.kumiki.node.ssh-dom0.cfg");
        return true;
    }

    private Process start(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String firstLine(Process process) {
        try {
            return Optional.ofNullable(process.inputReader().readLine())
                    .orElseThrow(() -> new AssertionError("a server has ended at once; its errors are above"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path directory(Path directory) {
        try {
            return Files.createDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, String text) {
        try {
            return Files.setPosixFilePermissions(Files.writeString(file, text), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that clean up end with their input, and are not disturbed meanwhile; the others when they are told. */
    @Override
    public void close() {
        for (Process process : processes) {
            try {
                process.getOutputStream().close();
                if (!process.waitFor(TO_END_SECONDS, TimeUnit.SECONDS)) {
                    process.destroy();
                    process.onExit().join();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
