package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Comparison;
import org.kumiki.api.policy.Part;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.RehearsalReport;
import org.kumiki.api.policy.Rehearser;
import org.kumiki.api.policy.Role;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.testing.Candidates;

/** Policies get roles in a datacenter that lives, and lose them when they break their bounds. */
class RehearsalsTest {

    private static final HostId H1 = Rig.host("h1");
    private static final HostId H2 = Rig.host("h2");
    private static final HostId H3 = Rig.host("h3");
    private static final HostId H4 = Rig.host("h4");
    private static final Bounds FEW = new Bounds(OptionalInt.of(2), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    private static final Bounds MANY = new Bounds(OptionalInt.of(100), OptionalDouble.of(0.5), OptionalDouble.empty(), OptionalDouble.empty());

    private static final Scheduler EMPTIEST = (view, request) -> {
        int best = 0;
        for (int host = 1; host < view.hosts().size(); host++) {
            best = view.hosts().guests(host) < view.hosts().guests(best) ? host : best;
        }
        return new Placement(List.of(view.hosts().id(best)), "it has the fewest guests", List.of());
    };

    @TempDir
    Path data;

    Rig rig;
    final Clock clock = new Clock();

    /** Goes ahead when somebody wants it. */
    private static final class Clock extends WallClock {

        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return super.instant().plus(ahead);
        }
    }

