package org.kumiki.twin.trace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Makes demands, all of them the same for the same seed. */
public final class Demands {

    private static final double NOISE = 0.04;
    /** How often a service looks whether it has as many servers as it needs. */
    private static final Duration LOOKS = Duration.ofMinutes(1);

    private Demands() {
    }

    /** Machines of one type that are there from the beginning to the end, and use what their traces say; linear between two samples. */
    public static Demand fixed(CpuTraces traces, String type) {
        return fixed(traces, List.of(type), 0);
    }

    /** @param types of which chance gives each machine one, each as often; the same for the same seed */
    public static Demand fixed(CpuTraces traces, List<String> types, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Duration length = traces.interval().multipliedBy(traces.samples());
        double interval = traces.interval().toMillis() / 1e3;
        return new Demand(length, IntStream.range(0, traces.machines()).mapToObj(machine -> new Arrival(traces.names().get(machine), Duration.ZERO,
                Optional.empty(), types.get(random.nextInt(types.size())), sampled(traces.percent()[machine], interval))).toList());
    }

    private static Use sampled(byte[] percent, double interval) {
        return seconds -> {
            double at = Math.max(0, Math.min(seconds / interval, percent.length - 1.0));
            int before = (int) at;
            int after = Math.min(before + 1, percent.length - 1);
            return (percent[before] + (at - before) * (percent[after] - percent[before])) / 100;
        };
    }

    /**
     * People who launch instances and terminate them, each by themselves: arrivals are a Poisson process whose rate follows a rhythm (by thinning, P. Lewis and
     * G. Shedler, 1979), lives are exponential. So there are, in the long run, as many as arrive in a mean life.
     *
     * @param name     that those of the instances begin with
     * @param perHour  how many arrive in an hour of rhythm 1
     * @param meanLife of an instance
     * @param types    that are asked for, each as often
     * @param use      of its CPUs, of an instance on the average at rhythm 1; each has a level of its own, and most are low
     */
    public static Demand comingAndGoing(String name, Duration length, Rhythm rhythm, double perHour, Duration meanLife, List<String> types, double use, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double end = length.toSeconds();
        double most = IntStream.rangeClosed(0, (int) (end / 60)).mapToDouble(minute -> rhythm.at(60.0 * minute)).max().orElse(0) * 1.01;
        List<Arrival> arrivals = new ArrayList<>();
        for (double at = exponential(random, 3_600 / (perHour * most)); at < end; at += exponential(random, 3_600 / (perHour * most))) {
            if (random.nextDouble() * most < rhythm.at(at)) {
                Duration life = seconds(exponential(random, meanLife.toSeconds()));
                double level = exponential(random, use);
                arrivals.add(new Arrival(name(name, arrivals.size()), seconds(at), Optional.of(life.plusMillis(1)), types.get(random.nextInt(types.size())),
                        noisy(rhythm, level, random.nextLong())));
            }
        }
        return new Demand(length, arrivals);
    }

    /**
     * A service that has as many servers as its load needs, and looks every minute: new ones arrive as the load grows, the newest go as it shrinks. They share
     * the load, and those that are there already bear it until others arrive.
     *
     * @param name    that those of its servers begin with
     * @param load    in servers that it would need at a rhythm of 1, each used as far as it should be
     * @param target  how far a server should be used, from 0 to 1
     */
    public static Demand service(String name, Duration length, Rhythm rhythm, double load, double target, String type, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Arrival> arrivals = new ArrayList<>();
        Deque<Integer> present = new ArrayDeque<>();
        for (Duration now = Duration.ZERO; now.compareTo(length) < 0; now = now.plus(LOOKS)) {
            int needed = servers(rhythm, load, now.toSeconds());
            while (present.size() < needed) {
                present.push(arrivals.size());
                arrivals.add(new Arrival(name(name, arrivals.size()), now, Optional.empty(), type, shared(rhythm, load, target, random.nextLong())));
            }
            while (present.size() > needed) {
                int newest = present.pop();
                Arrival arrival = arrivals.get(newest);
                arrivals.set(newest, new Arrival(arrival.name(), arrival.at(), Optional.of(now.minus(arrival.at())), type, arrival.use()));
            }
        }
        return new Demand(length, arrivals);
    }

    private static int servers(Rhythm rhythm, double load, double seconds) {
        return (int) Math.ceil(load * rhythm.at(seconds) - 1e-9);
    }

    private static Use shared(Rhythm rhythm, double load, double target, long seed) {
        Noise noise = new Noise(seed);
        return seconds -> {
            double looked = Math.floor(seconds / LOOKS.toSeconds()) * LOOKS.toSeconds();
            return share(target * load * rhythm.at(seconds) / Math.max(1, servers(rhythm, load, looked)) + NOISE * noise.at(seconds));
        };
    }

    private static Use noisy(Rhythm rhythm, double level, long seed) {
        Noise noise = new Noise(seed);
        return seconds -> share(level * rhythm.at(seconds) + NOISE * noise.at(seconds));
    }

    private static double share(double use) {
        return Math.max(0, Math.min(1, use));
    }

    /** Several at once. Their arrivals keep their names, which have to differ. */
    public static Demand together(Demand... demands) {
        List<Arrival> all = new ArrayList<>();
        Duration length = Duration.ZERO;
        for (Demand demand : demands) {
            all.addAll(demand.arrivals());
            length = demand.length().compareTo(length) > 0 ? demand.length() : length;
        }
        all.sort(Comparator.comparing(Arrival::at));
        return new Demand(length, all);
    }

    private static String name(String name, int number) {
        return String.format("%s-%06d", name, number);
    }

    private static double exponential(SplittableRandom random, double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (1_000 * seconds));
    }
}
