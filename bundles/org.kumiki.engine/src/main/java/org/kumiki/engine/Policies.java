package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Migration;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.PlanReport.State;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.time.Timeline;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the policies: asks each for a plan every now and then, and at once when a host's state has changed; checks the plan; carries
 * it out step by step, side by side as far as its {@link org.kumiki.api.policy.Schedule} allows, each step checked once more right before.
 * A policy is not asked while its plan is being carried out. One step that fails leaves the others alone, and a guest that has failed to
 * move is let be for a while. All of it happens on one thread; what is read from outside is immutable.
 */
final class Policies implements AutoCloseable {

    /**
     * How eager the loop is.
     *
     * @param interval     between two questions; zero to ask nobody
     * @param movesAtOnce  at most, in the whole datacenter
     * @param movesPerHost at most, to or from it
     */
    record Settings(Duration interval, int movesAtOnce, int movesPerHost) {
    }

    /**
     * Who planned, and on what.
     *
     * @param brain name, bundle and version
     */
    record Origin(String brain, DatacenterView view, History history) {
    }

    /** What carries steps out. Each stage ends when the step has been begun and is durable. */
    interface Hands {

        /** Begins the moves of all guests of an action, or of none; answers the numbers of the decisions, in the order of the guests. */
        CompletionStage<List<Long>> move(Action action, Origin origin, String planReason, String reason);

        /** Answers the number of the decision, or nothing if the host is on its way already. */
        CompletionStage<List<Long>> power(HostId host, boolean on, Origin origin, String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Policies.class);
    private static final Duration TO_PLAN = Duration.ofSeconds(30);
    private static final int LONGEST_PLAN = 100_000;
    /** Changes often come together. */
    private static final Duration TO_SETTLE = Duration.ofMillis(200);
    private static final Duration FIRST_REST = Duration.ofMinutes(2);
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    /** A plan, and what was thought of each of its steps on the view that it was made on. */
    private record Judged(DatacenterView view, History history, Plan plan, List<PlanChecker.Verdict> verdicts) {
    }

    /** A guest that has failed to move. */
    private record Rest(int failures, Instant until, String reason) {
    }

    private final Settings settings;
    private final Supplier<World> world;
    private final Supplier<History> history;
    private final Replays replays;
    private final Timeline timeline;
    private final Supervised<Policy> policies;
    private final Hands hands;
    private final ExecutorService thread;
    private final Map<String, Execution> executions = new TreeMap<>();
    private final Set<String> asked = new HashSet<>();
    private final Map<InstanceId, Rest> resting = new HashMap<>();
    private boolean roundIsDue;
    private volatile List<PlanReport> reports = List.of();
    private volatile boolean closed;

    Policies(Workers workers, Settings settings, Supplier<World> world, Supplier<History> history, Timeline timeline, Supervised<Policy> policies,
            Hands hands, Replays replays) {
        this.thread = workers.own("kumiki-policies", 1);
        this.settings = settings;
        this.world = world;
        this.history = history;
        this.timeline = timeline;
        this.policies = policies;
        this.hands = hands;
        this.replays = replays;
        if (!settings.interval().isZero()) {
            again();
        }
    }

    private void again() {
        timeline.after(settings.interval(), () -> {
            if (!closed) {
                run(this::round);
                again();
            }
        });
    }

    /** The latest plan of each policy. */
    List<PlanReport> reports() {
        return reports;
    }

    /** Something has changed: a step may have ended, or a host needs looking after. */
    void changed(World before, World after) {
        if (settings.interval().isZero() || policies.names().isEmpty()) {
            return;
        }
        if (before.hostTable() != after.hostTable() && haveOtherStates(before.hostTable(), after.hostTable())) {
            if (wasDecidedByOthers(before.hostTable(), after.hostTable())) {
                run(this::planAnew);
            }
            soon();
        }
        if (before.migrations() != after.migrations() || before.hostTable() != after.hostTable()) {
            run(this::advance);
        }
    }

    private static boolean haveOtherStates(HostTable before, HostTable after) {
        return before.size() != after.size() || IntStream.range(0, before.size()).anyMatch(row -> before.state(row) != after.state(row));
    }

    /** An operator has drained a host, or has taken that back, or one was lost: what was planned before may make no sense any more. */
    private static boolean wasDecidedByOthers(HostTable before, HostTable after) {
        return IntStream.range(0, Math.min(before.size(), after.size())).anyMatch(row -> before.state(row) != after.state(row)
                && switch (after.state(row)) {
                    case DRAINING, LOST, REMOVED -> true;
                    case UP -> before.state(row) == HostState.DRAINING || before.state(row) == HostState.MAINTENANCE;
                    case MAINTENANCE, OFF -> false; // what drains and saving power come to
                });
    }

