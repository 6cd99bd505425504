package org.kumiki.policy.consolidate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.CpuUse;
import org.kumiki.api.policy.Evacuation;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.PolicyBrain;
import org.kumiki.api.view.DatacenterView;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Packs guests on as few hosts as is worth the moves: hosts are emptied one after the other, the one with the least to copy first, each
 * whole or not at all, into the fullest that have room. If it is told to, it then searches for a packing that is worth more, which there may
 * be when hosts differ. No guest moves again before it has rested.
 */
@PolicyBrain(name = "consolidate")
@Designate(ocd = Config.class)
@Component(configurationPid = "org.kumiki.policy.consolidate")
public final class Consolidate implements Policy {

    private final double mostLoad;
    private final long worthMiB;
    private final Duration rest;
    private final int samples;
    private final int rounds;

    @Activate
    public Consolidate(Config config) {
        this(config.mostLoad(), config.worthGiB(), Duration.ofMinutes(config.restMinutes()), config.samples(), config.rounds());
    }

    /**
     * @param worthGiB how much may be copied to empty one host
     * @param rounds   for which a better packing is searched than emptying one host after the other comes to
     */
    public Consolidate(double mostLoad, int worthGiB, Duration rest, int samples, int rounds) {
        this.mostLoad = mostLoad;
        this.worthMiB = worthGiB * 1_024L;
        this.rest = rest;
        this.samples = samples;
        this.rounds = rounds;
    }

    @Override
    public Plan plan(DatacenterView view, History history) {
        double[] use = CpuUse.recent(view, history, samples);
        Instant rested = view.time().minus(rest);
        IntPredicate mayMove = instance -> history.moved(view.instances().instance(instance).id()).filter(rested::isBefore).isEmpty();
        Course emptied = new Course(view, use);
        emptyOneAfterTheOther(emptied, mayMove);
        Course best = emptied;
        if (rounds > 0) {
            Course searched = new Course(view, use);
            new Rearrangement(searched, mayMove, mostLoad).towards(emptied, rounds);
            best = Price.saved(searched, worthMiB) > Price.saved(emptied, worthMiB) ? searched : emptied;
        }
        return Price.saved(best, worthMiB) <= 0 ? Plan.NOTHING
                : best.plan(inUse(new Course(view)) + " hosts in use become " + inUse(best), List.of());
    }

    private static int inUse(Course course) {
        int hosts = 0;
        for (int host = 0; host < course.size(); host++) {
            hosts += course.guests(host) > 0 ? 1 : 0;
        }
        return hosts;
    }

    private void emptyOneAfterTheOther(Course course, IntPredicate mayMove) {
        Evacuation evacuation = new Evacuation(course, host -> course.guests(host) > 0, mayMove, mostLoad);
        for (int host : leastToCopyFirst(course)) {
            if (receivedNothing(course, host)) {
                evacuation.empty(host, "host " + course.id(host) + " becomes empty");
            }
        }
    }

    private List<Integer> leastToCopyFirst(Course course) {
        long[] toCopy = new long[course.size()];
        List<Integer> hosts = new ArrayList<>();
        for (int host = 0; host < course.size(); host++) {
            for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
                toCopy[host] += course.instances().memoryMiB(guest);
            }
            if (course.state(host).takesGuests() && toCopy[host] > 0 && toCopy[host] < worthMiB * Price.of(course, host)) {
                hosts.add(host);
            }
        }
        hosts.sort(Comparator.<Integer>comparingLong(host -> toCopy[host]).thenComparing(Comparator.naturalOrder()));
        return hosts;
    }

    private static boolean receivedNothing(Course course, int host) {
        for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
            if (course.instances().hostRow(guest) != host) {
                return false;
            }
        }
        return true;
    }
}
