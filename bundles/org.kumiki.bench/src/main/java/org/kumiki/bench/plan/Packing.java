package org.kumiki.bench.plan;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.Schedule;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.view.DatacenterView;

/** Spreads guests over all hosts, and then asks a policy to pack them; checks its plan and arranges it. */
final class Packing {

    /** Nothing was measured, so that guests count with what they were promised. */
    static final History NOTHING_MEASURED = new History() {
        @Override
        public Duration interval() {
            return Duration.ofMinutes(5);
        }

        @Override
        public Instant last() {
            return Instant.EPOCH;
        }

        @Override
        public double[] cpu(HostId host, int samples) {
            return new double[0];
        }

        @Override
        public double[] cpu(InstanceId instance, int samples) {
            return new double[0];
        }

        @Override
        public Optional<Instant> moved(InstanceId instance) {
            return Optional.empty();
        }
    };

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Scheduler spread;
    private final Policy policy;
    private final PrintStream out;

    Packing(Scheduler spread, Policy policy, PrintStream out) {
        this.spread = spread;
        this.policy = policy;
        this.out = out;
    }

    /** @param runs how often the plan is made; the last and warmest one is printed */
    void run(int hosts, int guests, boolean rules, int runs) {
        Estate estate = new Estate(hosts);
        Guests clients = new Guests(3, rules);
        while (estate.instances().size() < guests) {
            estate.launch(spread, clients.next());
        }
        long before = estate.used();
        for (int run = 0; run < runs; run++) {
            run(estate, before, rules, run == runs - 1);
        }
    }

    private void run(Estate estate, long before, boolean rules, boolean print) {
        DatacenterView view = estate.view();
        view.instances();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long began = System.nanoTime();
        Plan plan = policy.plan(view, NOTHING_MEASURED);
        long planned = System.nanoTime();
        Course course = new Course(view);
        long objections = plan.steps().stream().filter(step -> course.take(step) != null).count();
        long checked = System.nanoTime();
        Schedule schedule = Schedule.of(view, plan);
        long arranged = System.nanoTime();
        double cpuSeconds = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
        if (print) {
            long after = 0;
            for (int row = 0; row < course.size(); row++) {
                after += course.guests(row) > 0 ? 1 : 0;
            }
            long bound = estate.lowerBound();
            long moves = plan.steps().stream().mapToLong(step -> step.action() instanceof Action.MigrateTogether together
                    ? together.instances().size() : 1).sum();
            out.printf(Locale.ROOT, "  %-12s %,d guests, %,d moves in %,d steps: %,d hosts become %,d, lower bound %,d: %+.2f %%%s%n",
                    rules ? "with rules" : "no rules", estate.instances().size(), moves, plan.steps().size(), before, after, bound,
                    100.0 * after / bound - 100, rules ? "" : " (bar +0.5 %)");
            out.printf(Locale.ROOT, "  %-12s planned in %.3f s, checked in %.3f s (%d objections), arranged in %.3f s in %d rounds; "
                    + "all %.3f s (bar 2), %.3f CPU s%n", "",
                    (planned - began) / 1e9, (checked - planned) / 1e9, objections, (arranged - checked) / 1e9, schedule.rounds(),
                    (arranged - began) / 1e9, cpuSeconds);
        }
    }
}
