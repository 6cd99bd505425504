package org.kumiki.hypervisor.libvirt;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Which guests a hypervisor can have, of what libvirt says of it. */
record Capabilities(String architecture, List<Guest> guests) {

    /**
     * Guests of one kind.
     *
     * @param osType how they are run: {@code hvm} as on a machine, {@code xen} as those whose kernel knows, {@code exe} by the host's kernel
     * @param types  of domains, e.g. {@code qemu}, {@code kvm}
     */
    record Guest(String osType, String architecture, Set<String> types) {
    }

    static Capabilities parse(String xml) {
        Element root = Xml.parse(xml);
        List<Guest> guests = new ArrayList<>();
        NodeList found = root.getElementsByTagName("guest");
        for (int index = 0; index < found.getLength(); index++) {
            Element guest = (Element) found.item(index);
            Set<String> types = new LinkedHashSet<>();
            NodeList domains = guest.getElementsByTagName("domain");
            for (int domain = 0; domain < domains.getLength(); domain++) {
                types.add(((Element) domains.item(domain)).getAttribute("type"));
            }
            Element architecture = (Element) guest.getElementsByTagName("arch").item(0);
            guests.add(new Guest(text(guest, "os_type"), architecture == null ? "" : architecture.getAttribute("name"), types));
        }
        return new Capabilities(text(root, "arch"), guests);
    }

    private static String text(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    /** Whether guests of the host's own architecture can be run so. */
    boolean has(String osType, String type) {
        return guests.stream().anyMatch(guest -> guest.osType().equals(osType) && guest.types().contains(type)
                && (architecture.isEmpty() || guest.architecture().equals(architecture)));
    }
}
