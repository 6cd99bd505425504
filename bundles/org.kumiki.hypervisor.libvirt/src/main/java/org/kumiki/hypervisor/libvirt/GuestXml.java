package org.kumiki.hypervisor.libvirt;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import javax.xml.stream.XMLStreamException;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/**
 * A guest as a domain of libvirt. Pure. The name that a client gave it is nowhere in there: it is known by our identifier. What cannot be expressed
 * is refused with the reason.
 *
 * @param facts   of the libvirt that it is for
 * @param console where its console is kept on libvirt's host; empty if it is not
 */
record GuestXml(Settings settings, Session.Facts facts, Optional<Path> console, GuestSpec spec) {

    /** By which a domain says that it is ours, to people; {@link Domain#guest()} says it to us. */
    private static final String NAMESPACE = "https://kumiki.org/xmlns/libvirt/1";
    private static final int PERIOD_MICROS = 100_000;
    private static final int USERS = 65_536;

    /** Where the console of a guest is kept. */
    static Path console(Settings settings, InstanceId guest) {
        return settings.consoleDirectory().resolve(settings.kind().consoleFile(guest));
    }

    private Kind kind() {
        return settings.kind();
    }

    @Override
    public String toString() {
        return Xml.of(xml -> xml.element("domain", this::writeDomain, attributes()));
    }

    private Object[] attributes() {
        return usesSlirp() ? new Object[] { "type", facts.type(), "xmlns:qemu", "http://libvirt.org/schemas/domain/qemu/1.0" }
                : new Object[] { "type", facts.type() };
    }

    private boolean usesSlirp() {
        return kind() == Kind.QEMU && spec.link() instanceof NetworkLink.User;
    }

    private void writeDomain(Xml xml) throws XMLStreamException {
        Resources resources = spec.resources();
        xml.value("name", spec.id());
        xml.value("uuid", Domain.uuid(spec.id()));
        xml.element("metadata", inside -> inside.empty("kumiki:guest", "xmlns:kumiki", NAMESPACE, "id", spec.id(), "host", settings.host()));
        xml.value("memory", resources.memoryMiB(), "unit", "MiB");
        xml.value("vcpu", Math.max(1, resources.cpus()));
        writeLimits(xml, resources);
        if (kind().hasContainers()) {
            writeContainer(xml);
        } else {
            writeMachine(xml);
        }
    }

    /** So much processor time as its virtual CPUs are, for all that works for the guest. */
    private void writeLimits(Xml xml, Resources resources) throws XMLStreamException {
        long quota = (long) PERIOD_MICROS * Math.max(1, resources.cpus());
        String prefix = kind() == Kind.QEMU ? "global_" : "";
        if (kind() == Kind.QEMU || kind() == Kind.LXC) {
            xml.element("cputune", inside -> {
                inside.value(prefix + "period", PERIOD_MICROS);
                inside.value(prefix + "quota", quota);
            });
        }
    }

    private void writeMachine(Xml xml) throws XMLStreamException {
        xml.element("os", this::writeBoot);
        xml.element("features", inside -> {
            inside.empty("acpi");
            inside.empty("apic");
        });
        xml.empty("clock", "offset", "utc");
        xml.element("devices", this::writeDevices);
        if (usesSlirp()) {
            Slirp.write(xml, (NetworkLink.User) spec.link(), facts.version());
        }
    }

    private void writeBoot(Xml xml) throws XMLStreamException {
        if (spec.boot() instanceof BootSource.Kernel kernel) {
            xml.value("type", kind() == Kind.XEN ? "xen" : "hvm");
            xml.value("kernel", kernel.kernel());
            xml.value("initrd", kernel.initrd());
            xml.value("cmdline", kernel.commandLine() + (kind() == Kind.XEN ? " console=hvc0" : ""));
        } else if (spec.boot() instanceof BootSource.Firmware && spec.root().isPresent()) {
            xml.value("type", "hvm");
            xml.empty("boot", "dev", "hd");
        } else {
            throw refusal("a machine cannot boot from " + spec.boot() + " and root disk " + spec.root());
        }
    }