    /** What has begun goes on; what waits is given up, and whoever failed to move is tried again. */
    private void planAnew() {
        resting.clear();
        executions.values().forEach(execution -> execution.giveUp("a host has changed since; it is planned anew"));
        advance();
    }

    /** Has every policy asked within a moment. */
    void soon() {
        run(() -> {
            if (!roundIsDue && !settings.interval().isZero()) {
                roundIsDue = true;
                timeline.after(TO_SETTLE, () -> run(this::round));
            }
        });
    }

    private void run(Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | LinkageError e) { // whatever is wrong with one plan, the loop goes on
                    LOG.error("the policies' loop stumbled", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("closed meanwhile", e);
        }
    }

    private void round() {
        roundIsDue = false;
        Set<String> present = Set.copyOf(policies.names());
        executions.keySet().removeIf(name -> !present.contains(name) && !executions.get(name).isOpen());
        present.stream().sorted().forEach(this::ask);
        tell();
    }

    private void ask(String name) {
        Execution under = executions.get(name);
        Optional<Supervised.One<Policy>> policy = policies.find(Optional.of(name));
        if (closed || policy.isEmpty() || under != null && under.isOpen() || !asked.add(name)) {
            return;
        }
        DatacenterView view = world.get().view();
        History then = history.get();
        policies.ask(policy.get(), TO_PLAN, brain -> judge(view, then, brain.plan(view, then)), Policies::fault)
                .whenComplete((judged, failure) -> run(() -> {
                    asked.remove(name);
                    if (failure == null) {
                        take(name, policy.get(), judged);
                    } // else it was logged, and counts against the policy
                }));
    }

    private static Judged judge(DatacenterView view, History history, Plan plan) {
        return new Judged(view, history, plan, plan == null || plan.steps().size() > LONGEST_PLAN ? List.of() : PlanChecker.check(view, plan));
    }

    /** One step that cannot be is a mistake; nothing but such steps is a policy that does not know what it does. */
    private static String fault(Judged judged) {
        if (judged.plan() == null) {
            return "answered null";
        } else if (judged.plan().steps().size() > LONGEST_PLAN) {
            return "planned " + judged.plan().steps().size() + " steps; " + LONGEST_PLAN + " are the most";
        } else if (!judged.verdicts().isEmpty() && judged.verdicts().stream().allMatch(verdict -> verdict.objection().isPresent())) {
            PlanChecker.Verdict first = judged.verdicts().get(0);
            return "planned nothing that may be done: " + first.step().action() + " " + first.objection().get();
        }
        return null;
    }

    private void take(String name, Supervised.One<Policy> policy, Judged judged) {
        Plan plan = judged.plan();
        Execution before = executions.get(name);
        if (plan.steps().isEmpty() && plan.left().isEmpty()) {
            if (before != null && before.isAdvice()) {
                executions.remove(name);
            } else if (before != null) {
                before.nothingLeft();
            }
        } else if (plan.steps().isEmpty() && before != null && !before.isAdvice() && before.onlyLeft(plan.left())) {
            LOG.debug("{} has said so before", name);
        } else {
            executions.put(name, new Execution(name, policy.toString(), policy.isAdvice(), judged.view().copy(), judged.history(), plan,
                    judged.verdicts()));
            LOG.info("policy {} {} {} steps: {}", name, policy.isAdvice() ? "advises" : "plans", plan.steps().size(), plan.reason());
        }
        advance();
    }

    /** Sees which steps have ended, and begins those whose turn it is. */
    private void advance() {
        World now = world.get();
        for (Execution execution : executions.values()) {
            execution.look(now, timeline.instant()).forEach(this::rest);
        }
        if (executions.values().stream().anyMatch(Execution::isOpen)) {
            begin(now);
        }
        tell();
    }

    private void begin(World now) {
        Load load = new Load(now);
        executions.values().forEach(execution -> load.begun(execution.beginning()));
        Course course = null;
        boolean refused = false;
        for (Execution execution : executions.values()) {
            for (int step : execution.ready()) {
                Action action = execution.action(step);
                Optional<String> rest = resting(action);
                if (rest.isPresent()) {
                    execution.set(step, State.REFUSED, rest.get());
                    refused = true;
                    continue;
                }
                if (!load.admits(action, now)) {
                    continue; // it stays ready
                }
                course = course == null ? new Course(now.view()) : course;
                String objection = course.take(execution.step(step));
                if (objection != null) {
                    execution.set(step, State.REFUSED, objection);
                    refused = true;
                    continue;
                }
                load.begun(List.of(action));
                begin(execution, step);
            }
        }
        if (refused) {
            run(this::advance); // others may have waited for those
        }
    }

