package org.kumiki.twin.trace;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What a number of machines used of their CPUs in the course of time. Immutable; whoever makes one leaves its arrays alone from then on.
 *
 * @param names    of the machines
 * @param interval between two samples
 * @param percent  of its CPUs that each machine used, from 0 to 100: one row a machine, as long as the others, the oldest sample first
 */
public record CpuTraces(List<String> names, Duration interval, byte[][] percent) implements Serializable {

    public CpuTraces {
        names = List.copyOf(names);
        if (names.size() != percent.length || interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("there are " + names.size() + " machines and traces of " + percent.length + ", each " + interval);
        }
        for (byte[] row : percent) {
            if (row.length != percent[0].length || row.length < 1) {
                throw new IllegalArgumentException("the traces are not equally long");
            }
        }
    }

    public int machines() {
        return percent.length;
    }

    public int samples() {
        return percent.length == 0 ? 0 : percent[0].length;
    }
}
