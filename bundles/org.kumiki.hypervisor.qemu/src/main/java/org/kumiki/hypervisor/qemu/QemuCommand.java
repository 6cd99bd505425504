package org.kumiki.hypervisor.qemu;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;

/**
 * The argument vector that makes a guest's machine. A pure function: the same guest, the same vector.
 * <p>
 * Nothing that a client chose freely gets here: a guest is called by its identifier, not its name. What remains are paths, numbers,
 * addresses, and the image's kernel command line, which is an argument of its own.
 */
final class QemuCommand {

    /** What QEMU may never do again once it has started: fork, change its user, or take more than it was given. */
    private static final String SANDBOX = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";
    static final int CONSOLE_BYTES = 64 << 10;

    private final List<String> arguments = new ArrayList<>();

    private QemuCommand(String program) {
        arguments.add(program);
    }

    static List<String> of(String program, QemuVersion version, Accelerator accelerator, GuestSpec guest, GuestFiles files) {
        return List.copyOf(machine(program, version, accelerator, guest, files, Map.of()).arguments);
    }

    /**
     * The machine into which a guest comes that runs elsewhere: the very same one, but that it waits, for the guest and then for the word to go
     * on.
     *
     * @param slots where the guest's volumes are plugged in there, by volume
     */
    static List<String> receiving(String program, QemuVersion version, Accelerator accelerator, GuestSpec guest, GuestFiles files,
            Map<String, String> slots) {
        QemuCommand command = machine(program, version, accelerator, guest, files, slots);
        command.add("-incoming", "defer", "-S");
        return List.copyOf(command.arguments);
    }

    private static QemuCommand machine(String program, QemuVersion version, Accelerator accelerator, GuestSpec guest, GuestFiles files,
            Map<String, String> slots) {
        QemuCommand command = new QemuCommand(program);
        command.machine(accelerator, guest);
        command.control(files);
        command.boot(guest.boot(), guest.root());
        command.disks(guest.disks(), slots);
        command.link(guest.link(), version);
        return command;
    }

    private void machine(Accelerator accelerator, GuestSpec guest) {
        add("-nodefaults");
        add("-no-user-config");
        add("-sandbox", SANDBOX);
        add("-name", Options.of("guest=" + guest.id()).with("debug-threads", true));
        add("-machine", "q35");
        add("-accel", accelerator.option());
        add("-cpu", accelerator.cpu());
        add("-smp", guest.resources().cpus());
        add("-m", guest.resources().memoryMiB() + "M");
        String serial = serial(guest.id());
        add("-uuid", serial);
        add("-smbios", Options.of("type=1").with("serial", serial));
        add("-rtc", "base=utc");
        add("-display", "none");
        // A guest that shuts down leaves its machine standing, so that we can read its last words and know that it was no crash.
        add("-no-shutdown");
        add("-object", "rng-builtin,id=random");
        add("-device", "virtio-rng-pci,rng=random");
        // With free-page-reporting, guests that moved on a busy machine crashed over corrupt memory: docs/decisions/012.
        add("-device", "virtio-balloon-pci,id=balloon");
    }

    private void control(GuestFiles files) {
        add("-pidfile", files.pid());
        add("-chardev", Options.of("socket").with("id", "qmp").with("path", files.qmp()).with("server", true).with("wait", false));
        add("-mon", "chardev=qmp,mode=control");
        // The console is kept in memory, where a guest that writes without end overwrites itself and fills no disk.
        add("-chardev", "ringbuf,id=console,size=" + CONSOLE_BYTES);
        add("-serial", "chardev:console");
    }

    private void boot(BootSource boot, Optional<GuestDisk> root) {
        if (boot instanceof BootSource.Kernel kernel) {
            add("-kernel", kernel.kernel());
            add("-initrd", kernel.initrd());
            add("-append", kernel.commandLine());
        } else if (!(boot instanceof BootSource.Firmware) || root.isEmpty()) {
            throw new HypervisorException(HypervisorException.Reason.UNSUPPORTED, "QEMU cannot boot from " + boot + ", root disk: " + root);
        }
        root.ifPresent(disk -> disk(disk, device -> device.with("bootindex", 1)));
    }

    private void disks(Collection<GuestDisk> disks, Map<String, String> slots) {
        if (disks.size() > Slots.COUNT) {
            throw new HypervisorException(HypervisorException.Reason.UNSUPPORTED,
                    "a guest of QEMU takes at most " + Slots.COUNT + " volumes, not " + disks.size());
        }
        int number = 0;
        for (String slot : Slots.all()) {
            add("-device", Options.of("pcie-root-port").with("id", slot).with("chassis", ++number).with("slot", number));
        }
        number = 0;
        for (GuestDisk disk : disks) {
            String slot = slots.getOrDefault(disk.volume().value(), Slots.name(++number));
            disk(disk, device -> device.with("bus", slot));
        }
    }

    private void disk(GuestDisk disk, UnaryOperator<Options> place) {
        add("-blockdev", Disks.volume(disk));
        add("-device", place.apply(Options.of("virtio-blk-pci").with("id", disk.volume()).with("drive", disk.volume())
                .with("serial", Disks.serial(disk))));
    }

    private void link(NetworkLink link, QemuVersion version) {
        if (link instanceof NetworkLink.User user) {
            add("-chardev", Options.of("socket").with("id", "metadata").with("path", user.metadataSocket())
                    // Who serves the metadata comes and goes; after each of its restarts QEMU connects again.
                    .with(version.atLeast(9, 2) ? "reconnect-ms" : "reconnect", version.atLeast(9, 2) ? 1000 : 1));
            add("-netdev", Forwards.option(user));
        } else if (link instanceof NetworkLink.Tap tap) {
            add("-netdev", Options.of("tap").with("id", "net").with("ifname", tap.device()).with("script", "no").with("downscript", "no"));
        } else {
            return;
        }
        // Without an option ROM the firmware does not offer to boot from the network.
        add("-device", Options.of("virtio-net-pci").with("id", "nic").with("netdev", "net").with("mac", link.mac()).with("romfile", ""));
    }

    /**
     * The machine's serial number, which is its UUID as well, and begins with {@code ec2}: by this software in guests (cloud-init for one)
     * knows that it will find a metadata service in the manner of EC2.
     */
    static String serial(InstanceId guest) {
        return "ec2" + UUID.nameUUIDFromBytes(guest.value().getBytes(StandardCharsets.US_ASCII)).toString().substring(3);
    }

    private void add(Object... more) {
        for (Object argument : more) {
            arguments.add(argument.toString());
        }
    }
}
