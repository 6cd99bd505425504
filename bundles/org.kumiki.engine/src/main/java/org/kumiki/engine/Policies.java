package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.PlanReport.State;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.Role;
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
     * @param policy its own name
     * @param brain  name, bundle and version
     */
    record Origin(String policy, String brain, DatacenterView view, History history) {
    }

    /** What carries steps out. Each stage ends when the step has been begun and is durable. */
    interface Hands {

        /** Begins the moves of all guests of an action, or of none; answers the numbers of the decisions, in the order of the guests. */
        CompletionStage<List<Long>> move(Action action, Origin origin, String planReason, String reason);

        /** Answers the number of the decision, or nothing if the host is on its way already. */
        CompletionStage<List<Long>> power(Action action, HostId host, Origin origin, String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Policies.class);
    /** Changes often come together. */
    private static final Duration TO_SETTLE = Duration.ofMillis(200);
    private static final Duration FIRST_REST = Duration.ofMinutes(2);
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    /** A guest that has failed to move. */
    private record Rest(int failures, Instant until, String reason) {
    }

    /** A step whose turn it is. */
    private record Turn(Execution execution, int step) {

        Action action() {
            return execution.action(step);
        }
    }

    private final Settings settings;
    private final Supplier<World> world;
    private final Supplier<History> history;
    private final Replays replays;
    private final Planner planner;
    private final Rehearsals rehearsals;
    private final Timeline timeline;
    private final Supervised<Policy> policies;
    private final Hands hands;
    private final ExecutorService thread;
    private final Map<String, Execution> executions = new TreeMap<>();
    private final Set<String> asked = new HashSet<>();
    private final Map<InstanceId, Rest> resting = new HashMap<>();
    private boolean roundIsDue;
    private final AtomicBoolean advanceIsDue = new AtomicBoolean();
    private volatile List<PlanReport> reports = List.of();
    private volatile boolean closed;

    Policies(Workers workers, Settings settings, Supplier<World> world, Supplier<History> history, Timeline timeline, Supervised<Policy> policies,
            Planner planner, Rehearsals rehearsals, Hands hands, Replays replays) {
        this.thread = workers.own("kumiki-policies", 1);
        this.settings = settings;
        this.world = world;
        this.history = history;
        this.timeline = timeline;
        this.policies = policies;
        this.hands = hands;
        this.replays = replays;
        this.planner = planner;
        this.rehearsals = rehearsals;
        if (!settings.interval().isZero()) {
            again();
        }
    }

    private void again() {
        timeline.after(settings.interval(), () -> {
            if (!closed) {
                run(rehearsals::look);
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
                run(() -> planAnew(after.hostTable()));
            }
            soon();
        }
        if (before.roles() != after.roles()) {
            run(() -> giveUp(execution -> true, "a policy has another role since; it is planned anew"));
            soon();
        }
        if (before.migrations() != after.migrations() || before.hostTable() != after.hostTable()) {
            advanceSoon();
        }
    }

    private static boolean haveOtherStates(HostTable before, HostTable after) {
        return before.size() != after.size() || changed(before, after).anyMatch(row -> before.state(row) != after.state(row));
    }

    /** The rows of both of which something may differ. */
    private static IntStream changed(HostTable before, HostTable after) {
        int rows = Math.min(before.size(), after.size());
        return IntStream.range(0, Math.min(before.blocks(), after.blocks())).filter(block -> before.block(block) != after.block(block))
                .flatMap(block -> IntStream.range(block * HostTable.BLOCK, Math.min((block + 1) * HostTable.BLOCK, rows)));
    }

    /** An operator has drained a host, or has taken that back, or one was lost: what was planned before may make no sense any more. */
    private static boolean wasDecidedByOthers(HostTable before, HostTable after) {
        return changed(before, after).anyMatch(row -> before.state(row) != after.state(row)
                && switch (after.state(row)) {
                    case DRAINING, LOST, REMOVED -> true;
                    case UP -> before.state(row) == HostState.DRAINING || before.state(row) == HostState.MAINTENANCE;
                    case MAINTENANCE, OFF -> false; // what drains and saving power come to
                });
    }

    /** What has begun goes on; what waits is given up, and whoever failed to move is tried again. */
    private void planAnew(HostTable hosts) {
        resting.clear();
        giveUp(execution -> wasDecidedByOthers(execution.origin().view().hosts(), hosts), // news may come later than a plan that knows them
                "a host has changed since; it is planned anew");
    }

    private void giveUp(Predicate<Execution> outdated, String note) {
        executions.values().stream().filter(outdated).forEach(execution -> execution.giveUp(note));
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
        resting.keySet().removeIf(instance -> world.get().instances().find(instance).isEmpty());
        present.stream().sorted().forEach(this::ask);
        tell();
    }

    private void ask(String name) {
        Execution under = executions.get(name);
        Optional<Supervised.One<Policy>> policy = policies.find(Optional.of(name));
        if (closed || policy.isEmpty() || under != null && under.isOpen()) {
            return;
        }
        World now = world.get();
        Roles roles = new Roles(now.roles());
        Role role = roles.of(name, policy.get().isAdvice());
        if (role == Role.OFF) {
            executions.remove(name);
        } else if (asked.add(name)) {
            planner.plan(policy.get(), roles.view(name, now.view()), history.get(), action -> roles.beyond(name, action, now.instances()))
                    .whenComplete((judged, failure) -> run(() -> {
                        asked.remove(name);
                        if (!new Roles(world.get().roles()).equals(roles)) {
                            soon(); // it was asked in another role
                        } else if (failure == null) {
                            take(new Origin(name, policy.get().toString(), judged.view().copy(), judged.history()), role, judged);
                        } // else it was logged, and counts against the policy
                    }));
        }
    }

    private void take(Origin origin, Role role, Planner.Judged judged) {
        String name = origin.policy();
        Plan plan = judged.plan();
        if (role == Role.SHADOW) {
            rehearsals.look(judged, name);
        }
        Optional<Rehearsal> bounded = world.get().roles().find(name).filter(given -> role != Role.SHADOW && !given.bounds().areNone());
        Optional<String> objection = bounded.flatMap(given -> rehearsals.objection(given, judged));
        if (objection.isPresent()) {
            rehearsals.stop(bounded.get(), objection.get());
            return;
        }
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
            executions.put(name, new Execution(origin, role == Role.SHADOW, plan, judged.verdicts()));
            LOG.info("policy {} {} {} steps: {}", name, role == Role.SHADOW ? "advises" : "plans", plan.steps().size(), plan.reason());
        }
        advance();
    }

    /** Changes often come together, and one look takes them all in. */
    private void advanceSoon() {
        if (advanceIsDue.compareAndSet(false, true)) {
            run(() -> {
                advanceIsDue.set(false);
                advance();
            });
        }
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
        boolean refused = false;
        List<Turn> admitted = new ArrayList<>();
        MoveSlots slots = new MoveSlots(now, settings);
        executions.values().forEach(execution -> slots.begun(execution.beginning()));
        for (Execution execution : executions.values()) {
            for (int step = execution.ready(0, slots.areLeft()); step >= 0; step = execution.ready(step + 1, slots.areLeft())) {
                Optional<String> rest = resting(execution.action(step));
                if (rest.isPresent()) {
                    execution.set(step, State.REFUSED, rest.get());
                    refused = true;
                } else if (slots.admit(execution.action(step))) {
                    slots.begun(List.of(execution.action(step)));
                    admitted.add(new Turn(execution, step));
                } // else it stays ready
            }
        }
        if (!admitted.isEmpty()) {
            Course course = new Course(now.viewOf(admitted.stream().flatMap(turn -> turn.action().instances().stream()).distinct().toList()));
            for (Turn turn : admitted) {
                String objection = course.take(turn.execution().step(turn.step()));
                if (objection == null) {
                    begin(turn.execution(), turn.step());
                } else {
                    turn.execution().set(turn.step(), State.REFUSED, objection);
                    refused = true;
                }
            }
        }
        if (refused) {
            advanceSoon(); // others may have waited for those, or for their slots
        }
    }

    private void begin(Execution execution, int step) {
        Action action = execution.action(step);
        execution.set(step, State.UNDER_WAY, "");
        String reason = execution.step(step).reason();
        CompletionStage<List<Long>> begun = action instanceof Action.Sleep sleep ? hands.power(action, sleep.host(), execution.origin(), reason)
                : action instanceof Action.Wake wake ? hands.power(action, wake.host(), execution.origin(), reason)
                        : hands.move(action, execution.origin(), execution.reason(), reason);
        begun.whenComplete((decisions, failure) -> run(() -> {
            if (failure != null) {
                execution.set(step, State.REFUSED, String.valueOf(Drivers.unwrapped(failure).getMessage()));
            } else {
                execution.begun(step, decisions, timeline.instant());
                decisions.forEach(decision -> replays.keep(decision, recorded -> planner.again(execution.origin(), action, recorded)));
            }
            advanceSoon();
        }));
    }

    private void rest(InstanceId instance, String reason) {
        Rest before = resting.get(instance);
        int failures = before == null ? 1 : before.failures() + 1;
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(failures - 1, 10));
        resting.put(instance, new Rest(failures, timeline.instant().plus(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST), reason));
    }

    private Optional<String> resting(Action action) {
        return resting.isEmpty() ? Optional.empty() : action.instances().stream().map(resting::get)
                .filter(rest -> rest != null && timeline.instant().isBefore(rest.until()))
                .map(rest -> "it did not move the last time (" + rest.reason() + ") and is let be until " + rest.until()).findFirst();
    }

    private void tell() {
        reports = executions.values().stream().map(Execution::report).toList();
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        policies.close();
    }
}
