package org.kumiki.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Comparison;
import org.kumiki.api.policy.Figures;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.RehearsalReport;
import org.kumiki.api.policy.Role;
import org.kumiki.api.view.HostTable;

/** Plays a policy that empties hosts, one guest after the other, each in three rounds; and one that only advises. */
final class Theatre {

    private static final long MEMORY = 2L << 30;
    private static final double CHANNEL = 110e6;
    private static final double DIRTY = 24e6;

    private final FakeDatacenter stage;
    private final Map<InstanceId, Double> sent = new LinkedHashMap<>();
    private final List<PlanReport.Step> steps = new ArrayList<>();
    private Instant planned = Instant.now();
    private double time;

    Theatre(FakeDatacenter stage) {
        this.stage = stage;
    }

    /** Four hosts: a busy one, a calm one, one to be emptied, and one that is off. */
    static FakeDatacenter lab() {
        FakeDatacenter lab = new FakeDatacenter();
        Resources capacity = new Resources(16, 32_768, 4_194_304, 10_000);
        for (int host = 1; host <= 4; host++) {
            lab.host("lab-" + host, FakeDatacenter.QEMU, host == 4 ? HostState.OFF : HostState.UP, capacity,
                    Map.of("zone", "us-east-1a", "rack", host < 3 ? "r1" : "r2"));
        }
        String[] names = { "shop-1", "shop-2", "postgres", "queue", "codec", "mail", "search-1", "build" };
        int[] hosts = { 1, 1, 1, 2, 1, 2, 3, 3 };
        for (int guest = 0; guest < names.length; guest++) {
            lab.instance(names[guest], "lab-" + hosts[guest], InstanceState.RUNNING, Duration.ofMinutes(200 - 11L * guest));
        }
        lab.instance("report", "lab-3", InstanceState.STOPPED, Duration.ofMinutes(90));
        lab.decided("org.kumiki.policy.powersave 1.0.0", "lab-4", "two hosts are enough for what the next hours will bring");
        return lab;
    }

    /** One that looks on beside another: a step of its own, one of the other's, and one of both. */
    static RehearsalReport shadow(FakeDatacenter stage) {
        InstanceId guest = stage.inventory().instances().iterator().next().id();
        Action move = new Action.Migrate(guest, new HostId("lab-2"));
        Figures now = new Figures(4, 3, 0.34, 380, 0, 0.5, 0);
        Comparison plans = new Comparison(planOf("stochastic", move, new Action.Sleep(new HostId("lab-3"))),
                planOf("consolidate", move, new Action.Wake(new HostId("lab-4"))), now, new Figures(4, 2, 0.51, 292, 0, 0.3, 1),
                new Figures(4, 4, 0.26, 478, 0, 0.6, 1));
        return new RehearsalReport(rehearsal("stochastic", Role.SHADOW, List.of(), Bounds.NONE), 0, Optional.of(plans), samples(false), Optional.empty());
    }

    /** One that has two hosts of its own, and switches one off. */
    static RehearsalReport canary() {
        return new RehearsalReport(rehearsal("powersave", Role.CANARY, List.of(new HostId("lab-1"), new HostId("lab-3")),
                new Bounds(OptionalInt.of(10), OptionalDouble.of(0.02), OptionalDouble.of(1.05), OptionalDouble.empty())), 4, Optional.empty(), samples(true),
                Optional.empty());
    }

    private static Rehearsal rehearsal(String policy, Role role, List<HostId> hosts, Bounds bounds) {
        return new Rehearsal(policy, role, Optional.of("consolidate"), hosts, bounds, Instant.now().minusSeconds(5_400),
                role == Role.CANARY ? Optional.of(Instant.now().plusSeconds(40_000)) : Optional.empty(), "shell", "");
    }

    private static List<RehearsalReport.Sample> samples(boolean sleeps) {
        List<RehearsalReport.Sample> samples = new ArrayList<>();
        for (int minute = 0; minute <= 90; minute++) {
            boolean asleep = sleeps && minute > 40;
            double wave = 0.3 + 0.1 * Math.sin(minute / 9.0) + 0.02 * Math.sin(minute * 2.1);
            samples.add(new RehearsalReport.Sample(Instant.now().minusSeconds(60L * (90 - minute)),
                    new Figures(2, asleep ? 1 : 2, asleep ? 2 * wave : wave, asleep ? 148 + 60 * wave : 200 + 90 * wave, asleep && minute % 23 == 0 ? 1 : 0,
                            0.4, asleep ? 4 : 0),
                    Optional.of(new Figures(2, 2, wave + 0.05, 210 + 90 * wave, 0, 0.5, 0))));
        }
        return samples;
    }

    private static PlanReport planOf(String policy, Action... actions) {
        return new PlanReport(policy, policy, true, Instant.now(), 7, "", Stream.of(actions)
                .map(action -> new PlanReport.Step(action, "two hosts are enough", PlanReport.State.WAITING, "")).toList(), List.of());
    }

