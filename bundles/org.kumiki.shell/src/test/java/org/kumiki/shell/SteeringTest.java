package org.kumiki.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;

import org.apache.felix.service.command.Converter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.Replay;
import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.HostLoad;
import org.kumiki.api.forecast.MeasuredLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Migration;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;

/** What an operator sees of plans and moves, and how hosts are emptied, switched and removed. */
class SteeringTest {

    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final InstanceId WEB = new InstanceId("i-00000001");
    private static final InstanceId MAIL = new InstanceId("i-00000002");

    private final Paper paper = new Paper();
    private final Operator operator = new Operator(Duration.ofMillis(200), InstantSource.fixed(Paper.NOW));
    private final HostCommands hosts = new HostCommands(operator, new News());
    private final PlanCommands plans = new PlanCommands(operator);
    private final DecisionCommands decisions = new DecisionCommands(operator);

    @BeforeEach
    void twoHosts() {
        operator.datacenter = paper;
        operator.identity = paper;
        paper.host("a", HostState.UP);
        paper.host("b", HostState.OFF);
        paper.instance(WEB.value(), "web", "a", 7);
        paper.instance(MAIL.value(), "mail", "a", 8);
    }

    @Test
    void showsThePlansOfAllPoliciesOrOneStepByStep() {
        paper.plans.add(plan("balance", true, PlanReport.State.WAITING, ""));
        paper.plans.add(plan("maintenance", false, PlanReport.State.FAILED, "the channel broke"));

        assertThat(print(plans.plans())).isEqualTo("""
                POLICY       PLAN    AGE  STEPS              LEFT  REASON
                balance      advice  60s  1 waiting, 1 done  1     a is too busy
                maintenance  ended   60s  1 done, 1 failed   1     a is too busy""");
        assertThat(print(plans.plans("maintenance"))).isEqualTo("""
                maintenance: planned by maintenance (org.kumiki.policy.maintenance 1.0.0) at 2026-01-01T11:59:00Z, 60s ago, seeing state 4
                because: a is too busy
                STATE   STEP                        NOTE               BECAUSE
                done    switch b on                 -                  room is needed
                failed  move i-00000001 (web) to b  the channel broke  it is hot
                LEFT WHERE IT IS   BECAUSE
                i-00000002 (mail)  it is pinned to a""");
        assertThat(print(plans.plans("balance"))).contains("advice only: nothing of it is carried out");
    }

    @Test
    void showsWhatWasForeseenBesideWhatHappened() {
        MigrationCommands moves = new MigrationCommands(operator, new News());
        assertThat(moves.accuracy()).contains("start: none is over that was foreseen").contains("move: none is over that was foreseen");
        Undertaking.Guest guest = new Undertaking.Guest(WEB, new AccountId("000000000001"), "t2.nano", new ImageId("ami-00000001"), 512);
        Foreseen move = Foreseen.begun(new Undertaking(Kind.MOVE, guest, 9, "qemu", B, Optional.of(A), Optional.empty(), Duration.ofMillis(300)), Paper.NOW)
                .with("twin 1.0.0", new Forecast(Duration.ofSeconds(8), Duration.ofMillis(120), 600 << 20, List.of(new HostLoad(B, 0.4, 3), new HostLoad(A, 0, 0))));
        Foreseen over = move.with(Paper.NOW, new Happened(Duration.ofSeconds(10), Duration.ofMillis(90), 512 << 20, 0, 0));
        Foreseen start = Foreseen.begun(Undertaking.at(A, Kind.START, guest, 8, "qemu"), Paper.NOW);
        paper.forecasts.add(start.failed(Paper.NOW, "no room"));
        paper.forecasts.add(move);
        paper.forecasts.add(over.with(new Afterwards(OptionalDouble.of(0.3), List.of(new MeasuredLoad(B, OptionalDouble.of(0.43), 3, ""),
                new MeasuredLoad(A, OptionalDouble.empty(), 0, "a was lost before")))));

        assertThat(print(moves.forecasts())).isEqualTo("""
                DECISION  INSTANCE    WHAT           FORESEEN  TOOK             RATIO  STOOD STILL      SENT                HOSTS CARRIED                                   BY
                8         i-00000001  start on qemu  -         failed: no room  -      -                -                   -                                               -
                9         i-00000001  move on qemu   8.0 s     -                -      - of 120 ms      - of 600 MiB        b - of 40 %, a - of 0 %                         twin 1.0.0
                9         i-00000001  move on qemu   8.0 s     10.0 s           1.25   90 ms of 120 ms  512 MiB of 600 MiB  b 43 % of 40 %, a - of 0 % (a was lost before)  twin 1.0.0""");
        assertThat(moves.accuracy()).contains("start: none is over that was foreseen",
                "\nmove: 20.0 % off in the median of 1; standstill 33.3 % off in the median of 1; hosts 3.0 points off in the median of 1; where nothing else happened "
                        + "3.0 points off in the median of 1");
    }

