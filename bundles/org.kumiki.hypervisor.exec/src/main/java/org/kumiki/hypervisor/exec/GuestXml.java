package org.kumiki.hypervisor.exec;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/**
 * A guest in the formats that drivers of OpenNebula read. The name that a client gave it is in none of them: it is known by our identifier, and to
 * the driver as {@code one-NUMBER}.
 */
final class GuestXml {

    /** Disks of a guest are sda, sdb, … to an OpenNebula driver, and vda, vdb, … to libvirt. */
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;

    private GuestXml() throws XMLStreamException {
        xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
    }

    /** Something to be written. */
    private interface Part {

        void write(GuestXml to) throws XMLStreamException;
    }

    static String name(GuestRecord guest) {
        return "one-" + guest.number();
    }

    /** The guest as OpenNebula has it ({@code onevm show -x}). */
    static String machine(GuestRecord guest, GuestSpec spec, String host) {
        return document(xml -> xml.writeMachine(guest, spec, host));
    }

    static String datastore() {
        return document(xml -> xml.element("DATASTORE"));
    }

    /** What a script is told about a guest that is there. */
    static String message(GuestRecord guest, String handle, String host) {
        return document(xml -> {
            xml.begin("VMM_DRIVER_ACTION_DATA");
            xml.value("HOST", host);
            xml.value("DEPLOY_ID", handle);
            xml.begin("VM");
            xml.value("ID", guest.number());
            xml.value("NAME", guest.id());
            xml.value("DEPLOY_ID", handle);
            xml.begin("TEMPLATE");
            xml.value("VCPU", guest.description().path("cpus").asInt());
            xml.value("MEMORY", guest.description().path("memoryMiB").asLong());
            xml.end();
            xml.end();
            xml.end();
        });
    }

    /** What a probe is told: that all guests are to be listed, and not only those whose state has changed. */
    static String probe() {
        return document(xml -> {
            xml.begin("MONITOR_MESSAGE");
            xml.begin("PROBES_PERIOD");
            xml.value("SYNC_STATE_VM", -1);
            xml.end();
            xml.end();
        });
    }

    /** A domain of libvirt, as OpenNebula's core would make it of a template. */
    static String domain(GuestRecord guest, GuestSpec spec, String type) {
        return document(xml -> xml.writeDomain(guest, spec, type));
    }

    private static String document(Part part) {
        try {
            GuestXml xml = new GuestXml();
            part.write(xml);
            xml.xml.flush();
            return xml.text.toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("text is always written", e);
        }
    }

    private void writeMachine(GuestRecord guest, GuestSpec spec, String host) throws XMLStreamException {
        begin("VM");
        value("ID", guest.number());
        value("NAME", guest.id());
        value("DEPLOY_ID", guest.handle());
        begin("TEMPLATE");
        value("CPU", spec.resources().cpus());
        value("VCPU", spec.resources().cpus());
        value("MEMORY", spec.resources().memoryMiB());
        value("VMID", guest.number());
        int number = 0;
        for (GuestDisk disk : disks(spec)) {
            begin("DISK");
            value("DISK_ID", number);
            value("TYPE", "FILE");
            value("FORMAT", disk.disk().format().name().toLowerCase(Locale.ROOT));
            value("SIZE", disk.disk().sizeMiB());
            value("SOURCE", disk.disk().file());
            value("TARGET", "sd" + letter(number++));
            end();
        }
        begin("NIC");
        value("NIC_ID", 0);
        value("MAC", spec.link().mac());
        if (spec.link() instanceof NetworkLink.Tap tap) {
            value("TARGET", tap.device());
        }
        end();
        end();
        element("USER_TEMPLATE");
        begin("HISTORY_RECORDS");
        begin("HISTORY");
        value("HOSTNAME", host);
        end();
        end();
        end();
    }

    private void writeDomain(GuestRecord guest, GuestSpec spec, String type) throws XMLStreamException {
        begin("domain", "type", type);
        value("name", name(guest));
        value("uuid", Payload.uuid(guest.id().value()));
        value("vcpu", spec.resources().cpus());
        value("memory", spec.resources().memoryMiB() * 1024);
        begin("os");
        value("type", "hvm");
        if (spec.boot() instanceof BootSource.Kernel kernel) {
            value("kernel", kernel.kernel());
            value("initrd", kernel.initrd());
            value("cmdline", kernel.commandLine());
        } else {
            element("boot", "dev", "hd");
        }
        end();
        begin("features");
        element("acpi");
        end();
        begin("devices");
        int number = 0;
        for (GuestDisk disk : disks(spec)) {
            begin("disk", "type", "file", "device", "disk");
            element("driver", "name", "qemu", "type", format(disk.disk()));
            element("source", "file", disk.disk().file().toString());
            element("target", "dev", "vd" + letter(number++), "bus", "virtio");
            value("serial", disk.volume());
            backing(disk.disk());
            end();
        }
        link(spec.link());
        begin("serial", "type", "pty");
        element("target", "port", "0");
        end();
        begin("console", "type", "pty");
        element("target", "type", "serial", "port", "0");
        end();
        end();
        end();
    }

    /** Down to the last, so that nothing is guessed from what a guest may have written. */
    private void backing(Disk disk) throws XMLStreamException {
        if (disk.format() == Disk.Format.RAW) {
            return;
        }
        if (disk.backing().isEmpty()) {
            element("backingStore");
            return;
        }
        Disk under = disk.backing().get();
        begin("backingStore", "type", "file");
        element("format", "type", format(under));
        element("source", "file", under.file().toString());
        backing(under);
        end();
    }

    private void link(NetworkLink link) throws XMLStreamException {
        if (link instanceof NetworkLink.None) {
            return;
        }
        boolean tap = link instanceof NetworkLink.Tap;
        begin("interface", "type", tap ? "ethernet" : "user");
        element("mac", "address", link.mac());
        if (link instanceof NetworkLink.Tap device) {
            element("target", "dev", device.device(), "managed", "no");
        }
        element("model", "type", "virtio");
        end();
    }

    private static List<GuestDisk> disks(GuestSpec spec) {
        List<GuestDisk> disks = new ArrayList<>();
        spec.root().ifPresent(disks::add);
        disks.addAll(spec.disks());
        if (disks.size() > LETTERS.length()) {
            throw new HypervisorException(Reason.UNSUPPORTED, "a guest of an OpenNebula driver has at most " + LETTERS.length() + " disks");
        }
        return disks;
    }

    private static String format(Disk disk) {
        return disk.format().name().toLowerCase(Locale.ROOT);
    }

    private static char letter(int number) {
        return LETTERS.charAt(number);
    }

    private void begin(String name, String... attributes) throws XMLStreamException {
        xml.writeStartElement(name);
        for (int i = 0; i < attributes.length; i += 2) {
            xml.writeAttribute(attributes[i], attributes[i + 1]);
        }
    }

    private void end() throws XMLStreamException {
        xml.writeEndElement();
    }

    private void element(String name, String... attributes) throws XMLStreamException {
        begin(name, attributes);
        end();
    }

    private void value(String name, Object value) throws XMLStreamException {
        begin(name);
        xml.writeCharacters(value.toString());
        end();
    }
}
