package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Migration;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.PlanReport.State;
import org.kumiki.api.policy.Schedule;

/** A plan that is being carried out, or is only shown: which step waits for which, and how far each is. Not thread-safe. */
final class Execution {

    /** A machine that was switched on has to boot before its driver finds it. */
    private static final Duration TO_COME_UP = Duration.ofMinutes(20);

    private final Policies.Origin origin;
    private final boolean advice;
    private final Plan plan;
    private final PlanReport.Step[] steps;
    /** Those steps that nobody has begun, and those that have not ended since: a plan may be long, and is looked at at every change. */
    private final BitSet waiting = new BitSet();
    private final BitSet underWay = new BitSet();
    /** Those that move nobody, and so need no slot. */
    private final BitSet motionless = new BitSet();
    /** By step: those that must have ended before. */
    private final int[][] waits;
    /** By step that has begun: the decisions by which its guests move. */
    private final Map<Integer, List<Long>> decisions = new HashMap<>();
    private final Map<Integer, Instant> begun = new HashMap<>();
    private List<Plan.Left> left;
    /** As long as nothing changes. */
    private PlanReport report;

    Execution(Policies.Origin origin, boolean advice, Plan plan, List<PlanChecker.Verdict> verdicts) {
        this.origin = origin;
        this.advice = advice;
        this.plan = plan;
        this.left = plan.left();
        steps = verdicts.stream().map(verdict -> new PlanReport.Step(verdict.step().action(), verdict.step().reason(),
                verdict.objection().isPresent() ? State.REFUSED : State.WAITING, verdict.objection().orElse(""))).toArray(PlanReport.Step[]::new);
        waits = new int[steps.length][0];
        IntStream.range(0, steps.length).filter(step -> steps[step].state() == State.WAITING).forEach(waiting::set);
        int[] accepted = waiting.stream().toArray();
        IntStream.of(accepted).filter(step -> action(step).instances().isEmpty()).forEach(motionless::set);
        Schedule schedule = Schedule.of(origin.view(),
                new Plan(IntStream.of(accepted).mapToObj(step -> verdicts.get(step).step()).toList(), plan.reason()));
        for (int index = 0; index < accepted.length; index++) {
            waits[accepted[index]] = IntStream.of(schedule.waits(index)).map(earlier -> accepted[earlier]).toArray();
        }
    }

    boolean isAdvice() {
        return advice;
    }

    boolean isOpen() {
        return !advice && !(waiting.isEmpty() && underWay.isEmpty());
    }

    Policies.Origin origin() {
        return origin;
    }

    String reason() {
        return plan.reason();
    }

    Action action(int step) {
        return steps[step].action();
    }

    Plan.Step step(int step) {
        return new Plan.Step(steps[step].action(), steps[step].reason());
    }

    /** What its policy says now, which has nothing more to do. */
    void nothingLeft() {
        report = null;
        left = List.of();
    }

    /** Whether a plan of nothing but guests that cannot move says what was said before. */
    boolean onlyLeft(List<Plan.Left> now) {
        boolean same = left.stream().map(Plan.Left::instance).toList().equals(now.stream().map(Plan.Left::instance).toList());
        report = null;
        left = now;
        return same;
    }

    void set(int step, State state, String note) {
        report = null;
        steps[step] = steps[step].with(state, note);
        waiting.set(step, state == State.WAITING);
        underWay.set(step, state == State.UNDER_WAY);
    }

    /** Begins none of its steps any more. Advice stays as it is. */
    void giveUp(String note) {
        for (int step = waiting.nextSetBit(0); step >= 0 && !advice; step = waiting.nextSetBit(step + 1)) {
            set(step, State.REFUSED, note);
        }
    }

    void begun(int step, List<Long> numbers, Instant at) {
        decisions.put(step, numbers);
        begun.put(step, at);
    }