    @BeforeEach
    void start() {
        rig = new Rig(data, clock, new Policies.Settings(Duration.ofMillis(50), 4, 2), "h1", "h2", "h3", "h4");
        rig.direct((order, progress) -> new MigrationDirective.Continue(0, Duration.ofMillis(300), 0), "plain");
        rig.datacenter.addScheduler(EMPTIEST, rig.properties(1));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void aShadowsPlanIsShownBesideTheOthersAndNothingOfItHappens() {
        List<Instance> guests = onAll();
        rig.add(Candidates.CONTENT, "content", false);
        rig.add(Candidates.RECKLESS, "reckless", true);

        Rehearsal shadow = rig.ask(new PolicyCommand.Shadow("reckless", Optional.of("content")));

        assertThat(shadow.role()).isEqualTo(Role.SHADOW);
        eventually("a comparison", () -> report("reckless").plans().isPresent());
        Comparison plans = report("reckless").plans().orElseThrow();
        assertThat(plans.onlyCandidate()).hasSize(4).isEqualTo(plans.candidate().steps().stream().map(step -> step.action()).toList());
        assertThat(plans.onlyActive()).isEmpty();
        assertThat(plans.common()).isEmpty();
        assertThat(plans.text()).contains("reckless against content: 4 instead of 0 guests to move")
                .contains("steps in common: 0, of their own: 4 and 0");
        assertThat(plans.candidate().advice()).isTrue();
        assertThat(plans.now().on()).isEqualTo(4);
        nothingHasMoved(guests);
    }

    @Test
    void aCandidateThatWouldBreakItsBoundsIsStoppedBeforeAGuestMoves() {
        List<Instance> guests = onAll();
        rig.add(Candidates.CONTENT, "content", false);
        rig.add(Candidates.RECKLESS, "reckless", true);

        rig.ask(new PolicyCommand.Canary("reckless", Optional.of("content"), new Part.Named(List.of(H1, H2, H3)), FEW,
                Optional.of(Duration.ofMinutes(1))));
        eventually("it looks on", () -> role("reckless").role() == Role.SHADOW);

        assertThat(role("reckless").reason()).isEqualTo("it planned to break its bounds: moves: 3 within an hour, at most 2 allowed");
        assertThat(role("reckless").by()).isEqualTo("engine");
        assertThat(rig.datacenter.inventory().decisions().stream().filter(decision -> decision.subject().contains("reckless")).map(Decision::reason))
                .contains("policy reckless decides in place of content on 3 hosts",
                        "policy reckless only looks on, beside content: it planned to break its bounds: moves: 3 within an hour, at most 2 allowed");
        eventually("it is compared", () -> report("reckless").plans().isPresent());
        nothingHasMoved(guests);
    }

    @Test
    void aGoodOneIsACanaryThenPromotedByItselfAndRolledBackByCommandAndAnEngineThatStartsAgainKnows() {
        List<Instance> guests = onAll();
        rig.add(Candidates.CONTENT, "content", false);
        rig.add(Candidates.GATHER, "gather", true);
        rig.ask(new PolicyCommand.Shadow("gather", Optional.of("content")));

        Rehearsal canary = rig.ask(new PolicyCommand.Canary("gather", Optional.of("content"), new Part.Count(2), MANY,
                Optional.of(Duration.ofMinutes(4))));
        assertThat(canary.hosts()).containsExactly(H1, H3);
        eventually("its part is gathered", () -> at(guests.get(2)).equals(H1));
        assertThat(at(guests.get(1))).as("not of its part").isEqualTo(H2);
        assertThat(at(guests.get(3))).as("not of its part").isEqualTo(H4);

        rig.restart();
        rig.direct((order, progress) -> new MigrationDirective.Continue(0, Duration.ofMillis(300), 0), "plain");
        assertThat(role("gather")).isEqualTo(canary);
        rig.add(Candidates.CONTENT, "content", false);
        rig.add(Candidates.GATHER, "gather", true);
        eventually("samples of both", () -> report("gather").samples().stream().anyMatch(sample -> sample.candidate().hosts() == 2
                && sample.active().filter(rest -> rest.hosts() == 2).isPresent()));
        assertThat(at(guests.get(1))).as("not of its part").isEqualTo(H2);

        clock.ahead = Duration.ofMinutes(4);
        eventually("it decides", () -> role("gather").role() == Role.ACTIVE);
        assertThat(role("gather").reason()).startsWith("it has stayed within its bounds for ");
        assertThat(role("content").role()).isEqualTo(Role.SHADOW);
        eventually("all are gathered", () -> guests.stream().allMatch(guest -> at(guest).equals(H1)));
        assertThat(report("gather").moves()).isEqualTo(2);
        assertThatThrownBy(() -> rig.ask(new PolicyCommand.Retire("content"))).hasMessageContaining("roll 'gather' back first");

        rig.ask(new PolicyCommand.RollBack("gather"));

        assertThat(role("gather").role()).isEqualTo(Role.SHADOW);
        assertThat(role("content").role()).isEqualTo(Role.ACTIVE);
        rig.ask(new PolicyCommand.RollBack("gather"));
        assertThat(rig.datacenter.inventory().roles().find("gather")).as("as it is configured").isEmpty();
        assertThat(guests).allMatch(guest -> rig.instance(guest.id()).state() == InstanceState.RUNNING);
    }

    @Test
    void theOneThatIsReplacedLeavesTheCanarysHostsAlone() {
        List<Instance> guests = onAll();
        rig.add(Candidates.CONTENT, "content", true);
        rig.add(Candidates.GATHER, "gather", false);
        eventually("all are gathered", () -> guests.stream().allMatch(guest -> at(guest).equals(H1)));

        rig.ask(new PolicyCommand.Canary("content", Optional.of("gather"), new Part.Named(List.of(H1, H2)), Bounds.NONE, Optional.empty()));
        Instance on2 = running();
        Instance on3 = running();
        Instance on4 = running();
        assertThat(List.of(at(on2), at(on3))).containsExactly(H2, H3);
        rig.datacenter.addPolicy(Candidates.CONTENT, named("another")); // has all asked

        eventually("what is left is gathered on its own first host", () -> at(on4).equals(H3));
        assertThat(at(on2)).isEqualTo(H2);
    }

    @Test
    void aCanaryThatReachesBeyondItsPartIsRefused() {
        List<Instance> guests = onAll();
        rig.add(Candidates.CONTENT, "content", false);
        rig.add((view, history) -> new Plan(List.of(new Plan.Step(new Action.Migrate(guests.get(3).id(), H1), "all for me"),
                new Plan.Step(new Action.Migrate(guests.get(0).id(), H4), "all for me"),
                new Plan.Step(new Action.Migrate(guests.get(0).id(), H2), "my own")), "greed"), "greedy", true);

        rig.ask(new PolicyCommand.Canary("greedy", Optional.of("content"), new Part.Named(List.of(H1, H2)), MANY, Optional.empty()));

        eventually("its own has moved", () -> at(guests.get(0)).equals(H2));
        assertThat(at(guests.get(3))).isEqualTo(H4);
    }

    @Test
    void aCanaryThatIsQuarantinedGivesItsHostsBack() {
        rig.add(Candidates.CONTENT, "content", false);
        rig.add((view, history) -> {
            throw new IllegalStateException("sabotage");
        }, "thrower", true);

        rig.ask(new PolicyCommand.Canary("thrower", Optional.of("content"), new Part.Count(1), Bounds.NONE, Optional.empty()));

        eventually("it looks on", () -> role("thrower").role() == Role.SHADOW);
        assertThat(role("thrower").reason()).isEqualTo("it was quarantined");
    }

    @Test
    void promotionWithBoundsNeedsSomebodyWhoLooksAheadAndIsRefusedForWhatThatSees() {
        List<Instance> guests = onAll();
        rig.add(Candidates.CONTENT, "content", false);
        rig.add(Candidates.RECKLESS, "reckless", true);
        rig.add(Candidates.GATHER, "gather", true);
        PolicyCommand.Promote command = new PolicyCommand.Promote("gather", Optional.of("content"), MANY);

        assertThatThrownBy(() -> rig.ask(command)).hasMessageContaining("Nothing that looks ahead is present");

        List<String> asked = new ArrayList<>();
        rig.datacenter.addRehearser((candidate, other, bounds) -> {
            asked.add(candidate + " for " + other.orElseThrow());
            return CompletableFuture.completedFuture(new Rehearser.Forecast(Optional.of("overload: 80 %"), "a day"));
        });
        assertThatThrownBy(() -> rig.ask(command)).hasMessage("The policy 'gather' would not stay within its bounds: overload: 80 %");
        assertThatThrownBy(() -> rig.ask(new PolicyCommand.Promote("reckless", Optional.of("content"), FEW)))
                .hasMessageContaining("moves: 4 within an hour, at most 2 allowed");
        assertThat(asked).as("whose plan of now breaks them needs no forecast").containsExactly("gather for content");
        assertThat(rig.datacenter.inventory().roles().size()).isZero();
        nothingHasMoved(guests);

        Rehearsal promoted = rig.ask(new PolicyCommand.Promote("gather", Optional.of("content"), Bounds.NONE));
        assertThat(promoted.role()).isEqualTo(Role.ACTIVE);
        eventually("all are gathered", () -> guests.stream().allMatch(guest -> at(guest).equals(H1)));
    }

    @Test
    void aPromotionGoesOnAlthoughNobodyWaitsAndWhatIsAgainstItIsKept() {
        rig.add(Candidates.CONTENT, "content", false);
        rig.add(Candidates.GATHER, "gather", true);
        CompletableFuture<Rehearser.Forecast> forecast = new CompletableFuture<>();
        rig.datacenter.addRehearser((candidate, other, bounds) -> forecast);
        PolicyCommand.Promote command = new PolicyCommand.Promote("gather", Optional.of("content"), MANY);

        rig.datacenter.submit(Rig.ROOT, command);
        assertThatThrownBy(() -> rig.ask(command)).hasMessage("The policy 'gather' is being rehearsed already; what comes of it is a decision");
        forecast.complete(new Rehearser.Forecast(Optional.of("overload: 80 %"), "a day"));

        eventually("it is kept", () -> rig.datacenter.inventory().decisions().stream()
                .anyMatch(decision -> decision.subject().equals(List.of("gather"))
                && decision.reason().equals("policy gather was not promoted: The policy 'gather' would not stay within its bounds: overload: 80 %")));
        assertThat(rig.datacenter.inventory().roles().size()).isZero();
    }

    @Test
    void whereItCannotBeFoundOutWhatWouldComeOfItNothingIsPromoted() {
        rig.add(Candidates.CONTENT, "content", false);
        rig.add(Candidates.GATHER, "gather", true);
        List<CompletableFuture<Rehearser.Forecast>> forecasts = new ArrayList<>(List.of(
                CompletableFuture.failedFuture(new IllegalStateException("the twin answers 1 already")),
                CompletableFuture.completedFuture(new Rehearser.Forecast(Optional.empty(), "all well"))));
        rig.datacenter.addRehearser((candidate, other, bounds) -> forecasts.remove(0));
        PolicyCommand.Promote command = new PolicyCommand.Promote("gather", Optional.of("content"), MANY);

        assertThatThrownBy(() -> rig.ask(command)).isInstanceOf(DatacenterException.class)
                .hasMessage("It could not be found out whether 'gather' would stay within its bounds: the twin answers 1 already");
        assertThat(rig.ask(command).role()).as("and it may be asked again").isEqualTo(Role.ACTIVE);
    }

    @Test
    void aPromotedOneThatBreaksItsBoundsLaterIsRolledBack() {
        onAll();
        List<Policy> mind = new ArrayList<>(List.of(Candidates.CONTENT));
        rig.add(Candidates.CONTENT, "content", false);
        rig.add((view, history) -> mind.get(0).plan(view, history), "fickle", true);
        rig.datacenter.addRehearser((candidate, other, bounds) ->
                CompletableFuture.completedFuture(new Rehearser.Forecast(Optional.empty(), "all well")));
        rig.ask(new PolicyCommand.Promote("fickle", Optional.of("content"), FEW));
        assertThat(role("fickle").reason()).isEqualTo("all well");

        mind.set(0, Candidates.RECKLESS);

        eventually("it looks on", () -> role("fickle").role() == Role.SHADOW);
        assertThat(role("content").role()).isEqualTo(Role.ACTIVE);
        assertThat(rig.datacenter.inventory().migrations().size()).isZero();
    }

    @Test
    void whatIsNotThereOrMakesNoSenseIsRefusedInWords() {
        rig.add(Candidates.CONTENT, "content", false);
        rig.add(Candidates.GATHER, "gather", true);
        Part one = new Part.Count(1);

        refused(new PolicyCommand.Shadow("nobody", Optional.empty()), "The policy 'nobody' does not exist");
        refused(new PolicyCommand.RollBack("nobody"), "The policy 'nobody' does not exist");
        refused(new PolicyCommand.RollBack("gather"), "there is nothing to take back");
        refused(new PolicyCommand.Canary("gather", Optional.of("nobody"), one, FEW, Optional.empty()), "The policy 'nobody' does not exist");
        refused(new PolicyCommand.Canary("content", Optional.of("gather"), one, FEW, Optional.empty()),
                "only looks on, so nothing can take its place");
        refused(new PolicyCommand.Canary("gather", Optional.of("gather"), one, FEW, Optional.empty()),
                "only looks on, so nothing can take its place");
        refused(new PolicyCommand.Shadow("content", Optional.of("content")), "cannot take its own place");
        refused(new PolicyCommand.Canary("gather", Optional.empty(), new Part.Named(List.of(Rig.host("moon"))), FEW, Optional.empty()),
                "The host 'moon' does not exist");
        refused(new PolicyCommand.Canary("gather", Optional.empty(), new Part.Share(1), FEW, Optional.empty()),
                "these are all; promote 'gather' instead");
        refused(new PolicyCommand.Canary("gather", Optional.empty(), one, FEW, Optional.of(Duration.ZERO)), "must be longer than none");
        refused(new PolicyCommand.Promote("content", Optional.empty(), Bounds.NONE), "decides already");
        assertThat(rig.datacenter.inventory().roles().size()).isZero();

        rig.ask(new PolicyCommand.Canary("gather", Optional.of("content"), one, FEW, Optional.empty()));
        refused(new PolicyCommand.Retire("content"), "'gather' decides in place of 'content'; roll 'gather' back first");
        rig.ask(new PolicyCommand.Retire("gather"));
        assertThat(role("gather").role()).isEqualTo(Role.OFF);
    }

    private void refused(PolicyCommand command, String message) {
        assertThatThrownBy(() -> rig.ask(command)).isInstanceOf(DatacenterException.class).hasMessageContaining(message);
    }

    /** One guest on each host. */
    private List<Instance> onAll() {
        return Stream.generate(this::running).limit(4).toList();
    }

    private Instance running() {
        return rig.await(rig.launch().id(), InstanceState.RUNNING);
    }

    private void nothingHasMoved(List<Instance> guests) {
        assertThat(rig.datacenter.inventory().migrations().size()).isZero();
        assertThat(guests).allMatch(guest -> guest.host().equals(rig.instance(guest.id()).host()));
    }

    private HostId at(Instance guest) {
        return rig.instance(guest.id()).host().orElseThrow();
    }

    private Map<String, Object> named(String name) {
        Map<String, Object> properties = rig.properties(0);
        properties.put("kumiki.policy.name", name);
        return properties;
    }

    private Rehearsal role(String policy) {
        return rig.datacenter.inventory().roles().find(policy).orElseThrow();
    }

    private RehearsalReport report(String policy) {
        return rig.datacenter.rehearsals().stream().filter(report -> report.rehearsal().policy().equals(policy)).findFirst().orElseThrow();
    }

    private void eventually(String what, BooleanSupplier wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what + "; " + rig.datacenter.inventory().roles().stream().toList()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
