package org.kumiki.engine;

import java.util.BitSet;

/**
 * The addresses of instances, derived from one small number each: in the private network 172.31.0.0/16, in a public one of 127.0.0.0/8 (on
 * the loopback interface, so that every guest has its own standard ports and nothing is reached from outside), and the hardware address.
 */
final class Leases {

    static final String PRIVATE_CIDR = "172.31.0.0/16";
    private static final int FIRST = 16 * 256;
    private static final int LAST = 256 * 256 - 2;

    private Leases() {
    }

    /** A number that is not taken, or -1. Numbers that were given back rest until the end of the range is reached. */
    static int free(BitSet taken) {
        int next = Math.max(FIRST, taken.length());
        if (next <= LAST) {
            return next;
        }
        int hole = taken.nextClearBit(FIRST);
        return hole <= LAST ? hole : -1;
    }

    static String privateAddress(int lease) {
        return "172.31." + (lease >> 8) + "." + (lease & 255);
    }

    /** @param block the second number of the addresses; each platform on a machine has another */
    static String publicAddress(int block, int lease) {
        return "127." + block + "." + (lease >> 8) + "." + (lease & 255);
    }

    /** An address of its own for an account that wants one. */
    static String elasticAddress(int block, int number) {
        return "127." + block + "." + (1 + (number >> 8)) + "." + (number & 255);
    }

    static String mac(int lease) {
        return String.format("02:4b:4d:1f:%02x:%02x", lease >> 8, lease & 255);
    }

    /** The number behind a private address. */
    static int of(String privateAddress) {
        String[] parts = privateAddress.split("\\.");
        return Integer.parseInt(parts[2]) << 8 | Integer.parseInt(parts[3]);
    }
}
