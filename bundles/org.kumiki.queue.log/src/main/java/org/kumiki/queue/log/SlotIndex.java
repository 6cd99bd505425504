package org.kumiki.queue.log;

import java.util.Arrays;

/** Finds an int by a long, without an object for each. No key is 0, no value is negative. */
final class SlotIndex {

    static final int NONE = -1;

    private static final int LEAST = 16;

    private long[] keys = new long[LEAST];
    private int[] values = new int[LEAST];
    private int size;

    int get(long key) {
        int at = find(key);
        return keys[at] == key ? values[at] : NONE;
    }

    void put(long key, int value) {
        if (key == 0 || value < 0) {
            throw new IllegalArgumentException(key + " at " + value);
        }
        int at = find(key);
        if (keys[at] == 0) {
            if (3 * (size + 1) > 2 * keys.length) {
                resize(keys.length << 1);
                at = find(key);
            }
            size++;
        }
        keys[at] = key;
        values[at] = value;
    }

    void remove(long key) {
        int gap = find(key);
        if (keys[gap] == 0) {
            return;
        }
        keys[gap] = 0;
        size--;
        // Whatever was pushed behind it must still be found.
        for (int at = next(gap); keys[at] != 0; at = next(at)) {
            int home = home(keys[at]);
            boolean isBetween = gap <= at ? gap < home && home <= at : gap < home || home <= at;
            if (!isBetween) {
                keys[gap] = keys[at];
                values[gap] = values[at];
                keys[at] = 0;
                gap = at;
            }
        }
    }

    void clear() {
        keys = new long[LEAST];
        values = new int[LEAST];
        size = 0;
    }

    int size() {
        return size;
    }

    /** From the smallest to the greatest. */
    long[] sortedKeys() {
        return Arrays.stream(keys).filter(key -> key != 0).sorted().toArray();
    }

    private void resize(int capacity) {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[capacity];
        values = new int[capacity];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }

    /** Where it is, or would be. */
    private int find(long key) {
        int at = home(key);
        while (keys[at] != key && keys[at] != 0) {
            at = next(at);
        }
        return at;
    }

    private int home(long key) {
        return (int) (key * 0x9E3779B97F4A7C15L >>> Long.numberOfLeadingZeros(keys.length - 1));
    }

    private int next(int at) {
        return at + 1 & keys.length - 1;
    }
}
