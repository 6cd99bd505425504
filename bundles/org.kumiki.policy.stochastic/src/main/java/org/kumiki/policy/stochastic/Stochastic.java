package org.kumiki.policy.stochastic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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
 * Packs guests densely and lets them lie: each host has as many as fit by what they use on the average, with some standard deviations of it to
 * spare. A guest leaves a host only when there is too little, and a host is emptied only when its guests fit elsewhere with more to spare than is
 * needed to stay, so what was done is not taken back at the next wave.
 * <p>
 * Where all the guests that a host has memory for do not use its processors up, it is memory that is packed: guests fill hosts up, on hosts whose
 * processors bear whatever each of them may ever want.
 */
@PolicyBrain(name = "stochastic")
@Designate(ocd = Config.class)
@Component(configurationPid = "org.kumiki.policy.stochastic")
public final class Stochastic implements Policy {

    private final double spare;
    private final double spareToEmpty;
    private final int samples;

    @Activate
    public Stochastic(Config config) {
        this(config.spare(), config.spareToEmpty(), config.samples());
    }

    /**
     * @param spare        standard deviations that stay free on a host to which a guest comes that has to leave its own
     * @param spareToEmpty those on hosts that take the guests of one that becomes empty
     * @param samples      how many of the newest count
     */
    public Stochastic(double spare, double spareToEmpty, int samples) {
        this.spare = spare;
        this.spareToEmpty = spareToEmpty;
        this.samples = samples;
    }

    @Override
    public Plan plan(DatacenterView view, History history) {
        Appetite appetite = Appetite.of(view, history, samples);
        Course course = new Course(view, appetite.mean());
        new Packing(course, appetite).run();
        return course.isEmpty() ? Plan.NOTHING : course.plan("guests use another part of their hosts than they did", List.of());
    }

    /** One plan in the making. */
    private final class Packing {

        private final Course course;
        private final Appetite appetite;
        private final Tables tables;
        private final boolean[] noTarget;
        private final boolean[] isTarget;

        Packing(Course course, Appetite appetite) {
            this.course = course;
            this.appetite = appetite;
            tables = new Tables(course, appetite);
            noTarget = new boolean[course.size()];
            isTarget = new boolean[course.size()];
        }

        void run() {
            int[] full = IntStream.range(0, course.size()).filter(host -> tables.missing(host) > 0).toArray();
            IntStream.of(full).forEach(host -> noTarget[host] = true);
            IntStream.of(full).forEach(this::relieve);
            IntStream.range(0, course.size()).filter(host -> course.guests(host) > 0 && !noTarget[host] && !isTarget[host]).boxed()
                    .sorted(Comparator.comparingDouble(tables::wattsPerCpu).reversed().thenComparingDouble(tables::least)).toList().forEach(this::empty);
            IntStream.range(0, course.size()).filter(host -> tables.isFullByMemory(host) && !noTarget[host] && !isTarget[host]).boxed()
                    .sorted(Comparator.comparingDouble(tables::least)).toList().forEach(this::fillUp);
        }

        // --- Too little ------------------------------------------------------------------------------------------------------

        private void relieve(int host) {
            List<Integer> guests = movable(host);
            while (tables.missing(host) > 0 && !guests.isEmpty() && course.guests(host) > 1) {
                double missing = tables.missing(host);
                int guest = guests.stream().max(Comparator.comparingDouble(each -> relief(each, missing))).orElseThrow();
                guests.remove((Integer) guest);
                int to = target(guest, spare);
                to = to >= 0 ? to : emptyTarget(guest);
                if (to >= 0) {
                    send(guest, to, "host " + course.id(host) + " has too little for its guests");
                }
            }
        }

        /** What a guest takes along of what is missing, for each MiB that has to be copied. */
        private double relief(int guest, double missing) {
            return Math.min((appetite.now()[guest] + appetite.mean()[guest]) / 2, 1.2 * missing) / Math.max(1, course.instances().memoryMiB(guest));
        }

        // --- Too many --------------------------------------------------------------------------------------------------------

        private void empty(int host) {
            if (isTarget[host]) {
                return;
            }
            int mark = course.mark();
            noTarget[host] = true;
            List<Integer> sent = new ArrayList<>();
            List<Integer> guests = movable(host);
            boolean all = guests.size() == course.guests(host);
            guests.sort(Comparator.comparingDouble((Integer guest) -> tables.size(host, guest)).reversed());
            for (int guest : guests) {
                int to = all ? target(guest, spareToEmpty) : -1;
                to = all && to < 0 ? betterEmptyTarget(host, guest) : to;
                all = to >= 0 && send(guest, to, "host " + course.id(host) + " becomes empty");
                if (!all) {
                    break;
                }
                sent.add(guest);
            }
            if (!all) {
                sent.forEach(guest -> tables.moved(guest, course.hostRow(guest), host));
                course.back(mark);
                noTarget[host] = false;
            }
            sent.forEach(guest -> isTarget[course.hostRow(guest)] |= course.hostRow(guest) != host);
        }

        /** Lets guests of a host fill others up that are fuller then than it is now: what is left of it can be emptied next time. */
        private void fillUp(int host) {
            noTarget[host] = true;
            for (int guest : movable(host)) {
                int to = target(guest, spareToEmpty);
                if (to >= 0 && tables.used(to, spareToEmpty) + tables.size(to, guest) > tables.used(host, spareToEmpty)) {
                    send(guest, to, "host " + course.id(to) + " is full with it");
                }
            }
            noTarget[host] = false;
        }

        // --- Where to --------------------------------------------------------------------------------------------------------

        private List<Integer> movable(int host) {
            List<Integer> movable = new ArrayList<>();
            for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
                if (course.hindrance(guest) == null && course.instances().rules(guest).clusterGroup().isEmpty()) {
                    movable.add(guest);
                }
            }
            return movable;
        }

        /** The fullest host that has guests and room, of those that draw least; -1 for none. */
        private int target(int guest, double sigmas) {
            int best = -1;
            for (int host = 0; host < course.size(); host++) {
                if (!noTarget[host] && course.guests(host) > 0 && tables.hasRoom(host, guest, sigmas) && (best < 0 || isBetter(host, best, sigmas))
                        && course.refusal(guest, host) == null) {
                    best = host;
                }
            }
            return best;
        }

        private boolean isBetter(int host, int than, double sigmas) {
            int byWatts = Double.compare(tables.wattsPerCpu(host), tables.wattsPerCpu(than));
            return byWatts < 0 || byWatts == 0 && tables.used(host, sigmas) > tables.used(than, sigmas);
        }

        /** The empty host that draws least and may take the guest; -1 for none. */
        private int emptyTarget(int guest) {
            int best = -1;
            for (int host = 0; host < course.size(); host++) {
                if (!noTarget[host] && course.guests(host) == 0 && (best < 0 || tables.wattsPerCpu(host) < tables.wattsPerCpu(best))
                        && tables.hasRoom(host, guest, spare) && course.refusal(guest, host) == null) {
                    best = host;
                }
            }
            return best;
        }

        /** An empty host that draws less than the one that becomes empty for it. */
        private int betterEmptyTarget(int host, int guest) {
            int found = emptyTarget(guest);
            return found >= 0 && tables.wattsPerCpu(found) < tables.wattsPerCpu(host) ? found : -1;
        }

        private boolean send(int guest, int to, String reason) {
            int from = course.hostRow(guest);
            if (course.migrate(new int[] { guest }, to, reason) != null) {
                return false;
            }
            tables.moved(guest, from, to);
            isTarget[to] = true;
            return true;
        }
    }
}
