package org.kumiki.hypervisor.incus;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;

/**
 * A guest's network in the words of LXD: an interface on a managed bridge that lets nothing through but the guest's own address, or nothing at all; a
 * proxy in the guest for its metadata, and one on the server for each forwarded port. Pure functions; what is no address gets into none of them.
 */
final class Links {

    static final String METADATA = "169.254.169.254";

    private static final String DEVICE = "eth0";
    private static final Pattern ADDRESS = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern CIDR = Pattern.compile("(" + ADDRESS + ")/(\\d{1,2})");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final Pattern PROTOCOL = Pattern.compile("tcp|udp");
    private static final Pattern SOCKET = Pattern.compile("/[^\\p{Cc}]+");

    /**
     * A managed bridge.
     *
     * @param address its own, where it is also asked for names
     * @param prefix  how many bits all addresses on it have in common
     */
    record Bridge(String name, String address, int prefix) {

        /** @param cidr e.g. {@code 172.31.0.1/16}; from the server */
        static Bridge of(String name, String cidr) {
            Matcher parts = CIDR.matcher(cidr);
            if (!parts.matches() || Integer.parseInt(parts.group(6)) > Integer.SIZE) {
                throw new HypervisorException(Reason.UNAVAILABLE, "the network " + name
                        + " has no IPv4 subnet for guests: give it one by `lxc network set "
                        + name + " ipv4.address=172.31.0.1/16`");
            }
            return new Bridge(name, parts.group(1), Integer.parseInt(parts.group(6)));
        }

        boolean holds(String guest) {
            long mask = prefix == 0 ? 0 : -1L << Integer.SIZE - prefix;
            return (number(guest) & mask) == (number(address) & mask) && !guest.equals(address);
        }
    }

    private Links() {
    }

    /**
     * Judges a link before anything is done for it.
     *
     * @param network that is configured
     * @param isHere  whether the server is on this machine
     */
    static void check(NetworkLink link, Optional<String> network, boolean isHere) {
        if (link instanceof NetworkLink.Tap) {
            throw new HypervisorException(Reason.UNSUPPORTED,
                    "a server of containers takes no tap device, which a bridged network gives: only user networks");
        }
        if (!(link instanceof NetworkLink.User user)) {
            return;
        }
        if (!isHere) {
            throw new HypervisorException(Reason.UNSUPPORTED,
                    "the server is on another machine, where no metadata service is and forwarded ports lead nowhere:"
                    + " only guests without a network are started there");
        }
        if (network.isEmpty()) {
            throw new HypervisorException(Reason.UNSUPPORTED,
                    "no network of the server is configured for guests: make one by `lxc network create kumiki"
                    + " ipv4.address=172.31.0.1/16 ipv6.address=none`, and configure network=\"kumiki\"");
        }
        if (!isAddress(user.guestAddress()) || !MAC.matcher(user.mac()).matches() || !SOCKET.matcher(user.metadataSocket().toString()).matches()) {
            throw new HypervisorException(Reason.REFUSED, "this is no network for a container: " + user);
        }
        for (Forward forward : user.forwards()) {
            if (!PROTOCOL.matcher(forward.protocol()).matches() || !isAddress(forward.address())) {
                throw new HypervisorException(Reason.REFUSED, "a container cannot be given " + forward);
            }
        }
    }

    private static boolean isAddress(String text) {
        Matcher parts = ADDRESS.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        for (int part = 1; part <= parts.groupCount(); part++) {
            if (Integer.parseInt(parts.group(part)) > 255) {
                return false;
            }
        }
        return true;
    }

    /** Devices by their names. */
    static Map<String, Map<String, String>> devices(NetworkLink.User link, Bridge bridge) {
        if (!bridge.holds(link.guestAddress())) {
            throw new HypervisorException(Reason.UNSUPPORTED, "the network " + bridge.name() + " (" + bridge.address() + "/" + bridge.prefix()
                    + ") has no place for the guest's address " + link.guestAddress());
        }
        Map<String, Map<String, String>> devices = new LinkedHashMap<>();
        devices.put(DEVICE, card(link, bridge));
        devices.put("metadata", Map.of("type", "proxy", "bind", "instance", "listen", "tcp:" + METADATA + ":80",
                "connect", "unix:" + link.metadataSocket()));
        for (Forward forward : link.forwards()) {
            devices.put(name(forward), Map.of("type", "proxy", "bind", "host",
                    "listen", forward.protocol() + ":" + forward.address() + ":" + forward.port(),
                    "connect", forward.protocol() + ":" + link.guestAddress() + ":" + forward.guestPort()));
        }
        return devices;
    }

    /** The server's firewall drops what comes from another address; with none, it drops everything. */
    private static Map<String, String> card(NetworkLink.User link, Bridge bridge) {
        return Map.of("type", "nic", "name", DEVICE, "network", bridge.name(), "hwaddr", link.mac(), "security.mac_filtering", "true",
                "security.ipv4_filtering", "true", "security.ipv6_filtering", "true", "security.port_isolation", "true",
                "ipv4.address", link.outbound() ? link.guestAddress() : "none", "ipv6.address", "none");
    }

    private static String name(Forward forward) {
        return forward.protocol() + "-" + forward.address() + "-" + forward.port();
    }

    /** Lines of LXC's own configuration: the addresses are there before the guest is, which need not ask for them. */
    static String addresses(NetworkLink.User link, Bridge bridge) {
        return "lxc.net.0.ipv4.address = " + link.guestAddress() + "/" + bridge.prefix() + "\n"
                + "lxc.net.0.ipv4.address = " + METADATA + "/32\n"
                + "lxc.net.0.ipv4.gateway = " + bridge.address() + "\n";
    }

    private static long number(String address) {
        try {
            long number = 0;
            for (byte part : InetAddress.getByName(address).getAddress()) {
                number = number << 8 | part & 0xff;
            }
            return number;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + address, e);
        }
    }
}
