package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.kumiki.image.Program;

/**
 * Makes a small Linux guest from the packages of the distribution that this runs on: its kernel, busybox, bash, and an SSH server.
 * <p>
 * Nothing is installed, no privilege is needed, and what the distribution updates is in the next image.
 */
public final class GuestBuilder {

    /**
     * Skips the kernel's tests of its ciphers, which take a third of a second on an emulated processor, and a check of a timer that fails
     * on hosts under load. Of other options that are said to save time, none saved a tenth of a second.
     */
    static final String COMMAND_LINE = "console=ttyS0 quiet panic=1 no_timer_check cryptomgr.notests random.trust_cpu=on";

    /** The kernel modules, by what they are for, in the order in which they are loaded. */
    private static final Map<String, List<String>> MODULES = Map.of(
            "disk", List.of("virtio_pci", "virtio_mmio", "virtio_blk", "overlay"),
            "xen", List.of("xen_blkfront", "xen_netfront"),
            "network", List.of("virtio_rng", "virtio_net"),
            "others", List.of("button", "evdev", "virtio_balloon", "virtio_console", "virtio_scsi", "sd_mod"));
    private static final List<String> PURPOSES = List.of("disk", "xen", "network", "others");

    /** What is the same in every guest, see {@code resources}: path, mode. */
    private static final Map<String, Integer> FILES = Map.ofEntries(
            Map.entry("/init", 0755),
            Map.entry("/etc/acpi/PWRF/00000080", 0755),
            Map.entry("/etc/group", 0644),
            Map.entry("/etc/nsswitch.conf", 0644),
            Map.entry("/etc/os-release", 0644),
            Map.entry("/etc/passwd", 0644),
            Map.entry("/etc/profile", 0644),
            Map.entry("/etc/shadow", 0600),
            Map.entry("/etc/shells", 0644),
            Map.entry("/usr/bin/init", 0755),
            Map.entry("/usr/bin/nohup", 0755),
            Map.entry("/usr/bin/poweroff", 0755),
            Map.entry("/usr/bin/ps", 0755),
            Map.entry("/usr/bin/reboot", 0755),
            Map.entry("/usr/bin/sudo", 0755),
            Map.entry("/usr/lib/kumiki/boot", 0755),
            Map.entry("/usr/lib/kumiki/dhcp", 0755),
            Map.entry("/usr/lib/kumiki/http", 0755),
            Map.entry("/usr/lib/kumiki/load", 0755),
            Map.entry("/usr/lib/kumiki/metadata", 0755),
            Map.entry("/usr/lib/kumiki/services", 0755),
            Map.entry("/usr/lib/kumiki/shutdown", 0755),
            Map.entry("/usr/lib/kumiki/user-data", 0755));

    private static final int WHEEL = 10;
    private static final int EC2_USER = 1000;

    private final Path directory;
    private final Path work;
    private final Consumer<String> progress;
    private final Distribution distribution;

    /**
     * @param directory where the image is made; empty
     * @param work      a directory for what is on the way; the caller deletes it
     * @param progress  told how far it is, in words for people
     */
    public GuestBuilder(Path directory, Path work, Consumer<String> progress) {
        this.directory = directory;
        this.work = work;
        this.progress = progress;
        this.distribution = new Distribution(work, progress);
    }

    public GuestImage build() throws IOException {
        if (!System.getProperty("os.arch").equals("amd64")) {
            throw new IOException("the built-in guest is made on amd64 machines only, not on " + System.getProperty("os.arch"));
        }
        KernelFiles kernel = KernelFiles.find(distribution, work.resolve("kernel"));
        progress.accept("unpacking the kernel " + kernel.version());
        Path kernelFile = directory.resolve("kernel");
        byte[] vmlinuz = Files.readAllBytes(kernel.vmlinuz());
        Path vmlinuzFile = Files.write(directory.resolve("vmlinuz"), vmlinuz);
        Files.write(kernelFile, KernelImage.unpack(vmlinuz, work).orElse(vmlinuz));

        RootTree tree = new RootTree();
        Path busybox = addPrograms(tree);
        progress.accept("packing the first root file system");
        addModules(tree, kernel);
        addFiles(tree);
        Path initrd = directory.resolve("initrd");
        try (CpioWriter out = new CpioWriter(Files.newOutputStream(initrd))) {
            tree.writeTo(out);
        }

        progress.accept("making the root disk");
        RootDisk disk = RootDisk.make(directory, busybox);
        return new GuestImage(kernelFile, vmlinuzFile, initrd, COMMAND_LINE, disk.file(), disk.format(), disk.sizeMiB());
    }

    private Path addPrograms(RootTree tree) throws IOException {
        progress.accept("gathering programs");
        Userland userland = new Userland(distribution, work.resolve("programs"), tree);
        Path busybox = userland.addStatic("/usr/bin/busybox", 0755, "busybox-static");
        userland.add("/usr/bin/bash", "bash");
        userland.add("/usr/sbin/dropbear", "dropbear-bin");
        userland.add("/usr/bin/dropbearkey", "dropbear-bin");
        userland.add("/usr/lib/openssh/sftp-server", "openssh-sftp-server");
        tree.link("/usr/lib/sftp-server", "openssh/sftp-server"); // where dropbear looks for it
        // The one program that may become root, and only for those whom sudo would let; busybox itself must not be set-uid.
        tree.file("/usr/bin/su", 04750, WHEEL, Files.readAllBytes(busybox));
        for (String applet : applets(busybox)) {
            String path = "/usr/bin/" + applet;
            if (!tree.has(path)) {
                tree.link(path, "busybox");
            }
        }
        return busybox;
    }

    private List<String> applets(Path busybox) throws IOException {
        byte[] list = Program.run(List.of(busybox.toString(), "--list"), work, Optional.empty(), Duration.ofMinutes(1));
        return new String(list, UTF_8).lines().filter(name -> !name.equals("busybox") && name.indexOf('/') < 0).toList();
    }

    private void addModules(RootTree tree, KernelFiles kernel) throws IOException {
        KernelModules modules = new KernelModules(kernel.modules(), work);
        String home = "/usr/lib/modules/" + kernel.version() + "/";
        for (String purpose : PURPOSES) {
            StringBuilder order = new StringBuilder();
            for (KernelModules.Module module : modules.load(MODULES.get(purpose))) {
                tree.file(home + module.name() + ".ko", 0644, module.content());
                order.append(module.name()).append('\n');
            }
            tree.file("/usr/lib/kumiki/modules." + purpose, 0644, order.toString().getBytes(UTF_8));
        }
    }

    private static void addFiles(RootTree tree) throws IOException {
        for (String directory : List.of("/dev", "/proc", "/sys", "/run", "/mnt", "/var/log", "/var/lib", "/etc/dropbear", "/usr/lib/kumiki")) {
            tree.directory(directory, 0755);
        }
        tree.directory("/tmp", 01777).directory("/root", 0700).directory("/home/ec2-user", 0700, EC2_USER);
        tree.characterDevice("/dev/console", 0600, 5, 1).characterDevice("/dev/null", 0666, 1, 3);
        tree.link("/bin", "usr/bin").link("/sbin", "usr/bin").link("/usr/sbin", "bin").link("/lib", "usr/lib").link("/lib64", "usr/lib64").link("/var/run", "/run");
        for (Map.Entry<String, Integer> file : FILES.entrySet()) {
            tree.file(file.getKey(), file.getValue(), resource(file.getKey()));
        }
    }

    private static byte[] resource(String path) throws IOException {
        try (InputStream in = GuestBuilder.class.getResourceAsStream("root" + path)) {
            return in.readAllBytes();
        }
    }
}