    /** What was measured, up to now. */
    void measure() {
        HostTable hosts = stage.inventory().view().hosts();
        for (int row = 0; row < hosts.size(); row++) {
            double[] series = new double[30];
            for (int sample = 0; sample < series.length; sample++) {
                series[sample] = hosts.state(row) == HostState.OFF ? Double.NaN : Math.max(0.01,
                        0.14 * hosts.guests(row) + 0.05 * Math.sin(sample * 0.9 + row + time / 7) + 0.04 * Math.sin(sample * 2.3 + 2 * row));
            }
            stage.busy(hosts.id(row), series);
        }
        int number = 0;
        for (Instance instance : stage.inventory().instances()) {
            if (instance.state() == InstanceState.RUNNING) {
                stage.busy(instance.id(), 0.08 + 0.13 * (number++ * 5 % 7));
            }
        }
    }

    /** Lets some seconds pass. */
    void play(double seconds) {
        time += seconds;
        stage.settle();
        for (Migration move : stage.inventory().migrations().stream().filter(Migration::isMoving).toList()) {
            carryOn(move, sent.merge(move.instance(), seconds * CHANNEL, Double::sum));
        }
        if (stage.inventory().migrations().stream().noneMatch(Migration::isMoving)) {
            next();
        }
        steps.replaceAll(this::judge);
        if (!steps.isEmpty()) {
            stage.plans(new PlanReport("maintenance", "org.kumiki.policy.maintenance 1.0.0", false, planned, 7, "1 host is to be empty", steps,
                    List.of()), advice());
        }
        measure();
    }

    private void carryOn(Migration move, double bytes) {
        double shrink = DIRTY / CHANNEL;
        double done = 0;
        double round = MEMORY;
        for (int number = 0; number < 3; number++, round *= shrink) {
            if (bytes < done + round) {
                stage.reports(move.instance(), new MigrationProgress(Phase.PRECOPY, Duration.ofMillis((long) (1_000 * bytes / CHANNEL)), number,
                        (long) bytes, (long) (done + round - bytes), number == 0 ? 0 : DIRTY, CHANNEL, 0));
                return;
            }
            done += round;
        }
        stage.arrives(move.instance());
        sent.remove(move.instance());
    }

    private void next() {
        HostTable hosts = stage.inventory().view().hosts();
        for (Instance instance : stage.inventory().instances()) {
            int row = instance.host().map(hosts::row).orElse(-1);
            if (row >= 0 && instance.state() == InstanceState.RUNNING && hosts.state(row) == HostState.DRAINING) {
                target(hosts).ifPresent(target -> {
                    if (steps.stream().noneMatch(step -> ((Action.Migrate) step.action()).instance().equals(instance.id()))) {
                        plan(instance.host().get());
                    }
                    stage.departs(instance.id(), target.value(), "host " + instance.host().get() + " is to be empty");
                });
                return;
            }
        }
    }

    private void plan(HostId source) {
        steps.clear();
        planned = Instant.now();
        HostTable hosts = stage.inventory().view().hosts();
        stage.inventory().instances().stream()
                .filter(instance -> instance.state() == InstanceState.RUNNING && instance.host().equals(Optional.of(source)))
                .forEach(instance -> steps.add(new PlanReport.Step(new Action.Migrate(instance.id(), target(hosts).orElseThrow()),
                        "host " + source + " is to be empty", PlanReport.State.WAITING, "")));
    }

    private PlanReport advice() {
        InstanceId guest = stage.inventory().instances().iterator().next().id();
        return new PlanReport("balance", "org.kumiki.policy.balance 1.0.0", true, planned, 7,
                "the busiest host would go from 71 % to 52 % of its CPUs",
                List.of(new PlanReport.Step(new Action.Wake(new HostId("lab-4")), "two hosts are too few for what is to come",
                        PlanReport.State.WAITING, ""),
                        new PlanReport.Step(new Action.Migrate(guest, new HostId("lab-4")), "it runs hot and gets room of its own",
                                PlanReport.State.WAITING, "")),
                List.of(new Plan.Left(stage.inventory().instances().stream().skip(2).findFirst().orElseThrow().id(),
                        "it is pinned to lab-1")));
    }

    private PlanReport.Step judge(PlanReport.Step step) {
        InstanceId instance = ((Action.Migrate) step.action()).instance();
        return stage.inventory().migrations().find(instance).map(move -> switch (move.state()) {
            case MOVING -> step.with(PlanReport.State.UNDER_WAY, "");
            case COMPLETED -> step.with(PlanReport.State.DONE, "");
            case FAILED -> step.with(PlanReport.State.FAILED, move.reason());
        }).orElse(step);
    }

    private static Optional<HostId> target(HostTable hosts) {
        HostId best = null;
        long free = 0;
        for (int row = 0; row < hosts.size(); row++) {
            if (hosts.state(row) == HostState.UP && hosts.freeMemoryMiB(row) > free) {
                best = hosts.id(row);
                free = hosts.freeMemoryMiB(row);
            }
        }
        return Optional.ofNullable(best);
    }
}