    @Test
    void aDecisionIsMadeAgainAndComparedWithWhatWasRecorded() {
        Decision then = decision(7, A, "it is the fullest");
        paper.replay = number -> CompletableFuture.completedFuture(new Replay(then, number == 7 ? then : decision(7, B, "chance")));

        assertThat(decisions.replay("web").text()).isEqualTo("""
                decision 7 of dice at 2026-01-01T12:00:00Z: a, because: it is the fullest
                once more: the same, byte for byte""");
        assertThat(decisions.replay("9").text()).endsWith("once more: b, because: chance");
    }

    @Test
    void aDecisionThatCannotBeMadeAgainSaysWhy() {
        paper.replay = number -> CompletableFuture.failedFuture(new DatacenterException(DatacenterException.Reason.UNAVAILABLE,
                DatacenterException.Kind.DECISION, "7", "What dice saw is not remembered any more"));

        assertThatThrownBy(() -> decisions.replay("7")).isInstanceOf(CommandFailedException.class)
                .hasMessageStartingWith("What dice saw is not remembered any more");
        assertThatThrownBy(() -> decisions.replay("nobody")).isInstanceOf(CommandFailedException.class);
    }

    private static Decision decision(long number, HostId host, String reason) {
        return new Decision(number, Paper.NOW, 3, "dice", List.of(WEB.value()), List.of(host), reason, List.of());
    }

    @Test
    void saysWhichPlansThereAreWhenAskedForAnother() {
        assertThat(print(plans.plans())).isEqualTo("none");
        assertThatThrownBy(() -> plans.plans("nobody")).isInstanceOf(CommandFailedException.class)
                .hasMessage("there is no plan of a policy \"nobody\"; plans shows those that there are, plugins which policies are present");
    }

    @Test
    void aPlanInALoopIsItsPolicy() {
        paper.plans.add(plan("balance", true, PlanReport.State.WAITING, ""));

        assertThat(print(paper.plans.get(0))).isEqualTo("balance");
    }

    @Test
    void saysWhyAnInstanceIsToMoveAndWhyAnotherStays() {
        paper.plans.add(plan("balance", true, PlanReport.State.REFUSED, "b has too few cpus free"));
        paper.migrations.add(new Migration(WEB, B, A, Paper.SMALL, Optional.empty(), Migration.State.FAILED, "the channel broke", Paper.NOW,
                Paper.NOW, 9));

        assertThat(decisions.why("web").text()).isEqualTo("""
                decision 7 is not remembered any more; only the latest ones are
                it was to move to a at 2026-01-01T12:00:00Z and stayed: the channel broke
                policy balance advises to move i-00000001 (web) to b (refused: b has too few cpus free) because it is hot""");
        assertThat(decisions.why("mail").text()).endsWith("policy balance left it where it is: it is pinned to a");
        paper.decided.add(new Decision(7, Paper.NOW, 3, "bestfit 1.0.0", List.of(WEB.value()), List.of(A), "it fits", List.of()));
        assertThat(decisions.whynot("web", "b").text()).contains("now: b is switched off")
                .endsWith("policy balance wanted it there (refused): b has too few cpus free");
    }

    @Test
    void saysWhyAHostIsInItsState() {
        assertThat(decisions.why("a").text()).isEqualTo("a is up: takes guests\nnothing that was decided about it is remembered");
        paper.plans.add(plan("powersave", false, PlanReport.State.WAITING, ""));
        paper.decided.add(new Decision(7, Paper.NOW, 3, "powersave 1.0.0", List.of("b"), List.of(), "load is low", List.of()));

        assertThat(decisions.why("b").text()).isEqualTo("""
                b is off: switched off; it can be switched on
                at 2026-01-01T12:00:00Z powersave 1.0.0 decided (decision 7, seeing state 3): load is low
                policy powersave wants to switch b on (done) because room is needed
                policy powersave wants to move i-00000001 (web) to b (waiting) because it is hot""");
        assertThat(decisions.why("a").text()).contains("move i-00000001 (web) to b", "left i-00000002 (mail) there: it is pinned to a");
        assertThatThrownBy(() -> decisions.why("c")).hasMessage("there is no host and no instance \"c\"; hosts and instances show those that are there");
    }

    @Test
    void saysWhatWasDecidedAboutAPolicy() {
        paper.decided.add(new Decision(7, Paper.NOW, 3, "shell", List.of("bold"), List.of(), "policy bold only looks on", List.of()));
        paper.decided.add(new Decision(8, Paper.NOW, 4, "shell", List.of("bold"), List.of(), "policy bold was not promoted: moves", List.of()));

        assertThat(decisions.why("bold").text()).isEqualTo("""
                at 2026-01-01T12:00:00Z shell decided (decision 8, seeing state 4): policy bold was not promoted: moves
                at 2026-01-01T12:00:00Z shell decided (decision 7, seeing state 3): policy bold only looks on""");
    }

