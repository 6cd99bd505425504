package org.kumiki.bench.plan;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

import org.kumiki.api.model.HostId;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.view.DatacenterView;

/** Launches guests through a scheduler, one request after the other, until there are so many; then as many come and go again. */
final class Placing {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Scheduler scheduler;
    private final PrintStream out;
    private final Estate estate;
    private final Guests clients = new Guests(1, true);
    private final SplittableRandom random = new SplittableRandom(2);
    private long[] nanos;
    private int requests;
    private int refused;
    private long[] cpuNanos;

    Placing(Scheduler scheduler, int hosts, PrintStream out) {
        this.scheduler = scheduler;
        this.out = out;
        estate = new Estate(hosts);
    }

    Estate run(int guests) {
        nanos = new long[2 * guests];
        cpuNanos = new long[2 * guests];
        while (estate.instances().size() < guests) {
            launch(clients.next());
        }
        print("they come");
        long used = estate.used();
        long bound = estate.lowerBound();
        out.printf(Locale.ROOT, "  %,d guests on %,d hosts, lower bound %,d: %.3f times as many (bar 1.04)%n", estate.instances().size(), used, bound,
                (double) used / bound);
        for (int come = 0; come < guests;) {
            PlacementRequest request = clients.next();
            for (int guest = 0; guest < request.count(); guest++) {
                estate.remove(random.nextInt(estate.instances().size()));
            }
            launch(request);
            come += request.count();
        }
        print("they come and go");
        return estate;
    }

    private void launch(PlacementRequest request) {
        DatacenterView view = estate.hostsOnly();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long began = System.nanoTime();
        List<HostId> chosen = scheduler.place(view, request).hosts();
        nanos[requests] = System.nanoTime() - began;
        cpuNanos[requests++] = THREADS.getCurrentThreadCpuTime() - cpu;
        refused += chosen.size() < request.count() ? 1 : 0;
        chosen.forEach(host -> estate.put(request, host));
    }

    /** A busy machine lets others run in between, which shows in the time that passes and not in that of the CPU. */
    private void print(String what) {
        print(what, nanos, "placements/s (bar 50,000)", " (bar 100)");
        print("", cpuNanos, "placements a CPU second", " of CPU time");
        out.printf(Locale.ROOT, "  %-17s %,d requests, %,d found too little room%n", "", requests, refused);
        requests = 0;
        refused = 0;
    }

    private void print(String what, long[] all, String unit, String note) {
        long[] sorted = Arrays.copyOf(all, requests);
        Arrays.sort(sorted);
        double perSecond = requests / (Arrays.stream(sorted).sum() / 1e9);
        out.printf(Locale.ROOT, "  %-17s %,9.0f %s; p50 %.1f us, p99 %.1f us%s, p99.9 %.0f us%n", what, perSecond, unit, at(sorted, 0.5),
                at(sorted, 0.99), note, at(sorted, 0.999));
    }

    private static double at(long[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)] / 1e3;
    }
}
