package org.kumiki.twin.study;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.Workdays;

/** What the machines of a study use. Pure: the same for the same seed. */
sealed interface Workload extends Serializable {

    /** As many as there are. */
    int machines();

    /** What they use for a time. */
    CpuTraces traces(long seed, Duration length);

    /** Machines of an enterprise, which are made up anew for each seed. */
    record Enterprise(int machines) implements Workload {

        @Override
        public CpuTraces traces(long seed, Duration length) {
            return Workdays.traces(machines, days(length), seed);
        }

        private static int days(Duration length) {
            return (int) ((length.toSeconds() + 86_399) / 86_400);
        }
    }

    /**
     * Machines that were measured. Seed 0 leaves them as they were, sorted by their names; any other deals their traces to them anew, as which kind of
     * machine has which trace is chance.
     *
     * @param machines as many of them, which seeds choose
     * @param digest   of the traces
     */
    record Measured(CpuTraces all, int machines, String digest) implements Workload {

        @Override
        public CpuTraces traces(long seed, Duration length) {
            int[] order = IntStream.range(0, all.machines()).toArray();
            if (seed != 0) {
                SplittableRandom random = new SplittableRandom(seed);
                for (int last = order.length - 1; last > 0; last--) {
                    int other = random.nextInt(last + 1);
                    int kept = order[last];
                    order[last] = order[other];
                    order[other] = kept;
                }
            }
            List<String> names = IntStream.of(order).limit(machines).mapToObj(all.names()::get).toList();
            return new CpuTraces(names, all.interval(), IntStream.of(order).limit(machines).mapToObj(row -> all.percent()[row]).toArray(byte[][]::new));
        }

        /** Without the traces themselves, which the digest stands for. */
        @Override
        public String toString() {
            return "Measured[machines=" + machines + ", digest=" + digest + "]";
        }
    }
}
