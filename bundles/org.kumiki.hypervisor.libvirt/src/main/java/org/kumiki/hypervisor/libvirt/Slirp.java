package org.kumiki.hypervisor.libvirt;

import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

import javax.xml.stream.XMLStreamException;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;

/**
 * A user network inside QEMU. libvirt has no words for its forwarded ports and its metadata service, so QEMU is told by arguments of its own, which
 * libvirt passes on. Pure.
 */
final class Slirp {

    /** Where no device of libvirt's comes to be: it fills a machine's slots from below. */
    private static final String SLOT = "0x1e";
    private static final Runtime.Version MILLISECONDS_SINCE = Runtime.Version.parse("9.2");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern PROTOCOL = Pattern.compile("tcp|udp");

    private Slirp() {
    }

    static void write(Xml xml, NetworkLink.User link, String version) throws XMLStreamException {
        xml.element("qemu:commandline", inside -> {
            for (String argument : arguments(link, version)) {
                inside.empty("qemu:arg", "value", argument);
            }
        });
    }

    /**
     * No text from outside becomes an option: a comma in it is doubled.
     *
     * @param version of QEMU, e.g. {@code 7.2.22}
     */
    static List<String> arguments(NetworkLink.User link, String version) {
        StringJoiner network = new StringJoiner(",");
        network.add("user").add("id=net").add("ipv6=off").add("net=" + quoted(link.guestCidr())).add("dhcpstart=" + quoted(link.guestAddress()))
                .add("restrict=" + (link.outbound() ? "off" : "on")).add("guestfwd=tcp:169.254.169.254:80-chardev:metadata");
        link.forwards().forEach(forward -> network.add("hostfwd=" + host(forward) + "-" + quoted(link.guestAddress()) + ":" + forward.guestPort()));
        return List.of(
                // Who serves the metadata comes and goes; after each of its restarts QEMU connects again.
                "-chardev", "socket,id=metadata,path=" + quoted(link.metadataSocket())
                        + (inMilliseconds(version) ? ",reconnect-ms=1000" : ",reconnect=1"),
                "-netdev", network.toString(),
                // Without an option ROM the firmware does not offer to boot from the network.
                "-device", "virtio-net-pci,id=nic,netdev=net,romfile=,addr=" + SLOT + ",mac=" + quoted(link.mac()));
    }

    private static boolean inMilliseconds(String version) {
        return Runtime.Version.parse(version.replaceAll("(\\.0)+$", "")).compareTo(MILLISECONDS_SINCE) >= 0;
    }

    private static String host(NetworkLink.Forward forward) {
        if (!PROTOCOL.matcher(forward.protocol()).matches() || !ADDRESS.matcher(forward.address()).matches()) {
            throw new HypervisorException(Reason.REFUSED, "QEMU cannot forward " + forward);
        }
        return forward.protocol() + ":" + forward.address() + ":" + forward.port();
    }

    private static String quoted(Object value) {
        return value.toString().replace(",", ",,");
    }
}
