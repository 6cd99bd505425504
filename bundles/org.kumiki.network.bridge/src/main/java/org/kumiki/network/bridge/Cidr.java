package org.kumiki.network.bridge;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of IPv4 addresses. What it says of itself is made of numbers, whatever it was read from, so it can go into a configuration.
 *
 * @param address the first address
 * @param bits    how many bits all addresses share
 */
record Cidr(int address, int bits) {

    private static final Pattern SHAPE = Pattern.compile("([0-9.]{7,15})/([0-9]{1,2})");
    private static final Pattern ADDRESS = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})");

    Cidr {
        if (bits < 0 || bits > 32) {
            throw new IllegalArgumentException("a range of IPv4 addresses has a prefix of 0 to 32 bits, not " + bits);
        }
        address &= mask(bits);
    }

    static Cidr parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no range of IPv4 addresses such as 172.31.0.0/16");
        }
        return new Cidr(address(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** An address as a number. */
    static int address(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        int number = 0;
        for (int part = 1; part <= 4; part++) {
            if (!matcher.matches() || Integer.parseInt(matcher.group(part)) > 255) {
                throw new IllegalArgumentException("'" + text + "' is no IPv4 address");
            }
            number = number << 8 | Integer.parseInt(matcher.group(part));
        }
        return number;
    }

    static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }

    boolean contains(int other) {
        return (other & mask(bits)) == address;
    }

    /** The first address that a machine can have, which is the gateway's here. */
    String first() {
        return text(address + 1);
    }

    String network() {
        return text(address);
    }

    String netmask() {
        return text(mask(bits));
    }

    String broadcast() {
        return text(address | ~mask(bits));
    }

    private static int mask(int bits) {
        return bits == 0 ? 0 : -1 << 32 - bits;
    }

    @Override
    public String toString() {
        return text(address) + "/" + bits;
    }
}
