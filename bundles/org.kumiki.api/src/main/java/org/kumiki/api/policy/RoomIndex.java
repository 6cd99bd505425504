package org.kumiki.api.policy;

import java.util.Arrays;
import java.util.function.IntPredicate;

import org.kumiki.api.model.Resources;

/**
 * Hosts by how much of their CPUs and memory is free, in steps of a 64th of what the largest has, so that the fullest one that has room is
 * found without looking at the others.
 */
final class RoomIndex {

    private static final int LEVELS = 64;
    private static final int NONE = -1;

    private final Course course;
    private final long mostCpus;
    private final long mostMemoryMiB;
    /** By level of CPUs: the levels of memory at which there are hosts. */
    private final long[] levels = new long[LEVELS];
    /** By both levels: a host, which is linked with the others. */
    private final int[] first = new int[LEVELS * LEVELS];
    private final int[] next;
    private final int[] previous;
    private final int[] cell;

    RoomIndex(Course course) {
        this.course = course;
        long cpus = 1;
        long memory = 1;
        for (int host = 0; host < course.size(); host++) {
            cpus = Math.max(cpus, course.capacity(host).cpus());
            memory = Math.max(memory, course.capacity(host).memoryMiB());
        }
        mostCpus = cpus;
        mostMemoryMiB = memory;
        next = new int[course.size()];
        previous = new int[course.size()];
        cell = new int[course.size()];
        Arrays.fill(first, NONE);
        Arrays.fill(cell, NONE);
    }

    boolean contains(int host) {
        return cell[host] != NONE;
    }

    void add(int host) {
        int cpus = level(course.freeCpus(host), mostCpus);
        int memory = level(course.freeMemoryMiB(host), mostMemoryMiB);
        int at = cpus * LEVELS + memory;
        cell[host] = at;
        previous[host] = NONE;
        next[host] = first[at];
        if (first[at] != NONE) {
            previous[first[at]] = host;
        }
        first[at] = host;
        levels[cpus] |= 1L << memory;
    }

    void remove(int host) {
        int at = cell[host];
        if (previous[host] == NONE) {
            first[at] = next[host];
        } else {
            next[previous[host]] = next[host];
        }
        if (next[host] != NONE) {
            previous[next[host]] = previous[host];
        }
        if (first[at] == NONE) {
            levels[at / LEVELS] &= ~(1L << at % LEVELS);
        }
        cell[host] = NONE;
    }

    /** To be told when the room of a host has changed. */
    void changed(int host) {
        if (contains(host)) {
            remove(host);
            add(host);
        }
    }

    /** Of the hosts that may have room for so much and are accepted, one of those with the least room; -1 if there is none. */
    int fullest(Resources amount, IntPredicate accepted) {
        int found = NONE;
        int least = Integer.MAX_VALUE;
        int lowest = level(amount.memoryMiB(), mostMemoryMiB);
        for (int cpus = level(amount.cpus(), mostCpus); cpus < LEVELS; cpus++) {
            for (long left = levels[cpus] & -1L << lowest; left != 0; left &= left - 1) {
                int memory = Long.numberOfTrailingZeros(left);
                if (cpus + memory >= least) {
                    break;
                }
                int host = first(cpus * LEVELS + memory, accepted);
                if (host != NONE) {
                    found = host;
                    least = cpus + memory;
                    break;
                }
            }
        }
        return found;
    }

    private int first(int at, IntPredicate accepted) {
        int host = first[at];
        while (host != NONE && !accepted.test(host)) {
            host = next[host];
        }
        return host;
    }

    private static int level(long amount, long most) {
        return (int) Math.max(0, Math.min(LEVELS - 1, amount * (LEVELS - 1) / most));
    }
}
