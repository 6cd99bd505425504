package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.image.adapt.BootLoader.Kind;
import org.kumiki.image.adapt.Initramfs.Module;

/**
 * Decides what must be other on a system's disk so that it boots in a virtual machine: which drivers it starts with, what its devices are
 * called, where its messages go, and how it comes by its network. It reads the system's files and changes none.
 */
final class Adaptation {

    /** Looks into a first root file system. */
    interface Unpacker {
        Initramfs read(byte[] image) throws IOException;

        /** A module as it is loaded, if it was packed. */
        byte[] module(String path, byte[] content) throws IOException;
    }

    /** What it takes to find the root disk. */
    private static final List<String> NEEDED = List.of("virtio_pci", "virtio_blk");
    /** What it takes beside that, once the root is there. */
    private static final List<String> WANTED = List.of("virtio_pci", "virtio_blk", "virtio_net", "virtio_scsi");
    private static final int TEXT = 1 << 20;
    private static final int LARGEST_INITRAMFS = 512 << 20;
    private static final int LARGEST_MODULE = 16 << 20;
    private static final String FSTAB = "/etc/fstab";
    private static final String INTERFACES = "/etc/network/interfaces";
    private static final List<String> FIRST_ROOTS = List.of("initrd.img-%s", "initramfs-%s.img", "initrd-%s");
    private static final List<String> DHCP_CLIENTS = List.of("dhclient", "udhcpc", "dhcpcd", "pump");
    private static final Map<String, Kind> CONFIGURATIONS = configurations();

    private final Tree tree;
    private final Unpacker unpacker;
    private Devices devices;
    private final List<Edit> edits = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * What is to be done.
     *
     * @param edits in their order
     * @param notes what somebody should know who relies on it
     */
    record Plan(List<Edit> edits, List<String> notes) {

        Plan {
            edits = List.copyOf(edits);
            notes = List.copyOf(notes);
        }
    }

    private Adaptation(Tree tree, Devices devices, Unpacker unpacker) {
        this.tree = tree;
        this.devices = devices;
        this.unpacker = unpacker;
    }

    private static Map<String, Kind> configurations() {
        Map<String, Kind> files = new LinkedHashMap<>();
        files.put("/boot/grub/grub.cfg", Kind.GRUB_CFG);
        files.put("/boot/grub2/grub.cfg", Kind.GRUB_CFG);
        files.put("/boot/extlinux/extlinux.conf", Kind.SYSLINUX);
        files.put("/boot/extlinux/linux.cfg", Kind.SYSLINUX);
        files.put("/boot/syslinux/syslinux.cfg", Kind.SYSLINUX);
        files.put("/etc/default/grub", Kind.GRUB_DEFAULT);
        return files;
    }

    static Plan plan(Tree tree, Devices devices, Unpacker unpacker) throws IOException {
        return new Adaptation(tree, devices, unpacker).decide();
    }

    private Plan decide() throws IOException {
        Map<String, Kind> loaders = loaders();
        Optional<String> fstab = text(FSTAB);
        Optional<String> root = fstab.flatMap(text -> Fstab.mounts(text).stream().filter(mount -> mount.point().equals("/")).map(Fstab.Mount::device).findFirst());
        root.ifPresent(device -> devices = devices.knowing(device));
        for (Map.Entry<String, Kind> loader : loaders.entrySet()) {
            text(loader.getKey()).flatMap(text -> BootLoader.root(text, loader.getValue())).ifPresent(device -> devices = devices.knowing(device));
        }
        if (fstab.isPresent()) {
            change(FSTAB, fstab.get(), Fstab.change(fstab.get(), devices));
        }
        if (loaders.values().stream().allMatch(kind -> kind == Kind.GRUB_DEFAULT)) {
            notes.add("no boot loader was found that is known here: what it tells the kernel stays");
        }
        for (Map.Entry<String, Kind> loader : loaders.entrySet()) {
            String text = text(loader.getKey()).orElseThrow();
            change(loader.getKey(), text, BootLoader.change(text, loader.getValue(), devices));
        }
        drivers();
        network();
        if (text("/etc/selinux/config").filter(text -> text.lines().anyMatch(line -> line.strip().equals("SELINUX=enforcing"))).isPresent()) {
            edits.add(edit("/.autorelabel", "", "files are labelled anew at the first start, for SELinux"));
        }
        return new Plan(edits, notes);
    }

    private Map<String, Kind> loaders() throws IOException {
        Map<String, Kind> present = new LinkedHashMap<>();
        for (Map.Entry<String, Kind> file : CONFIGURATIONS.entrySet()) {
            if (tree.read(file.getKey(), TEXT).isPresent()) {
                present.put(file.getKey(), file.getValue());
            }
        }
        for (String name : tree.list("/boot/loader/entries")) {
            if (name.matches("[A-Za-z0-9._+-]+\\.conf")) {
                present.put("/boot/loader/entries/" + name, Kind.ENTRY);
            }
        }
        return present;
    }

