package org.kumiki.hypervisor.qemu;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.Hardware.DiskBus;
import org.kumiki.api.model.Hardware.NetworkCard;
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
    private static final int IDE_DISKS = 4;
    private static final int SATA_DISKS = 6;
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
        command.boot(guest);
        if (guest.hardware().disks() == DiskBus.VIRTIO) {
            command.disks(guest, slots);
        } else {
            command.fixedDisks(guest);
        }
        command.link(guest, version);
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

    private void boot(GuestSpec guest) {
        if (guest.boot() instanceof BootSource.Kernel kernel) {
            add("-kernel", kernel.kernel());
            add("-initrd", kernel.initrd());
            add("-append", kernel.commandLine());
        } else if (!(guest.boot() instanceof BootSource.Firmware && guest.root().isPresent())
                && !(guest.boot() instanceof BootSource.Network && !(guest.link() instanceof NetworkLink.None))) {
            throw new HypervisorException(HypervisorException.Reason.UNSUPPORTED,
                    "QEMU cannot boot from " + guest.boot() + ", root disk: " + guest.root() + ", network: " + guest.link());
        }
    }

    /** Where the firmware looks for the root disk, after a network that it boots from. */
    private static int place(GuestSpec guest) {
        return guest.boot() instanceof BootSource.Network ? 2 : 1;
    }

    /** Disks on IDE or SATA, all of which are there from the start: a guest finds each in the same place, wherever it goes. */
    private void fixedDisks(GuestSpec guest) {
        boolean ide = guest.hardware().disks() == DiskBus.IDE;
        List<GuestDisk> disks = new ArrayList<>(guest.disks());
        disks.sort(Comparator.comparing(GuestDisk::device));
        guest.root().ifPresent(root -> disks.add(0, root));
        int most = ide ? IDE_DISKS : SATA_DISKS;
        if (disks.size() > most) {
            throw new HypervisorException(HypervisorException.Reason.UNSUPPORTED,
                    "a guest of QEMU has at most " + most + " disks on " + guest.hardware().disks() + ", not " + disks.size());
        }
        if (ide) {
            add("-device", Options.of("piix3-ide").with("id", "piix"));
        }
        for (int number = 0; number < disks.size(); number++) {
            GuestDisk disk = disks.get(number);
            Options device = ide ? Options.of("ide-hd").with("bus", "piix." + number / 2).with("unit", number % 2)
                    : Options.of("ide-hd").with("bus", "ide." + number); // of the chipset itself
            disk(disk, guest.root().filter(disk::equals).isPresent() ? device.with("bootindex", place(guest)) : device);
        }
    }

    private void disks(GuestSpec guest, Map<String, String> slots) {
        Collection<GuestDisk> disks = guest.disks();
        if (disks.size() > Slots.COUNT) {
            throw new HypervisorException(HypervisorException.Reason.UNSUPPORTED,
                    "a guest of QEMU takes at most " + Slots.COUNT + " volumes, not " + disks.size());
        }
        guest.root().ifPresent(disk -> disk(disk, Options.of("virtio-blk-pci").with("bootindex", place(guest))));
        int number = 0;
        for (String slot : Slots.all()) {
            add("-device", Options.of("pcie-root-port").with("id", slot).with("chassis", ++number).with("slot", number));
        }
        number = 0;
        for (GuestDisk disk : disks) {
            String slot = slots.getOrDefault(disk.volume().value(), Slots.name(++number));
            disk(disk, Options.of("virtio-blk-pci").with("bus", slot));
        }
    }

    private void disk(GuestDisk disk, Options device) {
        add("-blockdev", Disks.volume(disk));
        add("-device", device.with("id", disk.volume()).with("drive", disk.volume()).with("serial", Disks.serial(disk)));
    }

    private void link(GuestSpec guest, QemuVersion version) {
        NetworkLink link = guest.link();
        if (link instanceof NetworkLink.User user) {
            add("-chardev", Options.of("socket").with("id", "metadata").with("path", user.metadataSocket())
                    // Who serves the metadata comes and goes; after each of its restarts QEMU connects again.
                    .with(version.atLeast(9, 2) ? "reconnect-ms" : "reconnect", version.atLeast(9, 2) ? 1000 : 1));
            add("-netdev", Forwards.option(user));
        } else if (link instanceof NetworkLink.Tap tap) {
            add("-netdev", Options.of("tap").with("id", "net").with("ifname", tap.device()).with("script", "no").with("downscript", "no"));
        } else if (link instanceof NetworkLink.None) {
            return;
        } else {
            throw new HypervisorException(HypervisorException.Reason.UNSUPPORTED, "a guest of QEMU has a kernel of its own, and takes no device of"
                    + " its host's: " + link);
        }
        Options card = Options.of(guest.hardware().network() == NetworkCard.PCNET ? "pcnet" : "virtio-net-pci")
                .with("id", "nic").with("netdev", "net").with("mac", link.mac());
        // What boots from the network is the card's option ROM. Without one the firmware does not offer to.
        add("-device", guest.boot() instanceof BootSource.Network ? card.with("bootindex", 1) : card.with("romfile", ""));
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