    /**
     * The next step whose turn it is, in the order of the plan; -1 for none.
     *
     * @param from  the first that it may be
     * @param moves whether it may be one that moves guests
     */
    int ready(int from, boolean moves) {
        BitSet some = moves ? waiting : motionless;
        int step = advice ? -1 : some.nextSetBit(from);
        while (step >= 0 && !(waiting.get(step) && isReady(step))) {
            step = some.nextSetBit(step + 1);
        }
        return step;
    }

    private boolean isReady(int step) {
        for (int earlier : waits[step]) {
            if (waiting.get(earlier) || underWay.get(earlier)) {
                return false;
            }
        }
        return true;
    }

    /** The actions that have begun and of which the world does not know yet. */
    List<Action> beginning() {
        return underWay.stream().filter(step -> !begun.containsKey(step)).mapToObj(this::action).toList();
    }

    /** Takes in what has become of the steps that are under way; answers the guests that have failed to move, and why. */
    Map<InstanceId, String> look(World now, Instant time) {
        Map<InstanceId, String> failed = new HashMap<>();
        for (int step = underWay.nextSetBit(0); step >= 0; step = underWay.nextSetBit(step + 1)) {
            if (begun.containsKey(step)) {
                Action action = steps[step].action();
                if (action instanceof Action.Sleep sleep) {
                    asleep(step, now.table(Entity.HOST).find(sleep.host()));
                } else if (action instanceof Action.Wake wake) {
                    awake(step, now.table(Entity.HOST).find(wake.host()), time);
                } else {
                    failed.putAll(moved(step, now));
                }
            }
        }
        return failed;
    }

    private void asleep(int step, Optional<HostRecord> host) {
        if (host.filter(record -> record.switching().isPresent()).isPresent()) {
            return;
        }
        boolean off = host.filter(record -> record.host().state() == HostState.OFF).isPresent();
        set(step, off ? State.DONE : State.FAILED, off ? "" : "its controller has not shown that it is off");
    }

    private void awake(int step, Optional<HostRecord> host, Instant time) {
        HostState state = host.map(record -> record.host().state()).orElse(HostState.REMOVED);
        if (state == HostState.UP || state == HostState.DRAINING || state == HostState.MAINTENANCE) {
            set(step, State.DONE, "");
        } else if (host.filter(record -> record.switching().isPresent()).isEmpty() && state != HostState.LOST) {
            set(step, State.FAILED, "its controller has not shown that it is on");
        } else if (begun.get(step).plus(TO_COME_UP).isBefore(time)) {
            set(step, State.FAILED, "it was switched on, and its driver has not found it within " + TO_COME_UP.toMinutes() + " minutes");
        }
    }

    private Map<InstanceId, String> moved(int step, World now) {
        List<InstanceId> instances = steps[step].action().instances();
        Map<InstanceId, String> failed = new HashMap<>();
        List<String> notes = new ArrayList<>();
        for (int index = 0; index < instances.size(); index++) {
            long decision = decisions.get(step).get(index);
            Optional<Migration> migration = now.migrations().find(instances.get(index)).filter(found -> found.decision() == decision);
            if (migration.filter(Migration::isMoving).isPresent()) {
                return Map.of();
            }
            String reason = migration.map(Migration::reason).orElse("the instance is gone");
            notes.add(reason);
            if (migration.filter(found -> found.state() == Migration.State.COMPLETED).isEmpty()) {
                failed.put(instances.get(index), reason);
            }
        }
        set(step, failed.isEmpty() ? State.DONE : State.FAILED, String.join("; ", failed.isEmpty() ? notes : List.copyOf(failed.values())));
        return failed;
    }

    PlanReport report() {
        if (report == null) {
            report = new PlanReport(origin.policy(), origin.brain(), advice, origin.view().time(), origin.view().version(), plan.reason(),
                    List.of(steps), left);
        }
        return report;
    }

    /** Of an action that moves guests. */
    static HostId destination(Action action) {
        return action instanceof Action.Migrate migrate ? migrate.destination() : ((Action.MigrateTogether) action).destination();
    }
}
