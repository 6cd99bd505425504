package org.kumiki.network.bridge;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The network that all guests are in, as each host has it. Every value has been checked: it can go into an argument or a rule.
 *
 * @param bridge      the bridge's name, which our tables are called by too
 * @param cidr        the guests' addresses; the first one is the gateway's, on every host the same
 * @param uplink      the device that joins the bridge to those of other hosts
 * @param outside     whether guests reach what is not in {@code cidr}, by their host's address
 * @param hosts       whether guests reach their host
 * @param dns         whether the gateway answers questions for names
 * @param metadataMac the hardware address of the device elsewhere in the segment at which metadata is served; absent if the host serves it
 */
record Segment(String bridge, Cidr cidr, Optional<String> uplink, boolean outside, boolean hosts, boolean dns, Optional<String> metadataMac) {

    /** The gateway's on every host, so that a guest that moves finds it again; no frame of it leaves a host. */
    static final String GATEWAY_MAC = "06:4b:4d:00:00:01";
    static final String METADATA = "169.254.169.254";

    private static final Pattern DEVICE = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,14}");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

    Segment {
        checkDevice(bridge);
        uplink.ifPresent(Segment::checkDevice);
        metadataMac.ifPresent(Segment::checkMac);
        if (cidr.bits() < 8 || cidr.bits() > 29) {
            throw new IllegalArgumentException("a network for guests has a prefix of 8 to 29 bits, unlike " + cidr);
        }
    }

    String gateway() {
        return cidr.first();
    }

    static String checkDevice(String name) {
        if (!DEVICE.matcher(name).matches() || name.matches("kum[in]-.*")) {
            throw new IllegalArgumentException("'" + name + "' is no name for a network device of the host");
        }
        return name;
    }

    static String checkMac(String mac) {
        if (!MAC.matcher(mac).matches()) {
            throw new IllegalArgumentException("'" + mac + "' is no hardware address");
        }
        return mac;
    }
}
