package org.kumiki.policy.consolidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

class AssortmentTest {

    @Test
    void findsTheCheapestOfSmallProblems() {
        int solved = 0;
        for (int seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double[][] capacity = amounts(random, 5, 4, 12);
            double[][] demand = amounts(random, 6, 1, 5);
            double[] cost = random.doubles(capacity.length, 1, 10).toArray();
            double cheapest = cheapest(capacity, cost, demand, new int[demand.length], 0);

            int[] hosts = new Assortment(capacity, cost, demand, (guest, host) -> true, seed).search(3_000);

            if (hosts != null) {
                solved++;
                assertThat(cost(capacity, cost, demand, hosts)).as("seed %d", seed).isCloseTo(cheapest, within(1e-9));
            }
        }
        assertThat(solved).isGreaterThan(40);
    }

    @Test
    void putsNoGuestWhereItMayNotBe() {
        int[] hosts = new Assortment(new double[][] { { 4 }, { 4 } }, new double[] { 1, 9 }, new double[][] { { 2 }, { 2 } },
                (guest, host) -> guest == 0 || host == 1, 1).search(100);

        assertThat(hosts[1]).isEqualTo(1);
    }

    @Test
    void saysSoIfThereIsNoRoom() {
        assertThat(new Assortment(new double[][] { { 1 } }, new double[] { 1 }, new double[][] { { 1 }, { 1 } }, (guest, host) -> true, 1).search(10))
                .isNull();
    }

    private static double[][] amounts(SplittableRandom random, int count, int least, int most) {
        double[][] amounts = new double[count][];
        for (int index = 0; index < count; index++) {
            amounts[index] = new double[] { random.nextInt(least, most), random.nextInt(least, most) };
        }
        return amounts;
    }

    /** Tries everything. */
    private static double cheapest(double[][] capacity, double[] cost, double[][] demand, int[] hosts, int guest) {
        if (guest == hosts.length) {
            return cost(capacity, cost, demand, hosts);
        }
        double least = Double.POSITIVE_INFINITY;
        for (int host = 0; host < capacity.length; host++) {
            hosts[guest] = host;
            least = Math.min(least, cheapest(capacity, cost, demand, hosts, guest + 1));
        }
        return least;
    }

    /** What the hosts in use cost; infinite if one has too little room. */
    private static double cost(double[][] capacity, double[] cost, double[][] demand, int[] hosts) {
        double all = 0;
        for (int host = 0; host < capacity.length; host++) {
            double[] left = capacity[host].clone();
            boolean used = false;
            for (int guest = 0; guest < hosts.length; guest++) {
                if (hosts[guest] == host) {
                    used = true;
                    left[0] -= demand[guest][0];
                    left[1] -= demand[guest][1];
                }
            }
            if (left[0] < 0 || left[1] < 0) {
                return Double.POSITIVE_INFINITY;
            }
            all += used ? cost[host] : 0;
        }
        return all;
    }
}
