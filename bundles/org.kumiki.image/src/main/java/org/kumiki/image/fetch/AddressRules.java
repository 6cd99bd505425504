package org.kumiki.image.fetch;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses an image may be fetched from: those of the public internet, and what the operator allows on top.
 * <p>
 * The platform stands where its clients do not: next to its own endpoints, the metadata services of whatever it runs on, and the
 * operator's network. A URL of a client must not lead there.
 */
public final class AddressRules {

    /** Everything that IANA's special-purpose registries keep off the public internet. */
    private static final List<Cidr> SPECIAL = Stream.of(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4").map(Cidr::parse).toList();

    /** Of IPv6, only this is the public internet; all the rest is special or not given out. */
    private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");
    private static final List<Cidr> SPECIAL_6 = Stream.of("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20")
            .map(Cidr::parse).toList();

    private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");
    private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");

    private final List<Cidr> allowed;

    /** @param allowed ranges that are let through though they are not public */
    public AddressRules(List<Cidr> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    public boolean permits(InetAddress address) {
        return allowed.stream().anyMatch(range -> range.contains(address)) || isPublic(address);
    }

    private boolean isPublic(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return SPECIAL.stream().noneMatch(range -> range.contains(address));
        }
        byte[] bytes = address.getAddress();
        if (NAT64.contains(address)) { // leads to the IPv4 address in its last four bytes
            return permits(v4(bytes, 12));
        }
        if (SIX_TO_FOUR.contains(address)) { // tunnels to the IPv4 address after its prefix
            return permits(v4(bytes, 2));
        }
        return GLOBAL_UNICAST.contains(address) && SPECIAL_6.stream().noneMatch(range -> range.contains(address));
    }

    private static InetAddress v4(byte[] bytes, int from) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }
}
