package org.kumiki.twin.study;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.kumiki.twin.trace.Arrival;
import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.Demand;
import org.kumiki.twin.trace.Demands;
import org.kumiki.twin.trace.Workdays;

/** What the machines of a study use, and when they come and go. Pure: the same for the same seed. */
sealed interface Workload extends Serializable {

    /** How many machines there are; of those that come and go, about how many come in all. */
    int machines();

    /** Which machines arrive when, and what they use. */
    Demand demand(long seed, Duration length);

    /** Machines that are there from the beginning to the end. */
    sealed interface Fixed extends Workload {

        /** What they use for a time. */
        CpuTraces traces(long seed, Duration length);

        /** One for each share that a type has. */
        List<String> types();

        @Override
        default Demand demand(long seed, Duration length) {
            return Demands.fixed(traces(seed, length), types(), ~seed); // other dice than those of the traces
        }
    }

    /** Machines of an enterprise, which are made up anew for each seed. */
    record Enterprise(int machines, List<String> types) implements Fixed {

        @Override
        public CpuTraces traces(long seed, Duration length) {
            return Workdays.traces(machines, days(length), seed);
        }

        private static int days(Duration length) {
            return (int) ((length.toSeconds() + 86_399) / 86_400);
        }
    }

    /**
     * Machines that were measured. Seed 0 leaves them as they were, sorted by their names; any other deals their traces to them anew, as which kind
     * of machine has which trace is chance.
     *
     * @param machines as many of them, which seeds choose
     * @param digest   of the traces
     */
    record Measured(CpuTraces all, int machines, String digest, List<String> types) implements Fixed {

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
            byte[][] percent = IntStream.of(order).limit(machines).mapToObj(row -> all.percent()[row]).toArray(byte[][]::new);
            return new CpuTraces(names, all.interval(), percent);
        }

        /** Without the traces themselves, which the digest stands for. */
        @Override
        public String toString() {
            return "Measured[machines=" + machines + ", digest=" + digest + ", types=" + types + "]";
        }
    }

    /**
     * People who launch machines and terminate them, each by themselves.
     *
     * @param perHour  how many arrive in an hour of rhythm 1
     * @param lifetime in the mean
     * @param use      of its CPUs, of a machine on the average at rhythm 1
     * @param types    one for each share that a type has
     */
    record People(int machines, Tempo tempo, double perHour, Duration lifetime, double use, List<String> types) implements Workload {

        @Override
        public Demand demand(long seed, Duration length) {
            return Demands.comingAndGoing("people", length, tempo.rhythm(), perHour, lifetime, types, use, seed);
        }
    }

    /**
     * A service that has as many servers as its load needs.
     *
     * @param servers that it needs at rhythm 1
     * @param use     how far a server should be used, from 0 to 1
     */
    record Service(int machines, Tempo tempo, double servers, double use, String type) implements Workload {

        @Override
        public Demand demand(long seed, Duration length) {
            return Demands.service("service", length, tempo.rhythm(), servers, use, type, seed);
        }
    }

    /** Several at once, each with dice of its own. */
    record Together(List<Workload> parts) implements Workload {

        private static final long OTHER_DICE = 0x9E3779B97F4A7C15L;

        public Together {
            parts = List.copyOf(parts);
        }

        @Override
        public int machines() {
            return parts.stream().mapToInt(Workload::machines).sum();
        }

        @Override
        public Demand demand(long seed, Duration length) {
            Demand[] demands = new Demand[parts.size()];
            for (int part = 0; part < demands.length; part++) {
                demands[part] = named("part-" + part + "-", parts.get(part).demand(seed + part * OTHER_DICE, length));
            }
            return Demands.together(demands);
        }

        private static Demand named(String prefix, Demand demand) {
            List<Arrival> arrivals = new ArrayList<>();
            demand.arrivals().forEach(each -> arrivals.add(new Arrival(prefix + each.name(), each.at(), each.life(), each.type(), each.use())));
            return new Demand(demand.length(), arrivals);
        }
    }
}