    @Test
    void switchesHostsAndSaysWhatBecameOfIt() {
        paper.answer = command -> CompletableFuture.completedFuture(paper.hosts().find(B).orElseThrow());

        assertThat(hosts.power(false, "a test", "on", "b")).isEqualTo("b is being switched on; hosts shows when it is back, why what came of it");
        assertThat(paper.asked).containsExactly(new HostCommand.Power(B, true, "a test"));
        assertThatThrownBy(() -> hosts.power(false, "", "b")).hasMessage("on or off, and which host? for example: power off host-2");
        assertThatThrownBy(() -> hosts.power(false, "", "up", "b")).hasMessageStartingWith("on or off");
    }

    @Test
    void aDryRunAsksForNothing() {
        assertThat(hosts.power(true, "", "on", "b")).isEqualTo("b would be switched on; it is there again as soon as its driver reaches it");
        assertThatThrownBy(() -> hosts.power(true, "", "off", "b")).hasMessage("b is off already");
        assertThatThrownBy(() -> hosts.power(true, "", "on", "a")).hasMessage("a is up already: there is nothing to switch on");
        assertThatThrownBy(() -> hosts.power(true, "", "off", "a")).isInstanceOf(CommandFailedException.class)
                .hasMessage("a would not be switched off: 2 guests (web, mail) are on it; drain a moves them away");
        assertThatThrownBy(() -> hosts.remove(true, "a")).hasMessageStartingWith("a would not be removed: 2 instances (web, mail) are on it");
        assertThat(hosts.remove(true, "b")).isEqualTo("b would be taken out of the datacenter: no instance is on it; accept b would bring it back");
        paper.host("c", HostState.MAINTENANCE);
        assertThat(hosts.power(true, "", "off", "c")).isEqualTo("c would be switched off: no guest runs there");
        paper.migrations.add(new Migration(WEB, A, new HostId("c"), Paper.SMALL, Optional.empty(), Migration.State.MOVING, "", Paper.NOW,
                Paper.NOW, 9));
        assertThatThrownBy(() -> hosts.power(true, "", "off", "c")).hasMessageContaining("i-00000001 is on its way there");

        assertThat(paper.asked).isEmpty();
    }

    @Test
    void removesAHostAndTakesItInAgain() {
        paper.host("gone", HostState.REMOVED);
        paper.answer = command -> CompletableFuture.completedFuture(paper.hosts().find(new HostId("gone")).orElseThrow());

        assertThat(hosts.remove(false, "b")).endsWith("accept brings it back");
        hosts.accept("gone");

        assertThat(paper.asked).containsExactly(new HostCommand.Remove(B), new HostCommand.Accept(new HostId("gone"), true));
    }

    @Test
    void saysWhatToDoWhenAHostIsRefused() {
        paper.answer = command -> CompletableFuture.failedFuture(new DatacenterException(DatacenterException.Reason.IN_USE,
                DatacenterException.Kind.HOST, "a", "The host 'a' still has instances"));

        assertThatThrownBy(() -> hosts.power(false, "", "off", "a"))
                .hasMessage("The host 'a' still has instances; hosts shows its state, and why who wanted it so");
    }

    @Test
    void showsHowFarAMoveIsAndWhenItEnds() {
        assertThat(MigrationCommands.progress(List.of())).isEqualTo("it begins");
        assertThat(MigrationCommands.progress(List.of(report(Phase.PRECOPY, 25e6)))).isEqualTo(
                "round 3, 400 MiB sent, 100 MiB left at 125 MB/s, 25 MB/s written, about 1 s to go, its CPUs slowed down by 20 %");
        assertThat(MigrationCommands.progress(List.of(report(Phase.PRECOPY, 130e6)))).contains("no end in sight: it writes as fast as is sent");
        assertThat(MigrationCommands.progress(List.of(report(Phase.POSTCOPY, 0)))).isEqualTo(
                "it runs there; 100 MiB of memory follow, less than 1 s to go");
    }

    private static MigrationProgress report(Phase phase, double dirty) {
        return new MigrationProgress(phase, Duration.ofSeconds(4), 2, 400L << 20, 100L << 20, dirty, 125e6, 0.2);
    }

    private static PlanReport plan(String policy, boolean advice, PlanReport.State state, String note) {
        return new PlanReport(policy, policy + " (org.kumiki.policy." + policy + " 1.0.0)", advice, Paper.NOW.minusSeconds(60), 4, "a is too busy",
                List.of(new PlanReport.Step(new Action.Wake(B), "room is needed", PlanReport.State.DONE, ""),
                        new PlanReport.Step(new Action.Migrate(WEB, B), "it is hot", state, note)),
                List.of(new Plan.Left(MAIL, "it is pinned to a")));
    }

    private static String print(Object value) {
        return new Printer().format(value, Converter.INSPECT, null).toString();
    }
}