    private void begin(Execution execution, int step) {
        Action action = execution.action(step);
        execution.set(step, State.UNDER_WAY, "");
        String reason = execution.step(step).reason();
        CompletionStage<List<Long>> begun = action instanceof Action.Sleep sleep ? hands.power(sleep.host(), false, execution.origin(), reason)
                : action instanceof Action.Wake wake ? hands.power(wake.host(), true, execution.origin(), reason)
                        : hands.move(action, execution.origin(), execution.reason(), reason);
        begun.whenComplete((decisions, failure) -> run(() -> {
            if (failure != null) {
                execution.set(step, State.REFUSED, String.valueOf(Drivers.unwrapped(failure).getMessage()));
            } else {
                execution.begun(step, decisions, timeline.instant());
                decisions.forEach(decision -> replays.keep(decision, recorded -> again(execution, action, recorded)));
            }
            advance();
        }));
    }

    /** Has a policy plan once more, on what it saw then, and makes a record of the step that does the same. */
    private CompletionStage<Decision> again(Execution execution, Action action, Decision recorded) {
        Origin origin = execution.origin();
        Supervised.One<Policy> policy = policies.find(Optional.of(execution.policy())).filter(one -> one.toString().equals(origin.brain()))
                .orElseThrow(() -> Refused.unavailable(Kind.DECISION, recorded.number(), "The policy " + origin.brain() + " is not present any more", null));
        DatacenterView view = origin.view().copy();
        return policies.ask(policy, TO_PLAN, brain -> brain.plan(view, origin.history()), plan -> plan == null ? "answered null" : null)
                .thenApply(plan -> decision(recorded, view, plan, action));
    }

    private static Decision decision(Decision recorded, DatacenterView view, Plan plan, Action action) {
        Optional<Plan.Step> same = plan.steps().stream().filter(step -> step.action().equals(action)).findFirst();
        if (same.isEmpty()) {
            return new Decision(recorded.number(), recorded.at(), recorded.view(), recorded.brain(), recorded.subject(), List.of(),
                    "it would not be done: " + plan.reason(), List.of());
        } else if (action instanceof Action.Sleep || action instanceof Action.Wake) {
            return new Decision(recorded.number(), recorded.at(), recorded.view(), recorded.brain(), recorded.subject(), List.of(),
                    HostCommands.reason(action instanceof Action.Wake, same.get().reason()), List.of());
        }
        return MigrationCommands.decision(recorded, plan.reason(), placement(view, action, same.get().reason()));
    }

    /** Why there, and why not elsewhere: as the policy saw it. */
    static Placement placement(DatacenterView view, Action action, String reason) {
        int row = view.instances().row(Execution.instances(action).get(0));
        return new Placement(List.of(Execution.destination(action)), reason, row < 0 ? List.of()
                : Eligibility.refusals(view.hosts(), view.instances().resources(row), view.instances().rules(row)));
    }

    private void rest(InstanceId instance, String reason) {
        Rest before = resting.get(instance);
        int failures = before == null ? 1 : before.failures() + 1;
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(failures - 1, 10));
        resting.put(instance, new Rest(failures, timeline.instant().plus(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST), reason));
    }

    private Optional<String> resting(Action action) {
        return Execution.instances(action).stream().map(resting::get).filter(rest -> rest != null && timeline.instant().isBefore(rest.until()))
                .map(rest -> "it did not move the last time (" + rest.reason() + ") and is let be until " + rest.until()).findFirst();
    }

    private void tell() {
        resting.keySet().removeIf(instance -> world.get().instances().find(instance).isEmpty());
        reports = executions.values().stream().map(Execution::report).toList();
    }

    /** How many moves there are, in all and by host. */
    private final class Load {

        private final Map<HostId, Integer> byHost = new HashMap<>();
        private int all;

        Load(World now) {
            now.migrations().stream().filter(Migration::isMoving).forEach(migration -> {
                all++;
                byHost.merge(migration.source(), 1, Integer::sum);
                byHost.merge(migration.destination(), 1, Integer::sum);
            });
        }

        /** Guests that must move together are one, however many they are. */
        boolean admits(Action action, World now) {
            List<InstanceId> moving = Execution.instances(action);
            return moving.isEmpty() || all < settings.movesAtOnce() && isFree(Execution.destination(action))
                    && moving.stream().allMatch(id -> now.instances().find(id).flatMap(instance -> instance.host()).map(this::isFree).orElse(true));
        }

        private boolean isFree(HostId host) {
            return byHost.getOrDefault(host, 0) < settings.movesPerHost();
        }

        /** Those that are not in the world yet. */
        void begun(List<Action> actions) {
            for (Action action : actions) {
                for (InstanceId id : Execution.instances(action)) {
                    all++;
                    byHost.merge(Execution.destination(action), 1, Integer::sum);
                    world.get().instances().find(id).flatMap(instance -> instance.host()).ifPresent(host -> byHost.merge(host, 1, Integer::sum));
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        policies.close();
    }
}
