package org.kumiki.image.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** A range of network addresses, e.g. {@code 10.0.0.0/8} or {@code fc00::/7}. */
public record Cidr(InetAddress network, int prefix) {

    /** Nothing but digits, colons and dots, so that parsing never asks a name server. */
    private static final Pattern SHAPE = Pattern.compile("([0-9a-fA-F:.]+)/(\\d{1,3})");

    public Cidr {
        if (prefix < 0 || prefix > network.getAddress().length * 8) {
            throw new IllegalArgumentException(network.getHostAddress() + " has no prefix of " + prefix + " bits");
        }
    }

    public static Cidr parse(String text) {
        var match = SHAPE.matcher(text.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a range of addresses such as 10.0.0.0/8");
        }
        try {
            return new Cidr(InetAddress.getByName(match.group(1)), Integer.parseInt(match.group(2)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a range of addresses such as 10.0.0.0/8", e);
        }
    }

    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> bit % 8;
            if (((mine[bit / 8] ^ other[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefix;
    }
}
