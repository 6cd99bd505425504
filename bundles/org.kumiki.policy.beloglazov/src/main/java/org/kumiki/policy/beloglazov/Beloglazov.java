package org.kumiki.policy.beloglazov;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.PolicyBrain;
import org.kumiki.api.view.DatacenterView;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The heuristics of Beloglazov and Buyya (2012), as CloudSim 3.0.3 has them: guests leave hosts that have too much, and hosts with the least load are
 * emptied, each as a whole or not at all; each guest goes where the power grows least. What moves twice in a plan moves twice, as there.
 */
@PolicyBrain(name = "beloglazov")
@Designate(ocd = Config.class)
@Component(configurationPid = "org.kumiki.policy.beloglazov")
public final class Beloglazov implements Policy {

    /** Half of a gigabit network, in MiB a second as CloudSim counts, by which the slowest move is foreseen. */
    private static final double MIB_PER_SECOND = 62.5;

    private final Overload overload;
    private final Selection selection;

    @Activate
    public Beloglazov(Config config) {
        this(config.overload(), config.parameter(), config.selection());
    }

    /**
     * @param overload  {@code thr}, {@code iqr}, {@code mad} or {@code lr}
     * @param parameter of {@code thr} the threshold, of the others how careful they are
     * @param selection {@code mmt}, {@code mu}, {@code rs} or {@code mc}
     * @throws IllegalArgumentException if there is nothing of that name
     */
    public Beloglazov(String overload, double parameter, String selection) {
        this.overload = Overload.named(overload, parameter);
        this.selection = Selection.named(selection);
    }

    @Override
    public Plan plan(DatacenterView view, History history) {
        Demand demand = Demand.of(view, history);
        Course course = new Course(view, demand.cpus());
        Estimate estimate = new Estimate(view, history, course, demand, overload.most());
        new Planning(estimate, course, demand, view, MIB_PER_SECOND * seconds(history.interval())).run();
        return course.isEmpty() ? Plan.NOTHING : course.plan("hosts have too much, or too little", List.of());
    }

    private static double seconds(Duration interval) {
        return Math.max(1, interval.toSeconds());
    }

    /** One plan in the making. */
    private final class Planning {

        private final Estimate estimate;
        private final Course course;
        private final Demand demand;
        private final double slowestMiB;
        /** The same dice for the same datacenter. */
        private final SplittableRandom dice;

        /** @param slowestMiB how much memory moves within an interval */
        Planning(Estimate estimate, Course course, Demand demand, DatacenterView view, double slowestMiB) {
            this.estimate = estimate;
            this.course = course;
            this.demand = demand;
            this.slowestMiB = slowestMiB;
            this.dice = new SplittableRandom(view.version() ^ view.time().toEpochMilli());
        }

        void run() {
            BitSet full = new BitSet();
            for (int host = 0; host < estimate.size(); host++) {
                if (isTooMuch(host, -1)) {
                    full.set(host);
                }
            }
            full.stream().forEach(estimate::close);
            for (int guest : busiestFirst(leavers(full))) {
                int from = course.hostRow(guest);
                int to = find(guest, estimate.idle());
                if (to < 0 || !send(guest, to, "host " + course.id(from) + " has too much")) {
                    estimate.comes(from, guest);
                }
            }
            emptyTheLeastLoaded(full);
        }

        private boolean isTooMuch(int host, int more) {
            return estimate.isOverloaded(host, more, overload, slowestMiB);
        }

        private List<Integer> leavers(BitSet full) {
            List<Integer> leavers = new ArrayList<>();
            for (int host = full.nextSetBit(0); host >= 0; host = full.nextSetBit(host + 1)) {
                List<Integer> movable = movable(host);
                do {
                    if (movable.isEmpty()) {
                        break;
                    }
                    Integer guest = selection.choose(movable, demand, dice);
                    movable.remove(guest);
                    leavers.add(guest);
                    estimate.leaves(host, guest);
                } while (isTooMuch(host, -1));
            }
            return leavers;
        }

        private List<Integer> movable(int host) {
            List<Integer> movable = new ArrayList<>();
            for (int index = 0; index < estimate.guests(host); index++) {
                if (course.hindrance(estimate.guest(host, index)) == null) {
                    movable.add(estimate.guest(host, index));
                }
            }
            return movable;
        }

        private List<Integer> busiestFirst(List<Integer> guests) {
            guests.sort(Comparator.comparingDouble((Integer guest) -> -demand.cpus()[guest]));
            return guests;
        }

        /**
         * Where the power grows least, and of equal hosts the first; -1 for nowhere.
         *
         * @param idles hosts without load that may take it beside those with load, each group of one kind
         */
        private int find(int guest, List<BitSet> idles) {
            int best = estimate.targets().cheapest(demand.cpus()[guest], new Taker(guest));
            double least = best < 0 ? Double.MAX_VALUE : estimate.moreWatts(best, guest);
            for (BitSet idle : idles) {
                int host = firstThatTakes(guest, idle);
                double more = host < 0 ? Double.MAX_VALUE : estimate.moreWatts(host, guest);
                if (more < least || more == least && host < best) {
                    least = more;
                    best = host;
                }
            }
            return best;
        }

        /** Whether a host takes a guest. No lambda, as one is made for each guest, which Java is slow at until it has compiled it well. */
        private final class Taker implements IntPredicate {

            private final int guest;

            Taker(int guest) {
                this.guest = guest;
            }

            @Override
            public boolean test(int host) {
                return course.refusal(guest, host) == null && (estimate.isIdle(host) || !isTooMuch(host, guest)); // the cheaper question first
            }
        }

        private int firstThatTakes(int guest, BitSet idle) {
            for (int host = idle.nextSetBit(0); host >= 0 && estimate.hasRoom(host, guest); host = idle.nextSetBit(host + 1)) {
                if (course.refusal(guest, host) == null) {
                    return host;
                }
            }
            return -1;
        }

        private boolean send(int guest, int to, String reason) {
            if (course.migrate(course.party(guest), to, reason) != null) {
                return false;
            }
            estimate.comes(to, guest);
            return true;
        }

        private void emptyTheLeastLoaded(BitSet full) {
            BitSet noSource = (BitSet) full.clone();
            List<Integer> loaded = new ArrayList<>();
            for (int host = 0; host < estimate.size(); host++) {
                double load = estimate.loadNow(host);
                if (load == 0) {
                    estimate.close(host);
                } else if (load < 1) {
                    loaded.add(host);
                }
            }
            loaded.sort(Comparator.comparingDouble(estimate::loadNow));
            for (int host : loaded) {
                if (!noSource.get(host) && estimate.guests(host) > 0) {
                    estimate.close(host);
                    empty(host).forEach(noSource::set);
                }
            }
        }

        /** Sends all guests of a host away, or none; answers to where. */
        private List<Integer> empty(int host) {
            int mark = course.mark();
            String reason = "host " + course.id(host) + " becomes empty";
            List<Integer> sent = new ArrayList<>();
            List<Integer> targets = new ArrayList<>();
            List<Integer> guests = movable(host);
            boolean all = guests.size() == estimate.guests(host);
            for (int guest : busiestFirst(guests)) {
                int to = all ? find(guest, List.of()) : -1;
                all = to >= 0 && send(guest, to, reason);
                if (!all) {
                    break;
                }
                sent.add(guest);
                targets.add(to);
            }
            if (all) {
                return targets;
            }
            course.back(mark);
            for (int index = 0; index < sent.size(); index++) {
                estimate.leaves(targets.get(index), sent.get(index));
            }
            return List.of();
        }
    }
}
