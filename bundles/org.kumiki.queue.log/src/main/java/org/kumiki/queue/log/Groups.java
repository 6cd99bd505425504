package org.kumiki.queue.log;

import java.util.Arrays;

/**
 * The groups of a queue: the messages of each in their order, and whether one of them is in flight. A group is known by a hash of its name; should two
 * groups have the same, they are one, which keeps the order of both.
 */
final class Groups {

    static final int NONE = -1;

    private static final int LEAST = 16;

    private final SlotIndex byHash = new SlotIndex();
    private int groups;
    /** By group. Of one that is free, its head is the next that is. */
    private long[] hash = new long[LEAST];
    private int[] head = new int[LEAST];
    private int[] tail = new int[LEAST];
    private int[] blocked = new int[LEAST];
    private long[] offered = new long[LEAST];
    private int free = NONE;

    /** By the slot of a message. */
    private int[] group = new int[LEAST];
    private int[] next = new int[LEAST];
    private int[] previous = new int[LEAST];

    static long hash(String name) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
        return hash == 0 ? 1 : hash;
    }

    /** @return the group */
    int append(int slot, long hashOfName) {
        if (slot >= next.length) {
            int length = Math.max(slot + 1, next.length << 1);
            group = Arrays.copyOf(group, length);
            next = Arrays.copyOf(next, length);
            previous = Arrays.copyOf(previous, length);
        }
        int its = byHash.get(hashOfName);
        if (its == NONE) {
            its = begin(hashOfName);
        }
        group[slot] = its;
        next[slot] = NONE;
        previous[slot] = tail[its];
        if (tail[its] == NONE) {
            head[its] = slot;
        } else {
            next[tail[its]] = slot;
        }
        tail[its] = slot;
        return its;
    }

    private int begin(long hashOfName) {
        int begun = free;
        if (begun == NONE) {
            begun = groups++;
            if (begun == head.length) {
                hash = Arrays.copyOf(hash, begun << 1);
                head = Arrays.copyOf(head, begun << 1);
                tail = Arrays.copyOf(tail, begun << 1);
                blocked = Arrays.copyOf(blocked, begun << 1);
                offered = Arrays.copyOf(offered, begun << 1);
            }
        } else {
            free = head[begun];
        }
        hash[begun] = hashOfName;
        head[begun] = NONE;
        tail[begun] = NONE;
        blocked[begun] = 0;
        offered[begun] = 0;
        byHash.put(hashOfName, begun);
        return begun;
    }

    /** The message is none of its group's any more; a group without messages ends. */
    void remove(int slot) {
        int its = group[slot];
        if (previous[slot] == NONE) {
            head[its] = next[slot];
        } else {
            next[previous[slot]] = next[slot];
        }
        if (next[slot] == NONE) {
            tail[its] = previous[slot];
        } else {
            previous[next[slot]] = previous[slot];
        }
        if (head[its] == NONE) {
            byHash.remove(hash[its]);
            hash[its] = 0;
            head[its] = free;
            free = its;
        }
    }

    /** Whether the group has any messages. */
    boolean isThere(int which) {
        return hash[which] != 0;
    }

    int of(int slot) {
        return group[slot];
    }

    int head(int which) {
        return head[which];
    }

    int next(int slot) {
        return next[slot];
    }

    void block(int which, int more) {
        blocked[which] += more;
    }

    boolean isFree(int which) {
        return blocked[which] == 0;
    }

    /** @return whether it has not been offered already */
    boolean offer(int which, long sequence) {
        boolean isNew = offered[which] != sequence;
        offered[which] = sequence;
        return isNew;
    }

    void withdraw(int which, long sequence) {
        if (offered[which] == sequence) {
            offered[which] = 0;
        }
    }
}