    private void drivers() throws IOException {
        List<String> boot = tree.list("/boot");
        int found = 0;
        for (String kernel : tree.list("/lib/modules")) {
            Optional<String> name = FIRST_ROOTS.stream().map(form -> form.formatted(kernel)).filter(boot::contains).findFirst();
            if (name.isPresent() && kernel.matches("[A-Za-z0-9._+-]+")) {
                found++;
                drivers(kernel, "/boot/" + name.get());
            }
        }
        if (found == 0) {
            notes.add("no first root file system was found: the kernel must have the drivers virtio_pci and virtio_blk in itself");
        }
        if (tree.list("/etc/initramfs-tools").contains("modules")) {
            append("/etc/initramfs-tools/modules", WANTED, "a first root file system that is made anew has the drivers, too");
        } else if (tree.list("/etc").contains("dracut.conf.d")) {
            edits.add(edit("/etc/dracut.conf.d/kumiki.conf", "add_drivers+=\" " + String.join(" ", WANTED) + " \"\n",
                    "a first root file system that is made anew has the drivers, too"));
        }
    }

    private void append(String path, List<String> lines, String why) throws IOException {
        String before = text(path).orElse("");
        List<String> missing = lines.stream().filter(line -> before.lines().noneMatch(line::equals)).toList();
        if (!missing.isEmpty()) {
            edits.add(edit(path, before + (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + String.join("\n", missing) + "\n", why));
        }
    }

    private void drivers(String kernel, String path) throws IOException {
        String home = "/lib/modules/" + kernel + "/";
        ModuleIndex index = new ModuleIndex(text(home + "modules.dep").orElse(""), text(home + "modules.builtin").orElse(""));
        byte[] image = tree.read(path, LARGEST_INITRAMFS).orElseThrow(() -> new IOException(path + " is no plain file"));
        Initramfs before = unpacker.read(image);
        List<String> missing = NEEDED.stream().filter(module -> !index.isBuiltIn(module) && !before.has(module)).toList();
        if (missing.isEmpty() || before.isChanged()) {
            return;
        }
        List<String> unknown = missing.stream().filter(module -> !index.has(module)).toList();
        if (!unknown.isEmpty()) {
            notes.add("the kernel " + kernel + " has no driver " + String.join(", ", unknown) + ", and will not find its disk");
            return;
        }
        List<Module> modules = new ArrayList<>();
        for (String module : index.load(missing)) {
            byte[] content = tree.read(home + module, LARGEST_MODULE).orElseThrow(() -> new IOException(home + module + " is not there"));
            modules.add(new Module(ModuleIndex.name(module), unpacker.module(module, content)));
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(image);
        whole.writeBytes(new byte[-image.length & 3]);
        whole.writeBytes(before.with(modules));
        edits.add(new Edit(path, Optional.of(whole.toByteArray()), "the system of the kernel " + kernel + " starts with the drivers "
                + String.join(", ", modules.stream().map(Module::name).toList())));
    }

    private void network() throws IOException {
        Optional<String> interfaces = text(INTERFACES);
        Optional<String> name = interfaces.flatMap(Interfaces::first);
        if (interfaces.isPresent()) {
            Fstab.Changed changed = Interfaces.change(interfaces.get());
            change(INTERFACES, interfaces.get(), changed);
            if (!changed.changes().isEmpty() && !hasDhcp()) {
                notes.add("the system has no DHCP client, and will be given no address: install one before, e.g. udhcpc");
            }
        }
        if (name.isPresent()) {
            edits.add(edit("/etc/systemd/network/10-kumiki.link", "[Match]\nDriver=virtio_net\n\n[Link]\nName=" + name.get() + "\n",
                    "the network card is called " + name.get() + ", as the one before it"));
        }
        for (String rules : List.of("70-persistent-net.rules", "75-persistent-net-generator.rules")) {
            if (tree.list("/etc/udev/rules.d").contains(rules)) {
                edits.add(new Edit("/etc/udev/rules.d/" + rules, Optional.empty(), "names of network cards that are not there are forgotten"));
            }
        }
        if (!tree.list("/etc/netplan").isEmpty()) {
            edits.add(edit("/etc/netplan/99-kumiki.yaml", "network:\n  version: 2\n  ethernets:\n    kumiki:\n      match:\n        driver: virtio_net\n      dhcp4: true\n",
                    "the network card is given its address by DHCP"));
        } else if (tree.list("/etc/systemd/network").stream().anyMatch(file -> file.endsWith(".network"))) {
            edits.add(edit("/etc/systemd/network/05-kumiki.network", "[Match]\nDriver=virtio_net\n\n[Network]\nDHCP=ipv4\n",
                    "the network card is given its address by DHCP"));
        }
    }

    private boolean hasDhcp() throws IOException {
        for (String directory : List.of("/sbin", "/usr/sbin", "/usr/bin")) {
            if (tree.list(directory).stream().anyMatch(DHCP_CLIENTS::contains)) {
                return true;
            }
        }
        return false;
    }

    private void change(String path, String before, Fstab.Changed after) {
        if (!after.changes().isEmpty() && !after.text().equals(before)) {
            edits.add(edit(path, after.text(), String.join("; ", after.changes())));
        }
    }

    private static Edit edit(String path, String text, String why) {
        return new Edit(path, Optional.of(text.getBytes(ISO_8859_1)), why);
    }

    /** Whatever a text is written in, every byte of it stays. */
    private Optional<String> text(String path) throws IOException {
        return tree.read(path, TEXT).map(bytes -> new String(bytes, ISO_8859_1));
    }
}
