package org.kumiki.queue.log;

import java.util.Arrays;

/**
 * Things by when their turn comes: pairs of a key, by which they come, and what it is about; a heap, without an object for each. Whoever takes something
 * out looks whether it still holds; what does not is swept out when it is the most of it.
 */
final class Agenda {

    private static final int LEAST = 16;

    /** Whether an entry still holds. */
    interface Holds {

        boolean test(long key, long subject);
    }

    private long[] keys = new long[LEAST];
    private long[] subjects = new long[LEAST];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Of the first one. */
    long key() {
        return keys[0];
    }

    /** Of the first one. */
    long subject() {
        return subjects[0];
    }

    void add(long key, long subject) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size << 1);
            subjects = Arrays.copyOf(subjects, size << 1);
        }
        up(size++, key, subject);
    }

    /** Takes the first one out. */
    void remove() {
        size--;
        if (size > 0) {
            down(0, keys[size], subjects[size]);
        }
    }

    void clear() {
        keys = new long[LEAST];
        subjects = new long[LEAST];
        size = 0;
    }

    /** Takes out what does not hold, if there is more than twice as much as can hold. */
    void sweep(int holding, Holds holds) {
        if (size < 2 * holding + 1_024) {
            return;
        }
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (holds.test(keys[i], subjects[i])) {
                keys[kept] = keys[i];
                subjects[kept++] = subjects[i];
            }
        }
        size = kept;
        for (int i = (size >> 1) - 1; i >= 0; i--) {
            down(i, keys[i], subjects[i]);
        }
    }

    private void up(int from, long key, long subject) {
        int at = from;
        while (at > 0 && keys[at - 1 >> 1] > key) {
            move(at - 1 >> 1, at);
            at = at - 1 >> 1;
        }
        set(at, key, subject);
    }

    private void down(int from, long key, long subject) {
        int at = from;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && keys[child + 1] < keys[child]) {
                child++;
            }
            if (keys[child] >= key) {
                break;
            }
            move(child, at);
            at = child;
        }
        set(at, key, subject);
    }

    private void move(int from, int to) {
        set(to, keys[from], subjects[from]);
    }

    private void set(int at, long key, long subject) {
        keys[at] = key;
        subjects[at] = subject;
    }
}
