package org.kumiki.policy.beloglazov;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

/** Whatever is skipped, the answer is that of looking at every host. */
class TargetsTest {

    private static final int HOSTS = 200;
    private static final double MOST = 0.8;
    private static final HostKind[] KINDS = { new HostKind(4_000, 1_000, Power.of("41.6 46.7 52.3 57.9 65.4 73 80.7 89.5 99.6 105 113")),
            new HostKind(9_000, 800, Power.of("58.4 98 109 118 128 140 153 170 189 205 222")), new HostKind(2_000, 2_000, Power.of(null)) };

    private final SplittableRandom dice = new SplittableRandom(7);
    private final Targets targets = new Targets(HOSTS, MOST);
    private final double[] given = new double[HOSTS];
    private final double[] room = new double[HOSTS];
    private final double[] wattsNow = new double[HOSTS];
    private final boolean[] isThere = new boolean[HOSTS];

    @Test
    void findsTheCheapestOfAllAndOfEqualOnesTheFirst() {
        for (int host = 0; host < HOSTS; host++) {
            put(host, dice.nextInt(10) == 0 ? 0 : Math.round(10 * dice.nextDouble()) * MOST / 10);
            wattsNow[host] = watts(host, given[host]);
            put(host, given[host] / kind(host).processors());
        }
        int found = 0;
        for (int time = 0; time < 5_000; time++) {
            double cpus = dice.nextInt(1_000);
            int best = targets.cheapest(cpus, this::takes);
            assertThat(best).isEqualTo(ofAll(cpus));
            found += best >= 0 ? 1 : 0;
            int host = dice.nextInt(HOSTS);
            if (dice.nextInt(100) == 0) {
                isThere[host] = false;
                targets.remove(host);
            } else if (best >= 0 && dice.nextBoolean()) {
                put(best, (given[best] + cpus) / kind(best).processors());
            } else if (isThere[host]) {
                put(host, dice.nextDouble() * MOST);
            }
        }
        assertThat(found).isGreaterThan(1_000);
    }

    private static HostKind kind(int host) {
        return KINDS[host % KINDS.length];
    }

    private double watts(int host, double cpus) {
        return kind(host).power().at(cpus / kind(host).processors());
    }

    private boolean takes(int host) {
        return host % 7 != 0;
    }

    private void put(int host, double load) {
        given[host] = load * kind(host).processors();
        room[host] = Math.min(kind(host).core(), (load == 0 ? 1 : MOST) * kind(host).processors() - given[host]);
        isThere[host] = true;
        targets.put(host, kind(host), given[host], room[host], wattsNow[host]);
    }

    private int ofAll(double cpus) {
        int best = -1;
        double least = Double.MAX_VALUE;
        for (int host = 0; host < HOSTS; host++) {
            double more = watts(host, given[host] + cpus) - wattsNow[host];
            if (isThere[host] && room[host] >= cpus && more < least && takes(host)) {
                least = more;
                best = host;
            }
        }
        return best;
    }
}
