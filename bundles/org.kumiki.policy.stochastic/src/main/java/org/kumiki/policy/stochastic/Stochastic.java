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
        private Targets targets;

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
            targets = new Targets(course, tables, spare, noTarget);
            IntStream.of(full).forEach(this::relieve);
            targets = new Targets(course, tables, spareToEmpty, noTarget);
            IntStream.range(0, course.size()).filter(host -> course.guests(host) > 0 && !noTarget[host] && !isTarget[host]).boxed()
                    .sorted(Comparator.comparingDouble(tables::wattsPerCpu).reversed().thenComparingDouble(tables::least)).toList()
                            .forEach(this::empty);
            IntStream.range(0, course.size()).filter(host -> tables.isFullByMemory(host) && !noTarget[host] && !isTarget[host]).boxed()
                    .sorted(Comparator.comparingDouble(tables::least)).toList().forEach(this::fillUp);
        }

        private void relieve(int host) {
            List<Integer> guests = movable(host);
            while (tables.missing(host) > 0 && !guests.isEmpty() && course.guests(host) > 1) {
                double missing = tables.missing(host);
                int guest = guests.stream().max(Comparator.comparingDouble(each -> relief(each, missing))).orElseThrow();
                guests.remove((Integer) guest);
                int to = targets.fullest(guest);
                to = to >= 0 ? to : targets.empty(guest, spare, Double.POSITIVE_INFINITY);
                if (to >= 0) {
                    send(guest, to, "host " + course.id(host) + " has too little for its guests");
                }
            }
        }

        /** What a guest takes along of what is missing, for each MiB that has to be copied. */
        private double relief(int guest, double missing) {
            return Math.min((appetite.now()[guest] + appetite.mean()[guest]) / 2, 1.2 * missing) / Math.max(1, course.instances().memoryMiB(guest));
        }

        private void empty(int host) {
            if (isTarget[host]) {
                return;
            }
            int mark = course.mark();
            close(host, true);
            List<Integer> sent = new ArrayList<>();
            List<Integer> guests = movable(host);
            boolean all = guests.size() == course.guests(host);
            guests.sort(Comparator.comparingDouble((Integer guest) -> tables.size(host, guest)).reversed());
            for (int guest : guests) {
                int to = all ? targets.fullest(guest) : -1;
                to = all && to < 0 ? targets.empty(guest, spare, tables.wattsPerCpu(host)) : to;
                all = to >= 0 && send(guest, to, "host " + course.id(host) + " becomes empty");
                if (!all) {
                    break;
                }
                sent.add(guest);
            }
            if (!all) {
                int[] tried = sent.stream().mapToInt(course::hostRow).toArray();
                sent.forEach(guest -> tables.moved(guest, course.hostRow(guest), host));
                course.back(mark);
                IntStream.of(tried).forEach(targets::changed);
                close(host, false);
            }
            sent.forEach(guest -> isTarget[course.hostRow(guest)] |= course.hostRow(guest) != host);
        }

        /** Lets guests of a host fill others up that are fuller then than it is now: what is left of it can be emptied next time. */
        private void fillUp(int host) {
            close(host, true);
            for (int guest : movable(host)) {
                int to = targets.fullest(guest);
                if (to >= 0 && tables.used(to, spareToEmpty) + tables.size(to, guest) > tables.used(host, spareToEmpty)) {
                    send(guest, to, "host " + course.id(to) + " is full with it");
                }
            }
            close(host, false);
        }

        private List<Integer> movable(int host) {
            List<Integer> movable = new ArrayList<>();
            for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
                if (course.hindrance(guest) == null && course.instances().rules(guest).clusterGroup().isEmpty()) {
                    movable.add(guest);
                }
            }
            return movable;
        }

        private void close(int host, boolean isClosed) {
            noTarget[host] = isClosed;
            targets.changed(host);
        }

        private boolean send(int guest, int to, String reason) {
            int from = course.hostRow(guest);
            if (course.migrate(new int[] { guest }, to, reason) != null) {
                return false;
            }
            tables.moved(guest, from, to);
            isTarget[to] = true;
            targets.changed(from);
            targets.changed(to);
            return true;
        }
    }
}
