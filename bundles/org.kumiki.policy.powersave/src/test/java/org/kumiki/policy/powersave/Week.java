package org.kumiki.policy.powersave;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.policy.paper.Paper;

/**
 * Two weeks of offices on paper: quiet nights and weekends, a steep morning, five minutes a step. In the first week all hosts are up; in the
 * second one a policy decides, and what it costs is counted. A host needs two steps to wake.
 */
final class Week implements History {

    private static final int STEPS_OF_A_DAY = 288;
    private static final int HOSTS = 16;
    private static final int GUESTS = 60;
    private static final int WAKING = 2;
    private static final double BUSY = 0.9;
    private static final double STEP_HOURS = 5 / 60.0;

    /**
     * What a week came to.
     *
     * @param overloadMinutes summed over all hosts that were busier than 90 %
     */
    record Bill(double kilowattHours, int overloadMinutes, int moves, int wakes) {
    }

    private final Paper paper = new Paper();
    private final SplittableRandom random = new SplittableRandom(3);
    private final double[] size = new double[GUESTS];
    private final Map<Object, double[]> loads = new HashMap<>();
    private int measured;
    private final Map<HostId, Integer> waking = new HashMap<>();
    private int moves;
    private int wakes;

    Week() {
        for (int host = 0; host < HOSTS; host++) {
            paper.host("h" + host);
        }
        for (int guest = 0; guest < GUESTS; guest++) {
            size[guest] = random.nextDouble(0.9, 1.1);
            paper.guest(guest, "h" + guest % HOSTS, 1 + guest % 3 / 2, 0);
        }
    }

    Bill live(Policy policy) {
        double wattHours = 0;
        int overloaded = 0;
        for (int step = 0; step < 14 * STEPS_OF_A_DAY; step++) {
            work(step);
            measure();
            if (step >= 7 * STEPS_OF_A_DAY) {
                for (int host = 0; host < HOSTS; host++) {
                    double load = paper.load(new HostId("h" + host));
                    wattHours += STEP_HOURS * watts(host, load);
                    overloaded += load > BUSY ? 1 : 0;
                }
                wakeUp();
                carryOut(policy.plan(paper.view(), this));
            }
            paper.pass(interval());
        }
        return new Bill(wattHours / 1_000, 5 * overloaded, moves, wakes);
    }

    private double watts(int host, double load) {
        HostId id = new HostId("h" + host);
        return paper.state(id.value()) == HostState.UP ? 100 + 100 * load : waking.containsKey(id) ? 150 : 5;
    }

    /** How busy offices are at a time, from 0 to 1. */
    private static double shape(int step) {
        double hour = step % STEPS_OF_A_DAY / 12.0;
        double day = hour < 8 || hour > 20 ? 0 : hour < 9 ? hour - 8 : hour > 18 ? (20 - hour) / 2 : 1;
        boolean weekend = step / STEPS_OF_A_DAY % 7 >= 5;
        return 0.12 + (weekend ? 0.15 : 0.84) * day;
    }

    private void work(int step) {
        double today = 1 + 0.05 * Math.sin(step / 700.0);
        for (int guest = 0; guest < GUESTS; guest++) {
            paper.busy().put(Paper.id(guest), Math.max(0, Math.min(1, today * size[guest] * shape(step) + random.nextDouble(-0.04, 0.04))));
        }
    }

    private void measure() {
        for (int host = 0; host < HOSTS; host++) {
            HostId id = new HostId("h" + host);
            keep(id, paper.load(id));
        }
        paper.busy().forEach(this::keep);
        measured++;
    }

    private void keep(Object of, double load) {
        loads.computeIfAbsent(of, any -> new double[14 * STEPS_OF_A_DAY])[measured] = load;
    }

    private void wakeUp() {
        waking.replaceAll((host, steps) -> steps - 1);
        waking.entrySet().removeIf(host -> {
            if (host.getValue() == 0) {
                paper.become(host.getKey(), HostState.UP);
            }
            return host.getValue() == 0;
        });
    }

    /** What waits for a host to wake is left out; the next plan will want it again. */
    private void carryOut(Plan plan) {
        DatacenterView view = paper.view();
        Course course = new Course(view);
        List<Plan.Step> now = new ArrayList<>();
        for (Plan.Step step : plan.steps()) {
            if (step.action() instanceof Action.Wake wake) {
                if (waking.putIfAbsent(wake.host(), WAKING) == null) {
                    wakes++;
                }
            } else if (course.take(step) == null) {
                now.add(step);
                moves += step.action() instanceof Action.Migrate ? 1 : 0;
            }
        }
        paper.carryOut(new Plan(now, plan.reason()));
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(5);
    }

    @Override
    public Instant last() {
        return paper.last();
    }

    @Override
    public double[] cpu(HostId host, int samples) {
        return newest(host, samples);
    }

    @Override
    public double[] cpu(InstanceId instance, int samples) {
        return newest(instance, samples);
    }

    private double[] newest(Object of, int samples) {
        return Arrays.copyOfRange(loads.get(of), Math.max(0, measured - samples), measured);
    }

    @Override
    public Optional<Instant> moved(InstanceId instance) {
        return paper.moved(instance);
    }
}
