package org.kumiki.policy.consolidate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Where to put guests so that the hosts in use cost least, when hosts differ in size and cost: an assignment alone, without the way to it.
 * <p>
 * Ruin and recreate, of Schrimpf, Schneider, Stamm-Wilbrandt and Dueck (<i>Record Breaking Optimization Results</i>, 2000): a few hosts are
 * cleared, and what was there goes where the least room is left, now and then overlooking a host; hosts are opened that cost little for what they
 * can take of the rest. Whether the result is kept is decided as in simulated annealing. All chance comes from a seed and the work is counted in
 * rounds, so the result is always the same.
 */
public final class Assortment {

    /** Whether a guest may go to a host at all, room left aside. */
    @FunctionalInterface
    public interface Allowed {
        boolean test(int guest, int host);
    }

    private static final int NOWHERE = -1;
    /** One in so many hosts is overlooked. */
    private static final int OVERLOOKED = 40;
    private static final int MOST_CLEARED = 5;
    /** How much worse a result is kept at first, in costs of the mean host. */
    private static final double HEAT = 0.1;

    private final double[][] capacity;
    private final double[] cost;
    private final double[][] demand;
    private final Allowed allowed;
    private final SplittableRandom random;
    /** By dimension: what a unit counts; the scarcer it is, the more. */
    private final double[] weights;
    private final double[] sizes;
    private final double[][] room;
    private final int[] guests;
    private final int[] hostOf;
    private double total;
    /** What was taken off its host in a round, and where it was. */
    private final int[] loose;
    private final int[] before;
    private int many;

    /**
     * @param capacity by host and dimension
     * @param cost     by host, if it is in use
     * @param demand   by guest and dimension
     */
    public Assortment(double[][] capacity, double[] cost, double[][] demand, Allowed allowed, long seed) {
        this.capacity = capacity;
        this.cost = cost;
        this.demand = demand;
        this.allowed = allowed;
        random = new SplittableRandom(seed);
        weights = weights();
        sizes = Arrays.stream(demand).mapToDouble(this::weigh).toArray();
        room = Arrays.stream(capacity).map(double[]::clone).toArray(double[][]::new);
        guests = new int[cost.length];
        hostOf = new int[demand.length];
        Arrays.fill(hostOf, NOWHERE);
        loose = new int[demand.length];
        before = new int[demand.length];
    }

    private double[] weights() {
        double[] scarcity = new double[capacity.length == 0 ? 0 : capacity[0].length];
        for (int dimension = 0; dimension < scarcity.length; dimension++) {
            int at = dimension;
            double all = Arrays.stream(capacity).mapToDouble(host -> host[at]).sum();
            scarcity[dimension] = all == 0 ? 0 : Arrays.stream(demand).mapToDouble(guest -> guest[at]).sum() / all / all;
        }
        return scarcity;
    }

    private double weigh(double[] amounts) {
        double sum = 0;
        for (int dimension = 0; dimension < weights.length; dimension++) {
            sum += weights[dimension] * amounts[dimension];
        }
        return sum;
    }

    /** Begins with guests where they are, instead of nowhere. */
    public Assortment from(int[] hosts) {
        for (int guest = 0; guest < hosts.length; guest++) {
            put(guest, hosts[guest]);
        }
        return this;
    }

    /** By guest: its host after so many rounds; null if they cannot all be put anywhere. */
    public int[] search(int rounds) {
        for (int guest = 0; guest < hostOf.length; guest++) {
            if (hostOf[guest] == NOWHERE) {
                loose[many++] = guest;
            }
        }
        if (!recreate()) {
            return null;
        }
        int[] best = hostOf.clone();
        double least = total;
        double mean = Arrays.stream(cost).average().orElse(0);
        for (int round = 0; round < rounds && total > 0; round++) {
            double was = total;
            ruin();
            double left = 1 - (double) round / rounds;
            double tolerated = -HEAT * mean * left * left * Math.log(1 - random.nextDouble());
            if (!recreate() || total - was > tolerated) {
                takeBack();
            } else if (total < least) {
                least = total;
                best = hostOf.clone();
            }
        }
        return best;
    }

