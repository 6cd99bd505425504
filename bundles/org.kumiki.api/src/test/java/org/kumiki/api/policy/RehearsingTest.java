package org.kumiki.api.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.view.DatacenterView;

/** What a rehearsal is judged by. */
class RehearsingTest {

    private static final History QUIET = history(host -> Double.NaN, instance -> 0.5);
    private static final Figures NOW = new Figures(4, 4, 0.5, 400, 0.1, 0.3, 0);

    @Test
    void aPartIsAViewInWhichTheOtherHostsLookRemovedAndKeepTheirRows() {
        DatacenterView whole = new Paper().host("a").host("b").host("c").guest(1, "a", 1).guest(2, "b", 1).guest(3, "c", 2).view();

        DatacenterView part = whole.part(row -> row != 1);

        assertThat(part.hosts().row(new HostId("c"))).isEqualTo(2);
        assertThat(part.hosts().state(1)).isEqualTo(HostState.REMOVED);
        assertThat(part.hosts().state(2)).isEqualTo(HostState.UP);
        assertThat(part.hosts().freeCpus(2)).isEqualTo(2);
        assertThat(part.instances().row(Paper.id(2))).isEqualTo(-1);
        assertThat(part.instances().size()).isEqualTo(2);
        assertThat(part.version()).isEqualTo(whole.version());
        assertThat(whole.hosts().state(1)).isEqualTo(HostState.UP);
        assertThat(new Course(part).take(Paper.move(1, "b"))).isNotNull();
        assertThat(new Course(part).take(Paper.move(1, "c"))).isNull();
    }

    @Test
    void aPartIsChosenEvenlyAndByName() {
        DatacenterView view = new Paper().host("a").host("gone", HostState.REMOVED).host("b").host("c").host("d").view();

        assertThat(Part.parse("2").choose(view.hosts())).extracting(HostId::value).containsExactly("a", "c");
        assertThat(Part.parse("25%").choose(view.hosts())).extracting(HostId::value).containsExactly("a");
        assertThat(Part.parse("0.25")).isEqualTo(Part.parse("25%"));
        assertThat(Part.parse("1%").choose(view.hosts())).hasSize(1);
        assertThat(Part.parse("9").choose(view.hosts())).hasSize(4);
        assertThat(Part.parse("d,a,d").choose(view.hosts())).extracting(HostId::value).containsExactly("d", "a");
        assertThatThrownBy(() -> Part.parse("0")).hasMessageContaining("at least one host");
        assertThatThrownBy(() -> Part.parse("120%")).hasMessageContaining("up to 1");
    }

    @Test
    void whatAPlanWouldComeToIsKnownBeforeItIsCarriedOut() {
        DatacenterView view = new Paper().host("a").host("b").host("c", HostState.OFF).guest(1, "a", 4).guest(2, "b", 2).guest(3, "b", 2).view();
        Plan plan = new Plan(List.of(Paper.move(1, "b"), Paper.wake("c"), Paper.move(3, "c"), Paper.sleep("b")), "");

        Figures before = Figures.expected(view, QUIET, Plan.NOTHING);
        Figures after = Figures.expected(view, QUIET, plan);

        assertThat(before.on()).isEqualTo(2);
        assertThat(before.load()).isEqualTo(0.5);
        assertThat(before.watts()).isCloseTo(2 * 140, within(1e-9));
        assertThat(before.spare()).isZero();
        assertThat(after.hosts()).isEqualTo(3);
        assertThat(after.on()).as("the first and the last step cannot be").isEqualTo(3);
        assertThat(after.moves()).isEqualTo(1);
        assertThat(after.load()).isCloseTo(1.0 / 3, within(1e-9));
        assertThat(after.spare()).isCloseTo(4.0 / 12, within(1e-9));
    }

    @Test
    void whatIsMeasuredCountsHostsThatHaveNoProcessorLeft() {
        DatacenterView view = new Paper().host("a").host("b", HostState.UP, Paper.MOVING, Map.of(PowerModel.LABEL, "10 10 10 10 10 10 10 10 10 10 20"))
                .host("c", HostState.OFF).host("d", HostState.REMOVED).view();

        Figures measured = Figures.measured(view, history(host -> host.value().equals("b") ? 1 : Double.NaN, instance -> 0), 7);

        assertThat(measured).isEqualTo(new Figures(3, 2, 0.5, 58.4 + 20, 0.5, 1, 7));
        assertThat(Figures.mean(List.of(measured, measured.withMoves(9)))).contains(measured.withMoves(9));
        assertThat(Figures.mean(List.of())).isEmpty();
    }

