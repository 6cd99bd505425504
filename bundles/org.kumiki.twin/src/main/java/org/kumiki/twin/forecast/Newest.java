package org.kumiki.twin.forecast;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** The newest values of something, of which the median counts: one that was odd does not. Thread-safe. */
final class Newest {

    private static final int KEPT = 31;

    private final Deque<Double> values = new ArrayDeque<>();

    synchronized void add(double value) {
        values.addLast(value);
        if (values.size() > KEPT) {
            values.removeFirst();
        }
    }

    synchronized OptionalDouble median() {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length == 0 ? OptionalDouble.empty()
                : OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }
}
