package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Decision;
import org.kumiki.api.policy.Comparison;
import org.kumiki.api.policy.Figures;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.RehearsalReport;
import org.kumiki.api.policy.RehearsalReport.Sample;
import org.kumiki.api.policy.Rehearser;
import org.kumiki.api.policy.Role;
import org.kumiki.api.time.Timeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has policies rehearsed: compares what shadows would do, watches whether those that decide stay within their bounds, takes the role of one away
 * that does not, and promotes one that has. What is seen on the way ends with the platform, the roles do not. Thread-safe.
 */
final class Rehearsals {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsals.class);
    private static final Logger AUDIT = LoggerFactory.getLogger("org.kumiki.audit");
    /** A policy that is being replaced by another version is away for a moment. */
    private static final Duration TO_COME_BACK = Duration.ofMinutes(5);
    private static final int KEPT = 240;

    /**
     * What was seen of a policy in its role.
     *
     * @param since when it came into that role: what was seen before says nothing of it
     * @param there when the policy was there last
     */
    private record Trial(Instant since, Instant there, List<Sample> samples, Optional<Comparison> plans) {

        Trial with(Sample sample, Optional<Comparison> newPlans) {
            List<Sample> more = new ArrayList<>(samples.subList(Math.max(0, samples.size() + 1 - KEPT), samples.size()));
            more.add(sample);
            return new Trial(since, there, List.copyOf(more), newPlans);
        }

        Trial seen(Instant now) {
            return new Trial(since, now, samples, plans);
        }
    }

    /** What changes the datacenter, durably. */
    interface Changes {
        CompletionStage<Rehearsal> make(Function<Draft, Rehearsal> change);
    }

    private final Supplier<World> world;
    private final Supplier<History> history;
    private final Timeline timeline;
    private final Supervised<Policy> policies;
    private final Planner planner;
    private final Changes changes;
    /** As whom the engine itself gives roles. */
    private final Supplier<Caller> self;
    private final Outlook outlook;
    private final Map<String, Trial> trials = new ConcurrentHashMap<>();
    private final Set<String> changing = ConcurrentHashMap.newKeySet();
    /** Those of which it is being found out; that may take long, and they may break their bounds meanwhile. */
    private final Set<String> promoting = ConcurrentHashMap.newKeySet();

    Rehearsals(Supplier<World> world, Supplier<History> history, Timeline timeline, Supervised<Policy> policies, Planner planner, Changes changes,
            Supplier<Caller> self) {
        this.world = world;
        this.history = history;
        this.timeline = timeline;
        this.policies = policies;
        this.planner = planner;
        this.changes = changes;
        this.self = self;
        this.outlook = new Outlook(world, history, timeline, policies, planner);
    }

    void add(Rehearser rehearser) {
        outlook.add(rehearser);
    }

    void remove(Rehearser rehearser) {
        outlook.remove(rehearser);
    }

    /** Changes a role. One that is promoted within bounds is rehearsed first, which may take minutes; what is against it is kept as a decision. */
    CompletionStage<Rehearsal> submit(Caller caller, PolicyCommand command) {
        try {
            if (caller.operator()) {
                requirePresent(command);
            }
            return caller.operator() && command instanceof PolicyCommand.Promote promote && !promote.bounds().areNone()
                    ? promoteOnceRehearsed(caller, promote) : make(caller, command, "");
        } catch (DatacenterException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void requirePresent(PolicyCommand command) {
        Optional<String> other = command instanceof PolicyCommand.Shadow c ? c.inPlaceOf()
                : command instanceof PolicyCommand.Canary c ? c.inPlaceOf()
                        : command instanceof PolicyCommand.Promote c ? RehearsalCommands.inPlaceOf(roles(), c) : Optional.empty();
        Stream.concat(Stream.of(command.policy()), other.stream()).filter(name -> policies.find(Optional.of(name)).isEmpty())
                .filter(name -> !(command instanceof PolicyCommand.RollBack && roles().of(name).isPresent())).findFirst().ifPresent(name -> {
                    throw Refused.notFound(Kind.POLICY, name);
                });
        other.filter(name -> !(command instanceof PolicyCommand.Shadow) && roles().of(name, advises(name)) == Role.SHADOW).ifPresent(name -> {
            throw Refused.wrongState(Kind.POLICY, name, "The policy '" + name + "' only looks on, so nothing can take its place");
        });
    }

    private boolean advises(String policy) {
        return policies.find(Optional.of(policy)).filter(Supervised.One::isAdvice).isPresent();
    }

    private CompletionStage<Rehearsal> make(Caller caller, PolicyCommand command, String reason) {
        Role configured = advises(command.policy()) ? Role.SHADOW : Role.ACTIVE;
        return changes.make(draft -> RehearsalCommands.answer(draft, caller, command, configured, reason)).thenApply(result -> {
            AUDIT.info("{}, by {}", RehearsalCommands.text(result), caller.via());
            return result;
        });
    }

    /** One that has bounds is looked at before it may move anything. Whoever has asked may not wait for it to the end. */
    private CompletionStage<Rehearsal> promoteOnceRehearsed(Caller caller, PolicyCommand.Promote command) {
        String policy = command.policy();
        outlook.requireAhead(policy);
        if (!promoting.add(policy)) {
            throw Refused.inUse(Kind.POLICY, policy, "The policy '" + policy + "' is being rehearsed already; what comes of it is a decision");
        }
        return outlook.of(command).exceptionally(failure -> {
            throw Drivers.unwrapped(failure) instanceof DatacenterException refused ? refused
                    : Refused.unavailable(Kind.POLICY, policy, "It could not be found out whether '" + policy + "' would stay within its bounds: "
                            + words(failure), failure);
        }).thenCompose(forecast -> {
            forecast.objection().ifPresent(objection -> {
                throw Refused.wrongState(Kind.POLICY, policy, "The policy '" + policy + "' would not stay within its bounds: " + objection);
            });
            return make(caller, command, forecast.text());
        }).whenComplete((promoted, failure) -> {
            promoting.remove(policy);
            if (failure != null) {
                keep(caller, policy, words(failure));
            }
        });
    }

    private static String words(Throwable failure) {
        Throwable cause = Drivers.unwrapped(failure);
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private void keep(Caller caller, String policy, String refusal) {
        AUDIT.info("policy {} was not promoted, as {} has asked for: {}", policy, caller.via(), refusal);
        changes.make(draft -> {
            Decisions.keep(draft, new Decision(Decisions.next(draft), draft.now(), draft.base().version(), caller.via(), List.of(policy), List.of(),
                    "policy " + policy + " was not promoted: " + refusal, List.of()));
            return null;
        }).exceptionally(failure -> {
            LOG.warn("that {} was not promoted could not be kept", policy, Drivers.unwrapped(failure));
            return null;
        });
    }

    /** Takes the plan of a shadow in, and has the other policy plan on the same view, for the sake of comparing them. */
    void look(Planner.Judged judged, String policy) {
        roles().of(policy).filter(given -> given.role() == Role.SHADOW).ifPresent(shadow -> {
            Optional<Supervised.One<Policy>> rival = roles().rival(shadow).flatMap(name -> policies.find(Optional.of(name)));
            if (rival.isEmpty()) {
                note(shadow, new Sample(timeline.instant(), judged.after(0), Optional.empty()), Optional.empty());
                return;
            }
            planner.plan(rival.get(), judged.view(), judged.history()).whenComplete((other, failure) -> {
                if (failure == null) { // else it was logged, and counts against the other
                    Figures mine = judged.after(0);
                    Figures others = other.after(0);
                    note(shadow, new Sample(timeline.instant(), mine, Optional.of(others)), Optional.of(new Comparison(
                            advice(policy, judged), advice(rival.get().name(), other), judged.before(), mine, others)));
                }
            });
        });
    }

    private PlanReport advice(String policy, Planner.Judged judged) {
        return new Execution(new Policies.Origin(policy, policies.find(Optional.of(policy)).map(Object::toString).orElse(policy), judged.view(),
                judged.history()), true, judged.plan(), judged.verdicts()).report();
    }

    private void note(Rehearsal given, Sample sample, Optional<Comparison> plans) {
        trials.compute(given.policy(), (policy, before) -> trial(given, before).with(sample, plans));
    }

    private Trial trial(Rehearsal given, Trial before) {
        return before != null && before.since().equals(given.since()) ? before
                : new Trial(given.since(), timeline.instant(), List.of(), Optional.empty());
    }

    /** Why a plan is not to be begun, and its policy is to decide no more; empty if it is within the bounds. */
    Optional<String> objection(Rehearsal given, Planner.Judged judged) {
        return given.bounds().broken(judged.before(), judged.after(recentMoves(given.policy(), given.since())), Optional.empty())
                .map(broken -> "it planned to break its bounds: " + broken);
    }

    /** Looks at all: takes samples, takes roles away, and promotes. */
    void look() {
        World now = world.get();
        trials.keySet().removeIf(policy -> now.roles().find(policy).isEmpty());
        for (Rehearsal given : now.roles()) {
            Trial trial = trials.compute(given.policy(), (policy, before) -> trial(given, before));
            boolean watched = given.inPlaceOf().isPresent() || !given.bounds().areNone();
            if (given.role() == Role.CANARY || given.role() == Role.ACTIVE && watched) {
                note(given, measured(now, given), Optional.empty());
                judge(given, trial);
            }
        }
    }

    private Sample measured(World now, Rehearsal given) {
        History then = history.get();
        Roles roles = new Roles(now.roles());
        return new Sample(timeline.instant(),
                Figures.measured(roles.view(given.policy(), now.view()), then, recentMoves(given.policy(), given.since())),
                roles.rest(given, now.view()).map(rest -> Figures.measured(rest, then,
                        given.inPlaceOf().map(other -> recentMoves(other, given.since())).orElse(0))));
    }

    private void judge(Rehearsal given, Trial trial) {
        Optional<String> absence = absence(given, trial);
        Optional<String> objection = absence.or(() -> broken(given));
        if (objection.isPresent()) {
            stop(given, objection.get());
        } else if (given.promoteAt().filter(at -> !timeline.instant().isBefore(at)).isPresent()
                && policies.find(Optional.of(given.policy())).isPresent()) {
            promote(given);
        }
    }

    private Optional<String> absence(Rehearsal given, Trial trial) {
        if (policies.find(Optional.of(given.policy())).isPresent()) {
            trials.computeIfPresent(given.policy(), (policy, one) -> one.seen(timeline.instant()));
            return Optional.empty();
        } else if (policies.isKnown(given.policy())) {
            return Optional.of("it was quarantined");
        }
        return trial.there().plus(TO_COME_BACK).isBefore(timeline.instant())
                ? Optional.of("it has been away for " + TO_COME_BACK.toMinutes() + " minutes") : Optional.empty();
    }

    /** What was measured, beside what it was when it began. */
    private Optional<String> broken(Rehearsal given) {
        List<Sample> samples = Optional.ofNullable(trials.get(given.policy())).filter(trial -> trial.since().equals(given.since()))
                .map(Trial::samples).orElse(List.of());
        return Figures.mean(samples.stream().map(Sample::candidate).toList()).flatMap(mean -> given.bounds().broken(samples.get(0).candidate(), mean,
                Figures.mean(samples.stream().flatMap(sample -> sample.active().stream()).toList())));
    }

    /** Takes a policy its role away. */
    void stop(Rehearsal given, String reason) {
        change(given, new PolicyCommand.RollBack(given.policy()), reason);
    }

    private void promote(Rehearsal given) {
        PolicyCommand.Promote command = new PolicyCommand.Promote(given.policy(), given.inPlaceOf(), given.bounds());
        if (!promoting.add(given.policy())) {
            return;
        }
        outlook.of(command).whenComplete((forecast, failure) -> {
            promoting.remove(given.policy());
            if (failure != null) {
                LOG.warn("whether {} may be promoted could not be found out; it is tried again", given.policy(), Drivers.unwrapped(failure));
            } else if (forecast.objection().isPresent()) {
                stop(given, "it would not stay within its bounds on all hosts: " + forecast.objection().get());
            } else {
                change(given, command, "it has stayed within its bounds for "
                        + Duration.between(given.since(), timeline.instant()).toSeconds() + " s");
            }
        });
    }

    /** Changes a role, unless somebody has changed it meanwhile. */
    private void change(Rehearsal given, PolicyCommand command, String reason) {
        if (!changing.add(given.policy())) {
            return;
        }
        Role configured = advises(given.policy()) ? Role.SHADOW : Role.ACTIVE;
        Function<Draft, Rehearsal> unlessChanged = draft -> draft.find(Entity.REHEARSAL, given.policy()).filter(given::equals)
                .map(same -> RehearsalCommands.answer(draft, self.get(), command, configured, reason)).orElse(null);
        changes.make(unlessChanged).whenComplete((result, failure) -> {
            changing.remove(given.policy());
            if (failure != null) {
                LOG.error("the role of {} could not be changed", given.policy(), Drivers.unwrapped(failure));
            } else if (result != null) {
                AUDIT.warn("{}, by the engine", RehearsalCommands.text(result));
            }
        });
    }

    private int recentMoves(String policy, Instant since) {
        return Decisions.movesOfTheHour(world.get(), policy, since, timeline.instant());
    }

    private Roles roles() {
        return new Roles(world.get().roles());
    }

    List<RehearsalReport> reports() {
        return world.get().roles().stream().map(given -> {
            Optional<Trial> trial = Optional.ofNullable(trials.get(given.policy())).filter(one -> one.since().equals(given.since()));
            return new RehearsalReport(given, Decisions.moves(world.get(), given.policy(), given.since()), trial.flatMap(Trial::plans),
                    trial.map(Trial::samples).orElse(List.of()), broken(given));
        }).toList();
    }
}
