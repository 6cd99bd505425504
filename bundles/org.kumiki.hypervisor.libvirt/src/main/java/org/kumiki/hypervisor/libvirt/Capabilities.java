package org.kumiki.hypervisor.libvirt;

import java.util.HashSet;
import java.util.Set;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Which guests a hypervisor can have, of what libvirt says of it.
 *
 * @param architecture of the host, e.g. {@code x86_64}
 */
record Capabilities(String architecture, Set<Guest> guests) {

    /** While nobody could be asked. */
    static final Capabilities UNKNOWN = new Capabilities("", Set.of());

    /**
     * Guests of one kind.
     *
     * @param osType how they are run: {@code hvm} as on a machine, {@code xen} as those whose kernel knows, {@code exe} by the host's kernel
     * @param type   of their domains, e.g. {@code qemu}, {@code kvm}
     */
    record Guest(String osType, String type) {
    }

    static Capabilities parse(String xml) {
        Element root = Xml.parse(xml);
        Set<Guest> guests = new HashSet<>();
        NodeList found = root.getElementsByTagName("guest");
        for (int index = 0; index < found.getLength(); index++) {
            Element guest = (Element) found.item(index);
            NodeList domains = guest.getElementsByTagName("domain");
            for (int domain = 0; domain < domains.getLength(); domain++) {
                guests.add(new Guest(text(guest, "os_type"), ((Element) domains.item(domain)).getAttribute("type")));
            }
        }
        return new Capabilities(text(root, "arch"), Set.copyOf(guests));
    }

    private static String text(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    boolean has(String osType, String type) {
        return guests.contains(new Guest(osType, type));
    }

    /** Whether guests can have domains of this type at all. */
    boolean has(String type) {
        return guests.stream().anyMatch(guest -> guest.type().equals(type));
    }
}
