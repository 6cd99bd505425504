package org.kumiki.tck.brain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.tck.Report;
import org.kumiki.tck.Report.Result;
import org.kumiki.tck.Report.Verdict;

/** The kit for brains passes right ones, and catches each of many that have one defect. */
class BrainTckTest {

    /** The first host that may take each guest. */
    private static final Scheduler FIRST_FIT = (view, request) -> {
        HostTable hosts = view.hosts();
        List<HostId> chosen = new ArrayList<>();
        for (int row = 0; row < hosts.size() && chosen.size() < request.count(); row++) {
            while (chosen.size() < request.count() && Eligibility.refusal(hosts, row, request.each(), request.rules()) == null) {
                int at = row;
                chosen.add(hosts.id(row));
                HostTable.Editor editor = hosts.edit().take(row, request.each());
                request.rules().spreadGroup().ifPresent(group -> editor.group(group, at, true));
                request.rules().clusterGroup().ifPresent(group -> editor.group(group, at, true));
                hosts = editor.build();
            }
        }
        return new Placement(chosen, "the first that may", Eligibility.refusals(view.hosts(), request.each(), request.rules()));
    };

    /** Empties hosts that are drained. */
    private static final Policy EMPTY_DRAINED = (view, history) -> {
        Course course = new Course(view);
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host) == HostState.DRAINING) {
                for (int guest = course.first(host), next; guest >= 0; guest = next) {
                    next = course.next(guest);
                    for (int to = 0; to < course.size() && course.hostRow(guest) == host; to++) {
                        course.migrate(new int[] { guest }, to, "its host is drained");
                    }
                }
            }
        }
        return course.isEmpty() ? Plan.NOTHING : course.plan("hosts are drained", List.of());
    };

    private static final MigrationStrategy PRECOPY = (order, progress) -> !order.allows(Feature.LIVE_MIGRATION_PRECOPY)
            ? new MigrationDirective.Cancel("pre-copy is not allowed")
            : new MigrationDirective.Continue(0, order.downtimeBudget(), Math.min(0.9, progress.size() / 1_000.0));

    private static final Map<String, Object> DEFECTIVE = new HashMap<>();

    private static void scheduler(String defect, Scheduler scheduler) {
        DEFECTIVE.put("scheduler that " + defect, scheduler);
    }

    private static void policy(String defect, Policy policy) {
        DEFECTIVE.put("policy that " + defect, policy);
    }

    private static void strategy(String defect, MigrationStrategy strategy) {
        DEFECTIVE.put("strategy that " + defect, strategy);
    }

    private static Scheduler blind(UnaryOperator<PlacementRules> blindness) {
        return (view, request) -> FIRST_FIT.place(view, new PlacementRequest(request.count(), request.each(), blindness.apply(request.rules())));
    }

    static {
        AtomicInteger calls = new AtomicInteger();
        int[] shared = new int[1];
        scheduler("answers null", (view, request) -> null);
        scheduler("throws in an empty datacenter", (view, request) -> {
            view.hosts().id(0);
            return FIRST_FIT.place(view, request);
        });
        scheduler("chooses one host too many", (view, request) -> with(FIRST_FIT.place(view, request), hosts -> {
            if (!hosts.isEmpty()) {
                hosts.add(hosts.get(0));
            }
        }));
        scheduler("leaves the last one out", (view, request) -> with(FIRST_FIT.place(view, request), hosts -> {
            if (hosts.size() > 3) {
                hosts.remove(hosts.size() - 1);
            }
        }));
        scheduler("chooses a host that is not there", (view, request) -> with(FIRST_FIT.place(view, request), hosts -> hosts.replaceAll(host -> new HostId("x"))));
        scheduler("does not look at the state of a host", (view, request) -> FIRST_FIT.place(allUp(view), request));
        scheduler("does not look at rules", blind(rules -> PlacementRules.ANYWHERE));
        scheduler("does not look at groups", blind(PlacementRules::withoutGroups));
        scheduler("does not count what it has placed itself", (view, request) -> with(FIRST_FIT.place(view, new PlacementRequest(1, request.each(),
                request.rules())), hosts -> hosts.addAll(Collections.nCopies(hosts.isEmpty() ? 0 : request.count() - 1, hosts.isEmpty() ? null : hosts.get(0)))));
        scheduler("gives no reason", (view, request) -> {
            Placement placement = FIRST_FIT.place(view, request);
            return new Placement(placement.hosts(), "", placement.refusals());
        });
        scheduler("says of no host what is in the way", (view, request) -> new Placement(FIRST_FIT.place(view, request).hosts(), "so", List.of()));
        scheduler("takes turns", (view, request) -> with(FIRST_FIT.place(view, request), hosts -> {
            if (calls.incrementAndGet() % 2 == 0) {
                Collections.reverse(hosts);
            }
        }));
        scheduler("keeps its work where others find it", (view, request) -> {
            shared[0] = request.count();
            Thread.yield();
            spin();
            return with(FIRST_FIT.place(view, request), hosts -> {
                while (hosts.size() > shared[0]) {
                    hosts.remove(hosts.size() - 1);
                }
            });
        });
        scheduler("gives up in a large datacenter", (view, request) -> view.hosts().size() > 1_000 ? new Placement(List.of(), "too large", List.of())
                : FIRST_FIT.place(view, request));
        policy("answers null", (view, history) -> null);
        policy("throws where nothing was measured", (view, history) -> {
            for (int row = 0; row < view.instances().size(); row++) {
                double last = history.cpu(view.instances().instance(row).id(), 1)[0];
                if (last > 2) {
                    return Plan.NOTHING;
                }
            }
            return EMPTY_DRAINED.plan(view, history);
        });
        policy("moves what may not move", (view, history) -> view.instances().size() == 0 ? Plan.NOTHING : new Plan(List.of(new Plan.Step(new Action.Migrate(
                view.instances().instance(0).id(), view.hosts().id(view.hosts().size() - 1)), "so")), "so"));
        policy("switches off what is in use", (view, history) -> view.hosts().size() == 0 ? Plan.NOTHING
                : new Plan(List.of(new Plan.Step(new Action.Sleep(view.hosts().id(0)), "so")), "so"));
        policy("goes by a die", (view, history) -> Math.random() < 0.5 ? Plan.NOTHING : EMPTY_DRAINED.plan(view, history));
        policy("remembers", (view, history) -> calls.incrementAndGet() % 3 == 0 ? Plan.NOTHING : EMPTY_DRAINED.plan(view, history));
        policy("gives no reason", (view, history) -> new Plan(EMPTY_DRAINED.plan(view, history).steps(), ""));
        policy("gives no reason for a step", (view, history) -> new Plan(EMPTY_DRAINED.plan(view, history).steps().stream()
                .map(step -> new Plan.Step(step.action(), "")).toList(), "so"));
        policy("never comes to rest", (view, history) -> {
            Course course = new Course(view);
            for (int guest = 0; guest < view.instances().size() && course.isEmpty(); guest++) {
                for (int host = 0; host < course.size() && course.isEmpty(); host++) {
                    course.migrate(new int[] { guest }, host, "for a change");
                }
            }
            return course.isEmpty() ? Plan.NOTHING : course.plan("restless", List.of());
        });
        policy("moves one twice", (view, history) -> {
            Plan plan = EMPTY_DRAINED.plan(view, history);
            return plan.steps().isEmpty() ? plan : new Plan(Stream.concat(plan.steps().stream(), plan.steps().stream().limit(1)).toList(), "so");
        });
        policy("plans where nothing is", (view, history) -> view.hosts().size() > 0 ? EMPTY_DRAINED.plan(view, history)
                : new Plan(List.of(new Plan.Step(new Action.Wake(new HostId("h")), "so")), "so"));
        policy("gives up in a large datacenter", (view, history) -> {
            if (view.hosts().size() > 500) {
                throw new IllegalStateException("too large");
            }
            return EMPTY_DRAINED.plan(view, history);
        });
        strategy("answers null", (order, progress) -> null);
        strategy("throws before there is a report", (order, progress) -> progress.get(progress.size() - 1) == null ? null : PRECOPY.direct(order, progress));
        strategy("goes over to post-copy though it may not", (order, progress) -> new MigrationDirective.SwitchToPostcopy());
        strategy("stops a guest though it may not", (order, progress) -> progress.isEmpty() ? new MigrationDirective.StopAndCopy()
                : PRECOPY.direct(order, progress));
        strategy("copies though nothing is allowed", (order, progress) -> new MigrationDirective.Continue(0, order.downtimeBudget(), 0.9));
        strategy("stops a guest's CPUs", (order, progress) -> new MigrationDirective.Continue(0, order.downtimeBudget(), 1));
        strategy("wants time back", (order, progress) -> PRECOPY.direct(order, progress) instanceof MigrationDirective.Continue go
                ? new MigrationDirective.Continue(0, Duration.ofMillis(-1), go.throttle()) : PRECOPY.direct(order, progress));
        strategy("has a channel of less than nothing", (order, progress) -> PRECOPY.direct(order, progress) instanceof MigrationDirective.Continue go
                ? new MigrationDirective.Continue(-1, order.downtimeBudget(), go.throttle()) : PRECOPY.direct(order, progress));
        strategy("has no measure", (order, progress) -> PRECOPY.direct(order, progress) instanceof MigrationDirective.Continue
                ? new MigrationDirective.Continue(0, order.downtimeBudget(), Double.NaN) : PRECOPY.direct(order, progress));
        strategy("shuts a guest down late", (order, progress) -> progress.size() > 30 ? new MigrationDirective.Cold() : PRECOPY.direct(order, progress));
        strategy("goes on for ever", (order, progress) -> PRECOPY.direct(order, progress) instanceof MigrationDirective.Continue
                ? new MigrationDirective.Continue(0, order.downtimeBudget(), 0) : PRECOPY.direct(order, progress));
        strategy("goes by a die", (order, progress) -> Math.random() < 0.1 ? new MigrationDirective.Cancel("bad luck") : PRECOPY.direct(order, progress));
        strategy("gives up and says no reason", (order, progress) -> order.modes().isEmpty() ? new MigrationDirective.Cancel("")
                : PRECOPY.direct(order, progress));
    }

    private static void spin() {
        for (int i = 0; i < 2_000; i++) {
            Thread.onSpinWait();
        }
    }

    private static Placement with(Placement placement, Consumer<List<HostId>> change) {
        List<HostId> hosts = new ArrayList<>(placement.hosts());
        change.accept(hosts);
        return new Placement(hosts, placement.reason(), placement.refusals());
    }

    private static DatacenterView allUp(DatacenterView view) {
        HostTable.Editor editor = view.hosts().edit();
        for (int row = 0; row < view.hosts().size(); row++) {
            editor.state(row, HostState.UP);
        }
        HostTable table = editor.build();
        return new DatacenterView(view.version(), view.time(), table, view::instances);
    }

    @TestFactory
    Stream<DynamicTest> catches() {
        assertThat(DEFECTIVE).hasSize(39);
        return DEFECTIVE.entrySet().stream().map(each -> DynamicTest.dynamicTest(each.getKey(),
                () -> assertThat(BrainTck.run(each.getKey(), each.getValue(), result -> { }).isPassed()).isFalse()));
    }

    @Test
    void passesRightOnes() {
        List<Result> seen = new ArrayList<>();
        Report report = BrainTck.run("first fit", FIRST_FIT, seen::add);

        assertThat(report.summary()).isEqualTo("9 passed, 0 failed, 0 skipped");
        assertThat(seen).isEqualTo(report.results());
        assertThat(BrainTck.run("empty drained", EMPTY_DRAINED, seen::add).summary()).isEqualTo("6 passed, 0 failed, 0 skipped");
        assertThat(BrainTck.run("pre-copy", PRECOPY, seen::add).summary()).isEqualTo("7 passed, 0 failed, 0 skipped");
    }

    @Test
    void givesUpOneThatHangs() {
        CountDownLatch never = new CountDownLatch(1);
        BrainCheck<Object> check = new BrainCheck<>("comes back", brain -> never.await());

        Result result = BrainTck.run(check, new Object(), Duration.ofMillis(50));

        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.detail()).contains("did not answer");
    }

    @Test
    void refusesWhatIsNoBrain() {
        assertThatThrownBy(() -> BrainTck.run("thing", "thing", result -> { })).isInstanceOf(IllegalArgumentException.class);
    }
}
