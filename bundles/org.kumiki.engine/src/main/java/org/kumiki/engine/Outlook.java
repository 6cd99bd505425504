package org.kumiki.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.Rehearser;
import org.kumiki.api.policy.Rehearser.Forecast;
import org.kumiki.api.time.Timeline;
import org.kumiki.api.view.DatacenterView;

/** What would come of a policy that is promoted: first of its plan of this moment, then, by whoever looks ahead, of the time to come. Thread-safe. */
final class Outlook {

    private final Supplier<World> world;
    private final Supplier<History> history;
    private final Timeline timeline;
    private final Supervised<Policy> policies;
    private final Planner planner;
    private final List<Rehearser> rehearsers = new CopyOnWriteArrayList<>();

    Outlook(Supplier<World> world, Supplier<History> history, Timeline timeline, Supervised<Policy> policies, Planner planner) {
        this.world = world;
        this.history = history;
        this.timeline = timeline;
        this.policies = policies;
        this.planner = planner;
    }

    void add(Rehearser rehearser) {
        rehearsers.add(rehearser);
    }

    void remove(Rehearser rehearser) {
        rehearsers.remove(rehearser);
    }

    /** Fails if nobody is there who looks ahead. */
    void requireAhead(String policy) {
        if (rehearsers.isEmpty()) {
            throw Refused.unsupported(Kind.POLICY, policy, "Nothing that looks ahead is present, so it is not known whether '" + policy
                    + "' would stay within its bounds; let it be a canary with them, or promote it without any");
        }
    }

    /** Where nobody looks ahead, no more than the plan of now is known. */
    CompletionStage<Forecast> of(PolicyCommand.Promote command) {
        Optional<String> other = RehearsalCommands.inPlaceOf(new Roles(world.get().roles()), command);
        return planNow(command, other).thenCompose(objection -> objection.isPresent()
                ? CompletableFuture.completedFuture(new Forecast(objection, "its plan of now"))
                : rehearsers.stream().findFirst().map(rehearser -> rehearser.rehearse(command.policy(), other, command.bounds()))
                        .orElseGet(() -> CompletableFuture.completedFuture(new Forecast(Optional.empty(), ""))));
    }

    /** What is against what a policy wants to do now, if all hosts were its own. */
    private CompletionStage<Optional<String>> planNow(PolicyCommand.Promote command, Optional<String> other) {
        DatacenterView view = world.get().view();
        History then = history.get();
        int moved = Decisions.movesOfTheHour(world.get(), command.policy(), Instant.EPOCH, timeline.instant());
        return plan(command.policy(), view, then).thenCompose(plan -> other.map(name -> plan(name, view, then).thenApply(Optional::of))
                .orElse(CompletableFuture.completedFuture(Optional.empty()))
                .thenApply(others -> command.bounds().broken(plan.before(), plan.after(moved), others.map(plans -> plans.after(0)))));
    }

    private CompletionStage<Planner.Judged> plan(String policy, DatacenterView view, History then) {
        return policies.find(Optional.of(policy)).map(one -> planner.plan(one, view, then))
                .orElseGet(() -> CompletableFuture.failedFuture(Refused.notFound(Kind.POLICY, policy)));
    }
}
