package org.kumiki.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long the requests of one kind took. Thread-safe. */
public final class Samples {

    private long[] nanos = new long[1 << 12];
    private int size;
    private final Map<String, Integer> failures = new LinkedHashMap<>();

    synchronized void add(long sample) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = sample;
    }

    /** @param why texts that are alike are counted together */
    synchronized void addFailure(String why) {
        failures.merge(why, 1, Integer::sum);
    }

    synchronized void addAll(Samples other) {
        for (int index = 0; index < other.size; index++) {
            add(other.nanos[index]);
        }
        other.failures.forEach((why, count) -> failures.merge(why, count, Integer::sum));
    }

    public synchronized int size() {
        return size;
    }

    public synchronized int failed() {
        return failures.values().stream().mapToInt(Integer::intValue).sum();
    }

    public synchronized Map<String, Integer> failures() {
        return Map.copyOf(failures);
    }

    /** The time that so much of the requests did not exceed, in milliseconds; the nearest rank. */
    public synchronized double millis(double share) {
        if (size == 0) {
            return Double.NaN;
        }
        Arrays.sort(nanos, 0, size);
        return nanos[Math.max(0, (int) Math.ceil(share * size) - 1)] / 1e6;
    }
}
