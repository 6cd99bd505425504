package org.kumiki.hypervisor.libvirt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import javax.xml.stream.XMLStreamException;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Disks of machines, as libvirt is told of them and tells of them. Pure. */
final class DiskXml {

    /** What comes after {@code vd}: a machine has as many places for disks. */
    private static final String PLACES = "abcdefghijklmnopqrstuvwxyz";

    private DiskXml() {
    }

    /** All disks of a guest in order, its root disk first. */
    static List<GuestDisk> of(GuestSpec spec) {
        List<GuestDisk> disks = new ArrayList<>();
        spec.root().ifPresent(disks::add);
        disks.addAll(spec.disks());
        if (disks.size() > PLACES.length()) {
            throw full();
        }
        return disks;
    }

    static String target(Kind kind, int place) {
        return (kind == Kind.XEN ? "xvd" : "vd") + PLACES.charAt(place);
    }

    /** A disk as a document of its own. */
    static String alone(Kind kind, GuestDisk disk, String target) {
        return Xml.of(xml -> write(xml, kind, disk, target));
    }

    /** Files down to the last, each with its format, so that nothing is guessed from what a guest may have written. */
    static void write(Xml xml, Kind kind, GuestDisk disk, String target) throws XMLStreamException {
        xml.element("disk", inside -> {
            if (kind == Kind.QEMU) {
                inside.empty("driver", "name", "qemu", "type", format(disk.disk()), "discard", "unmap");
            } else {
                inside.empty("driver", "type", format(disk.disk()));
            }
            inside.empty("source", "file", disk.disk().file());
            if (kind == Kind.QEMU) {
                backing(inside, disk.disk());
            }
            inside.empty("target", "dev", target, "bus", kind == Kind.XEN ? "xen" : "virtio");
            inside.value("serial", serial(disk.volume()));
        }, "type", "file", "device", "disk");
    }

    private static void backing(Xml xml, Disk disk) throws XMLStreamException {
        if (disk.format() == Disk.Format.RAW) {
            return;
        }
        if (disk.backing().isEmpty()) {
            xml.empty("backingStore");
            return;
        }
        Disk under = disk.backing().get();
        xml.element("backingStore", inside -> {
            inside.empty("format", "type", format(under));
            inside.empty("source", "file", under.file());
            backing(inside, under);
        }, "type", "file");
    }

    private static String format(Disk disk) {
        return disk.format().name().toLowerCase(Locale.ROOT);
    }

    /** What the guest sees as the serial number of a volume: as on EC2, its identifier without the dash. */
    static String serial(VolumeId volume) {
        return volume.value().replace("-", "");
    }

    static boolean has(String domain, VolumeId volume) {
        return disk(domain, volume).isPresent();
    }

    private static Optional<Element> disk(String domain, VolumeId volume) {
        return disks(domain).stream().filter(disk -> text(disk, "serial").equals(serial(volume))).findFirst();
    }

    /** What a domain has of a volume, as libvirt wants to hear it when it is to be taken away. */
    static Optional<String> device(String domain, VolumeId volume) {
        return disk(domain, volume).map(disk -> Xml.of(xml -> xml.element("disk", inside -> {
            inside.empty("source", "file", attribute(disk, "source", "file"));
            inside.empty("target", "dev", target(disk));
        }, "type", "file", "device", "disk")));
    }

    /** A place where a domain has no disk. */
    static String free(Kind kind, String domain) {
        Set<String> taken = new HashSet<>();
        disks(domain).forEach(disk -> taken.add(target(disk)));
        for (int place = 0; place < PLACES.length(); place++) {
            if (!taken.contains(target(kind, place))) {
                return target(kind, place);
            }
        }
        throw full();
    }

    private static HypervisorException full() {
        return new HypervisorException(Reason.UNSUPPORTED, "a guest takes at most " + PLACES.length() + " disks");
    }

    private static List<Element> disks(String domain) {
        List<Element> disks = new ArrayList<>();
        NodeList found = Xml.parse(domain).getElementsByTagName("disk");
        for (int index = 0; index < found.getLength(); index++) {
            disks.add((Element) found.item(index));
        }
        return disks;
    }

    private static String target(Element disk) {
        return attribute(disk, "target", "dev");
    }

    private static String attribute(Element parent, String name, String attribute) {
        NodeList found = parent.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : ((Element) found.item(0)).getAttribute(attribute);
    }

    private static String text(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }
}