    @Test
    void powerIsReadFromALabelAndWhatIsNoneIsTheStandard() {
        assertThat(PowerModel.of(Map.of(PowerModel.LABEL, "0 1 2 3 4 5 6 7 8 9 10")).watts(0.55)).isCloseTo(5.5, within(1e-9));
        assertThat(PowerModel.of(Map.of(PowerModel.LABEL_WHEN_ON, "100")).watts(0.3)).isEqualTo(100);
        assertThat(PowerModel.of(Map.of(PowerModel.LABEL_WHEN_ON, "many"))).isSameAs(PowerModel.STANDARD);
        assertThat(PowerModel.STANDARD.watts(2)).isEqualTo(222);
        for (String nonsense : List.of("", "1 2", "a b c d e f g h i j k", "-1 1 2 3 4 5 6 7 8 9 10", "NaN 1 2 3 4 5 6 7 8 9 10")) {
            assertThat(PowerModel.of(Map.of(PowerModel.LABEL, nonsense))).as(nonsense).isSameAs(PowerModel.STANDARD);
        }
    }

    @Test
    void aBoundIsBrokenOnlyByWhoMakesItWorse() {
        Bounds bounds = new Bounds(OptionalInt.of(5), OptionalDouble.of(0.05), OptionalDouble.of(1.1), OptionalDouble.of(0.4));

        assertThat(bounds.broken(NOW, NOW, Optional.of(NOW))).isEmpty();
        assertThat(bounds.broken(NOW, NOW.withMoves(6), Optional.empty())).contains("moves: 6 within an hour, at most 5 allowed");
        assertThat(bounds.broken(NOW, new Figures(4, 4, 0.5, 400, 0.11, 0.3, 0), Optional.empty())).contains("overload: 11.0 %, at most 5.0 % allowed");
        assertThat(bounds.broken(NOW, new Figures(4, 4, 0.5, 400, 0.1, 0.29, 0), Optional.empty())).contains("spare: 29.0 %, at least 40.0 % allowed");
        Figures hungry = new Figures(2, 2, 0.5, 230, 0.1, 0.3, 0);
        assertThat(bounds.broken(NOW, hungry, Optional.of(NOW))).contains("energy: 1.15 of the other's, at most 1.1 allowed");
        assertThat(bounds.broken(hungry, hungry, Optional.of(NOW))).as("it was no better before").isEmpty();
        assertThat(Bounds.NONE.broken(NOW, hungry.withMoves(1_000), Optional.of(NOW))).isEmpty();
        assertThat(Bounds.NONE.text()).isEmpty();
        assertThat(bounds.text()).isEqualTo("moves ≤ 5/h, overload ≤ 5.0 %, energy ≤ 1.1, spare ≥ 40.0 %");
        assertThatThrownBy(() -> new Bounds(OptionalInt.empty(), OptionalDouble.of(5), OptionalDouble.empty(), OptionalDouble.empty()))
                .hasMessage("overload is a share from 0 to 1");
        assertThatThrownBy(() -> new Bounds(OptionalInt.empty(), OptionalDouble.empty(), OptionalDouble.of(Double.NaN), OptionalDouble.empty()))
                .hasMessageContaining("energy is a factor");
    }

    @Test
    void twoPlansAreComparedStepByStep() {
        Comparison plans = new Comparison(report("bold", Paper.move(1, "b"), Paper.sleep("a")), report("careful", Paper.move(1, "b"), Paper.wake("c")),
                NOW, new Figures(4, 3, 0.6, 310, 0, 0.1, 1), new Figures(4, 4, 0.5, 400, 0.25, 0.3, 1));

        assertThat(plans.common()).containsExactly(Paper.move(1, "b").action());
        assertThat(plans.onlyCandidate()).containsExactly(Paper.sleep("a").action());
        assertThat(plans.onlyActive()).containsExactly(Paper.wake("c").action());
        assertThat(plans.text()).isEqualTo("bold against careful: 3 instead of 4 hosts on, 310 instead of 400 watts, "
                + "0 instead of 1 hosts without a processor left; 1 steps in common, 1 and 1 of their own");
    }

    private static PlanReport report(String policy, Plan.Step... steps) {
        return new PlanReport(policy, policy, true, Instant.EPOCH, 1, "", List.of(steps).stream()
                .map(step -> new PlanReport.Step(step.action(), "", PlanReport.State.WAITING, "")).toList(), List.of());
    }

    private static History history(ToDoubleFunction<HostId> hosts, ToDoubleFunction<InstanceId> instances) {
        return new History() {

            @Override
            public Duration interval() {
                return Duration.ofMinutes(1);
            }

            @Override
            public Instant last() {
                return Instant.EPOCH;
            }

            @Override
            public double[] cpu(HostId host, int samples) {
                return new double[] { hosts.applyAsDouble(host) };
            }

            @Override
            public double[] cpu(InstanceId instance, int samples) {
                return new double[] { instances.applyAsDouble(instance) };
            }

            @Override
            public Optional<Instant> moved(InstanceId instance) {
                return Optional.empty();
            }
        };
    }
}
