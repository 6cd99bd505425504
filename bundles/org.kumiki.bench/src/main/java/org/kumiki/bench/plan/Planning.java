package org.kumiki.bench.plan;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import org.kumiki.policy.consolidate.Consolidate;
import org.kumiki.scheduler.bestfit.BestFit;
import org.kumiki.scheduler.spread.Spread;

/** Measures brains: how fast and how well they place, pack and move, and whether a hostile one gets anything past the rules. */
public final class Planning {

    private static final int WARM_UPS = 2;
    private static final int BALANCED_HOSTS = 40;
    private static final int GUESTS_A_HOST = 9;

    private final int hosts;
    private final int guests;
    private final long plans;
    private final int runs;
    private final PrintStream out;

    /** @param plans that are hostile */
    public Planning(int hosts, int guests, long plans, int runs, PrintStream out) {
        this.hosts = hosts;
        this.guests = guests;
        this.plans = plans;
        this.runs = runs;
        this.out = out;
    }

    /** @param cloudBalancing where the sets lie, if they are there */
    public void run(Path directory, Optional<Path> cloudBalancing) throws IOException {
        out.printf(Locale.ROOT, "%nPlacing, one request after the other, among %,d hosts%n", hosts);
        BestFit bestFit = new BestFit();
        for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
            new Placing(bestFit, hosts, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)).run(guests);
        }
        new Placing(bestFit, hosts, out).run(guests);

        out.printf(Locale.ROOT, "%nPacking what is spread over %,d hosts; the last of %d runs%n", hosts, runs);
        Consolidate consolidate = new Consolidate(1, 256, Duration.ofHours(1), 1, 0);
        new Packing(new Spread(), consolidate, out).run(hosts, guests, false, runs);
        new Packing(new Spread(), consolidate, out).run(hosts, guests, true, runs);

        out.printf("%nHostile plans, judged by the rules and by an oracle%n");
        Adversary.Result result = Adversary.run(plans, 1);
        out.printf(Locale.ROOT,
                "  %,d plans of %,d steps, %,d taken: %d wrong ones taken (bar 0), %d right ones refused (bar 0); side by side %d collisions (bar 0)%n",
                result.plans(), result.steps(), result.taken(), result.violations(), result.refusals(), result.collisions());

        out.printf("%nBalancing, beside Ganeti's htools%n");
        if (Ganeti.isInstalled()) {
            new Balancing(directory, bestFit, out).run(BALANCED_HOSTS, BALANCED_HOSTS * GUESTS_A_HOST);
        } else {
            out.println("  they are not installed here (Debian, Ubuntu: ganeti-htools and libpcre3)");
        }

        out.printf("%nAssigning, OptaPlanner's CloudBalancing%n");
        if (cloudBalancing.isPresent()) {
            new CloudBalancing(out).run(cloudBalancing.get());
        } else {
            out.println("  no --cloudbalancing DIRECTORY was given");
        }
    }
}