    private void writeDevices(Xml xml) throws XMLStreamException {
        List<GuestDisk> disks = DiskXml.of(spec);
        for (int place = 0; place < disks.size(); place++) {
            DiskXml.write(xml, kind(), disks.get(place), DiskXml.target(kind(), place));
        }
        if (kind() == Kind.QEMU) {
            xml.empty("controller", "type", "usb", "model", "none");
            xml.element("rng", inside -> inside.value("backend", "", "model", "builtin"), "model", "virtio");
        }
        writeLink(xml);
        if (console.isPresent() && !(kind() == Kind.XEN && spec.boot() instanceof BootSource.Kernel)) {
            xml.element("serial", inside -> inside.empty("source", "path", console.get(), "append", "off"), "type", "file");
        } else {
            xml.element("console", inside -> inside.empty("target", "type", kind() == Kind.XEN ? "xen" : "serial"), "type", "pty");
        }
    }

    private void writeLink(Xml xml) throws XMLStreamException {
        if (spec.link() instanceof NetworkLink.Tap tap && kind() == Kind.QEMU) {
            xml.element("interface", inside -> {
                inside.empty("mac", "address", tap.mac());
                inside.empty("target", "dev", tap.device(), "managed", "no");
                writeModel(inside);
            }, "type", "ethernet");
        } else if (spec.link() instanceof NetworkLink.None none && settings.network().isPresent()) {
            xml.element("interface", inside -> {
                inside.empty("mac", "address", none.mac());
                inside.empty("source", "network", settings.network().get());
                writeModel(inside);
            }, "type", "network");
        } else if (!(spec.link() instanceof NetworkLink.None) && !usesSlirp()) {
            throw refusal("by libvirt's driver for " + kind().technology() + " a guest cannot have a link of this kind: "
                    + spec.link().getClass().getSimpleName() + "; on a host that is no node it is in libvirt's own network");
        }
    }

    private void writeModel(Xml xml) throws XMLStreamException {
        if (kind() == Kind.QEMU) {
            xml.empty("model", "type", "virtio");
        }
    }

    private void writeContainer(Xml xml) throws XMLStreamException {
        Settings.Container container = settings.container();
        xml.element("os", inside -> {
            inside.value("type", "exe");
            inside.value("init", container.init());
        });
        if (kind() == Kind.LXC && container.firstId() > 0) {
            xml.element("idmap", inside -> {
                inside.empty("uid", "start", 0, "target", container.firstId(), "count", USERS);
                inside.empty("gid", "start", 0, "target", container.firstId(), "count", USERS);
            });
        }
        xml.element("features", inside -> inside.empty("privnet")); // without a link it has no network, and not the host's
        xml.element("devices", inside -> {
            writeRoot(inside, container);
            writeLink(inside);
            inside.empty("console", "type", "pty");
        });
    }

    private void writeRoot(Xml xml, Settings.Container container) throws XMLStreamException {
        if (!spec.disks().isEmpty()) {
            throw refusal("a container has no disks beside its root");
        }
        if (spec.root().isPresent()) {
            Disk disk = spec.root().get().disk();
            if (disk.format() != Disk.Format.RAW) {
                throw refusal("by libvirt a container's root disk is a raw one, not " + disk.format());
            }
            xml.element("filesystem", inside -> {
                inside.empty("driver", "type", "loop", "format", "raw");
                inside.empty("source", "file", disk.file());
                inside.empty("target", "dir", "/");
            }, "type", "file");
        } else {
            Path root = container.root().orElseThrow(() -> refusal("a container needs a root disk, or a containerRoot in the configuration"));
            xml.element("filesystem", inside -> {
                inside.empty("source", kind() == Kind.OPENVZ ? "name" : "dir", root);
                inside.empty("target", "dir", "/");
                inside.empty("readonly");
            }, "type", kind() == Kind.OPENVZ ? "template" : "mount");
        }
    }

    private static HypervisorException refusal(String why) {
        return new HypervisorException(Reason.UNSUPPORTED, why);
    }
}