    private void ruin() {
        boolean[] cleared = new boolean[cost.length];
        for (int left = 1 + random.nextInt(MOST_CLEARED); left > 0; left--) {
            int host = random.nextInt(cost.length);
            while (guests[host] == 0) {
                host = (host + 1) % cost.length;
            }
            cleared[host] = true;
        }
        many = 0;
        for (int guest = 0; guest < hostOf.length; guest++) {
            if (cleared[hostOf[guest]]) {
                before[many] = hostOf[guest];
                loose[many++] = guest;
            }
        }
        for (int index = 0; index < many; index++) {
            take(loose[index]);
        }
    }

    private void takeBack() {
        for (int index = 0; index < many; index++) {
            if (hostOf[loose[index]] != NOWHERE) {
                take(loose[index]);
            }
        }
        for (int index = 0; index < many; index++) {
            put(loose[index], before[index]);
        }
    }

    /** Puts everything somewhere that is nowhere, the large before the small, by and large; says whether that was possible. */
    private boolean recreate() {
        double[] keys = new double[many];
        double[] rest = new double[weights.length];
        for (int index = 0; index < many; index++) {
            keys[index] = sizes[loose[index]] * random.nextDouble(1, 1.3);
            change(rest, demand[loose[index]], 1);
        }
        Integer[] order = IntStream.range(0, many).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(index -> -keys[index]));
        for (int index : order) {
            int guest = loose[index];
            int host = fullest(guest);
            host = host == NOWHERE ? cheapest(guest, rest) : host;
            if (host == NOWHERE) {
                return false;
            }
            put(guest, host);
            change(rest, demand[guest], -1);
        }
        return true;
    }

    /** Of the hosts in use, the one on which the least room is left. */
    private int fullest(int guest) {
        int best = NOWHERE;
        double least = Double.MAX_VALUE;
        for (int host = 0; host < cost.length; host++) {
            if (guests[host] > 0 && fits(guest, host)) {
                double left = weigh(room[host]);
                if (left < least && random.nextInt(OVERLOOKED) > 0 && allowed.test(guest, host)) {
                    least = left;
                    best = host;
                }
            }
        }
        return best;
    }

    /** Of the hosts not in use, the one that costs least for what it can take of the rest, by and large. */
    private int cheapest(int guest, double[] rest) {
        int best = NOWHERE;
        double least = Double.MAX_VALUE;
        for (int host = 0; host < cost.length; host++) {
            if (guests[host] == 0 && fits(guest, host)) {
                double takes = 0;
                for (int dimension = 0; dimension < rest.length; dimension++) {
                    takes += weights[dimension] * Math.min(rest[dimension], capacity[host][dimension]);
                }
                double price = cost[host] / takes * random.nextDouble(0.75, 1.25);
                if (price < least && allowed.test(guest, host)) {
                    least = price;
                    best = host;
                }
            }
        }
        return best;
    }

    private boolean fits(int guest, int host) {
        double[] left = room[host];
        double[] wanted = demand[guest];
        for (int dimension = 0; dimension < wanted.length; dimension++) {
            if (wanted[dimension] > left[dimension]) {
                return false;
            }
        }
        return true;
    }

    private void put(int guest, int host) {
        total += guests[host]++ == 0 ? cost[host] : 0;
        change(room[host], demand[guest], -1);
        hostOf[guest] = host;
    }

    private void take(int guest) {
        int host = hostOf[guest];
        total -= --guests[host] == 0 ? cost[host] : 0;
        change(room[host], demand[guest], 1);
        hostOf[guest] = NOWHERE;
    }

    private static void change(double[] amounts, double[] by, int sign) {
        for (int dimension = 0; dimension < by.length; dimension++) {
            amounts[dimension] += sign * by[dimension];
        }
    }
}
