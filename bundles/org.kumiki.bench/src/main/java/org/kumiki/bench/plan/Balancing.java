package org.kumiki.bench.plan;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.policy.balance.Balance;

/**
 * Puts guests on hosts at random, and lets Ganeti and us even that out: both know CPUs and memory that are promised, and nothing else. Ganeti's
 * hbal says how uneven a cluster is, also after our moves, of which there may be no more than it made itself.
 */
final class Balancing {

    /** A size to fill the cluster up with. */
    private static final Resources FILL = new Resources(4, 16 * 1_024L, 0, 0);

    private final Ganeti ganeti;
    private final Scheduler bestFit;
    private final PrintStream out;

    Balancing(Path directory, Scheduler bestFit, PrintStream out) throws IOException {
        this.ganeti = new Ganeti(directory);
        this.bestFit = bestFit;
        this.out = out;
    }

    void run(int hosts, int guests) {
        DatacenterView view = scattered(hosts, guests);
        int[] before = new int[view.instances().size()];
        Arrays.setAll(before, view.instances()::hostRow);
        Ganeti.Balanced theirs = ganeti.balance(view.hosts(), view.instances(), before);
        long began = System.nanoTime();
        Plan plan = new Balance(new Balance.Settings(1, 1, 0, 0, 0, theirs.moves(), Duration.ZERO, 1)).plan(view, Packing.NOTHING_MEASURED);
        double seconds = (System.nanoTime() - began) / 1e9;
        Course course = new Course(view);
        long refused = plan.steps().stream().filter(step -> course.take(step) != null).count();
        int[] after = new int[before.length];
        Arrays.setAll(after, course::hostRow);
        out.printf(Locale.ROOT, "  %d hosts, %d guests at random: Ganeti's score is %.5f%n", hosts, guests, theirs.before());
        out.printf(Locale.ROOT, "  hbal         %.5f after %d moves, in %.2f s%n", theirs.after(), theirs.moves(), theirs.seconds());
        out.printf(Locale.ROOT, "  balance      %.5f after %d moves, in %.2f s (bar: no worse with no more); %d refused%n",
                ganeti.score(view.hosts(), view.instances(), after),
                plan.steps().stream().filter(step -> step.action() instanceof Action.Migrate).count(), seconds, refused);
        fill(view, before);
    }

    private void fill(DatacenterView view, int[] hostRow) {
        int theirs = ganeti.fits(view.hosts(), view.instances(), hostRow, FILL);
        PlacementRequest one = new PlacementRequest(1, FILL, PlacementRules.ANYWHERE);
        Estate estate = new Estate(view.hosts());
        int ours = 0;
        while (estate.launch(bestFit, one) == 1) {
            ours++;
        }
        out.printf(Locale.ROOT, "  guests of %d cpus and %d MiB that still fit: hspace finds room for %d, bestfit for %d%n", FILL.cpus(),
                FILL.memoryMiB(), theirs, ours);
    }

    private static DatacenterView scattered(int hosts, int guests) {
        Estate estate = new Estate(hosts, 0);
        Guests clients = new Guests(5, false);
        SplittableRandom random = new SplittableRandom(6);
        while (estate.instances().size() < guests) {
            PlacementRequest request = clients.next();
            Resources each = new Resources(request.each().cpus(), request.each().memoryMiB(), 0, 0);
            int row = random.nextInt(hosts);
            if (estate.hosts().hasRoom(row, each)) {
                estate.put(new PlacementRequest(1, each, PlacementRules.ANYWHERE), estate.hosts().id(row));
            }
        }
        return estate.view();
    }
}
