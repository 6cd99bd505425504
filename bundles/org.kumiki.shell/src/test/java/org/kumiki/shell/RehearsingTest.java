package org.kumiki.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

import org.apache.felix.service.command.Converter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Comparison;
import org.kumiki.api.policy.Figures;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.RehearsalReport;
import org.kumiki.api.policy.RehearsalReport.Sample;
import org.kumiki.api.policy.Role;

/** What an operator sees of policies that are rehearsed. */
class RehearsingTest {

    private static final Bounds BOUNDS = new Bounds(OptionalInt.of(5), OptionalDouble.empty(), OptionalDouble.of(1.05), OptionalDouble.empty());
    private static final Figures MANY = new Figures(4, 4, 0.25, 400, 0, 0.5, 0);
    private static final Figures FEW = new Figures(4, 3, 0.5, 320, 0.25, 0.2, 2);

    private final Paper paper = new Paper();
    private final Operator operator = new Operator(Duration.ofMillis(200), InstantSource.fixed(Paper.NOW));
    private final RehearsalCommands rehearsals = new RehearsalCommands(operator);

    @BeforeEach
    void open() {
        operator.datacenter = paper;
        operator.identity = paper;
        paper.host("a", HostState.UP);
        paper.host("b", HostState.UP);
        paper.instance("i-00000001", "web", "a", 7);
    }

    @Test
    void listsRolesAndShowsHowACanaryDoesBesideTheOther() {
        Rehearsal canary = given("bold", Role.CANARY, List.of(new HostId("b")), BOUNDS, "");
        paper.rehearsed.add(new RehearsalReport(canary, 3, Optional.empty(), List.of(new Sample(Paper.NOW, FEW, Optional.of(MANY))),
                Optional.of("moves: 6 within an hour, at most 5 allowed")));
        paper.rehearsed.add(new RehearsalReport(given("careful", Role.SHADOW, List.of(), Bounds.NONE, "bold was promoted"), 0, Optional.empty(),
                List.of(),
                Optional.empty()));

        assertThat(print(rehearsals.rehearsals())).isEqualTo("""
                POLICY   ROLE    IN PLACE OF  HOSTS  SINCE  MOVES  BOUNDS                      PROMOTED AT  BY     BECAUSE
                bold     canary  mild         1      60s    3      moves \u2264 5/h, energy \u2264 1.05  -            shell  moves: 6 within an hour, at most 5 allowed
                careful  shadow  mild         -      60s    0      -                           -            shell  bold was promoted""");
        assertThat(print(rehearsals.rehearsals("bold"))).isEqualTo("""
                bold decides in place of mild on 1 host
                since 2026-01-01T11:59:00Z, by shell
                hosts: b
                bounds: moves \u2264 5/h, energy \u2264 1.05; broken: moves: 6 within an hour, at most 5 allowed
                IN THE MEAN   BOLD      MILD
                hosts on      3.0 of 4  4.0 of 4
                load          50 %      25 %
                watts a host  80.0      100.0
                overload      25 %      0 %
                spare         20 %      50 %
                moves         2         0""");
        assertThatThrownBy(() -> rehearsals.rehearsals("none")).hasMessageContaining("no role was given to a policy \"none\"");
    }

    @Test
    void showsWhereThePlansOfAShadowAndOfTheOtherDiffer() {
        Comparison plans = new Comparison(plan("bold", new Action.Migrate(new InstanceId("i-00000001"), new HostId("b")),
                new Action.Sleep(new HostId("a"))),
                plan("mild", new Action.Migrate(new InstanceId("i-00000001"), new HostId("b"))), MANY, FEW, MANY);
        paper.rehearsed.add(new RehearsalReport(given("bold", Role.SHADOW, List.of(), Bounds.NONE, ""), 0, Optional.of(plans), List.of(),
                Optional.empty()));

        assertThat(print(rehearsals.rehearsals("bold"))).isEqualTo("""
                bold only looks on, beside mild
                since 2026-01-01T11:59:00Z, by shell
                bold against mild: 2 instead of 0 guests to move, 3 instead of 4 hosts on, 320 instead of 400 watts, 1 instead of 0 hosts without a processor left; steps in common: 1, of their own: 1 and 0
                bold because: bold's way
                mild because: mild's way
                WHO   WOULD
                both  move i-00000001 (web) to b
                bold  switch a off""");
    }

    @Test
    void whatIsAskedIsAnsweredInASentenceAndARefusalSaysWhatToDo() {
        paper.answer = command -> CompletableFuture.completedFuture(given("bold", Role.OFF, List.of(), Bounds.NONE, ""));

        assertThat(rehearsals.retire("bold")).isEqualTo("bold is not asked any more");
        rehearsals.shadow("bold", "mild");
        rehearsals.promote("", "", "", "0.1", "bold");
        rehearsals.rollback("bold");
        assertThat(paper.asked).containsExactly(new PolicyCommand.Retire("bold"), new PolicyCommand.Shadow("bold", Optional.of("mild")),
                new PolicyCommand.Promote("bold", Optional.empty(), new Bounds(OptionalInt.empty(), OptionalDouble.empty(), OptionalDouble.empty(),
                        OptionalDouble.of(0.1))),
                new PolicyCommand.RollBack("bold"));

        paper.answer = command -> CompletableFuture.failedFuture(new DatacenterException(DatacenterException.Reason.NOT_FOUND,
                DatacenterException.Kind.POLICY, "bald", "The policy 'bald' does not exist"));
        assertThatThrownBy(() -> rehearsals.shadow("bald")).hasMessage("The policy 'bald' does not exist; plugins shows those that are there");
    }

    @Test
    void aPromotionThatIsRehearsedForLongGoesOnAndItIsSaidWhereToLook() {
        paper.answer = command -> new CompletableFuture<>();

        assertThat(rehearsals.promote("5", "", "", "", "bold", "mild")).isEqualTo("bold is still being rehearsed, which goes on and may take minutes;"
                + " rehearsals shows when it decides, why bold what was against it");
        assertThat(paper.asked).containsExactly(new PolicyCommand.Promote("bold", Optional.of("mild"),
                new Bounds(OptionalInt.of(5), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty())));
        assertThatThrownBy(() -> rehearsals.rollback("bold")).hasMessageStartingWith("no answer within 0 s; it may still be done");
    }

    private static Rehearsal given(String policy, Role role, List<HostId> hosts, Bounds bounds, String reason) {
        return new Rehearsal(policy, role, Optional.of("mild"), hosts, bounds, Paper.NOW.minusSeconds(60), Optional.empty(), "shell", reason);
    }

    private static PlanReport plan(String policy, Action... actions) {
        return new PlanReport(policy, policy, true, Instant.EPOCH, 1, policy + "'s way", List.of(actions).stream()
                .map(action -> new PlanReport.Step(action, "", PlanReport.State.WAITING, "")).toList(), List.of());
    }

    private static String print(Object value) {
        return new Printer().format(value, Converter.INSPECT, null).toString();
    }
}
