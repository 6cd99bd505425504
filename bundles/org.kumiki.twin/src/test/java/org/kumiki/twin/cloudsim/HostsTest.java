package org.kumiki.twin.cloudsim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.kumiki.twin.trace.Workdays;

class HostsTest {

    private static final int HOSTS = 40;
    /** So few that some of them have too little for all who come there. */
    private static final int POPULAR = 8;
    /** From ten in the morning on. */
    private static final int FIRST = 120;
    private static final int INTERVALS = 20;

    /** Some machines on some hosts, which move at random, but the same ones each time. */
    private static final class Rig {

        private final Machines machines = new Machines(Workdays.traces(60, 1, 3));
        private final Account account = new Account(HOSTS, machines.size);
        private final Hosts hosts = new Hosts(HostKind.cloudSims(HOSTS), machines, account);
        private final SplittableRandom random = new SplittableRandom(1);

        Rig() {
            new FirstPlacement(machines, hosts, true).run();
        }

        Outcome run(boolean again) {
            double last = 0;
            for (int interval = FIRST; interval < FIRST + INTERVALS; interval++) {
                double now = 300.0 * interval + 17;
                machines.want(now);
                hosts.pass(last, now);
                last = now;
                BitSet changed = moveSome();
                if (again) {
                    hosts.passAgain(changed, now);
                } else {
                    hosts.pass(now, now);
                }
            }
            return account.outcome(hosts.energyKWh(), 0, last);
        }

        private BitSet moveSome() {
            BitSet changed = new BitSet();
            for (int machine = 0; machine < machines.size; machine++) {
                int to = random.nextInt(POPULAR);
                int from = machines.host[machine];
                if (from >= 0 && from != to && random.nextInt(4) == 0) {
                    hosts.remove(from, machine);
                    hosts.add(to, machine, false);
                    machines.host[machine] = to;
                    changed.set(from);
                    changed.set(to);
                }
            }
            return changed;
        }
    }

    @Test
    void toPassAgainWhereSomethingHasChangedIsToPassEverywhere() {
        Rig once = new Rig();
        Rig other = new Rig();

        Outcome everywhere = once.run(false);

        assertThat(other.run(true)).isEqualTo(everywhere);
        assertThat(other.hosts.used).isEqualTo(once.hosts.used);
        assertThat(everywhere.slatah()).as("some hosts have too little").isPositive();
    }
}
