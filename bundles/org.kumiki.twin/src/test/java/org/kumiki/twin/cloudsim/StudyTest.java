package org.kumiki.twin.cloudsim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.policy.beloglazov.Beloglazov;
import org.kumiki.policy.stochastic.Stochastic;
import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.Workdays;

class StudyTest {

    private static final int HOSTS = 60;

    private final CpuTraces day = Workdays.traces(80, 1, 7);

    private static CpuTraces steady(int machines, int percent) {
        byte[][] all = new byte[machines][288];
        Arrays.stream(all).forEach(row -> Arrays.fill(row, (byte) percent));
        return new CpuTraces(IntStream.range(0, machines).mapToObj(Integer::toString).toList(), Duration.ofMinutes(5), all);
    }

    @Test
    void oneMachineThatIsHalfBusyDrawsWhatItsHostsTableSays() {
        Outcome outcome = Study.run(steady(1, 50), 2, Optional.empty());

        double load = 0.5 * 2_500 / 5_320; // a machine of the first kind needs the second kind of host
        double watts = 101 + (105 - 101) * (load * 10 - 2);
        assertThat(outcome.energyKWh()).isCloseTo(watts * 285 * 300 / 3.6e6 + watts * 300 / 3.6e6, within(1e-6));
        assertThat(outcome.slatah()).isZero();
        assertThat(outcome.activeHosts()).isCloseTo(1, within(0.01));
    }

    @Test
    void aMoveTakesWhatTheMachinesMemoryTakesAndCostsATenthOfWhatItWants() {
        Policy once = (view, history) -> view.instances().instance(0).decision() > 1 ? Plan.NOTHING
                : new Plan(List.of(new Plan.Step(new Action.Migrate(view.instances().instance(0).id(), new HostId("h3")), "once")), "once");

        Outcome outcome = Study.run(steady(1, 40), 4, Optional.of(once));

        assertThat(outcome.migrations()).isEqualTo(1);
        assertThat(outcome.pdm()).isCloseTo(0.1 * (870 / 62.5) / (286 * 300), within(1e-9));
    }

    @Test
    void policiesSaveEnergyAndComeToTheSameEachTime() {
        Outcome still = Study.run(day, HOSTS, Optional.empty());
        for (Policy policy : List.of(new Beloglazov("thr", 0.8, "mmt"), new Beloglazov("lr", 1.2, "rs"), new Beloglazov("mad", 2.5, "mc"),
                new Stochastic(1, 1.5, 30))) {
            Outcome outcome = Study.run(day, HOSTS, Optional.of(policy));

            assertThat(outcome.energyKWh()).isLessThan(0.75 * still.energyKWh());
            assertThat(outcome.migrations()).isPositive();
            assertThat(Study.run(day, HOSTS, Optional.of(policy))).isEqualTo(outcome);
        }
    }

    @Test
    void oursSavesMoreByLessMoves() {
        Outcome published = Study.run(day, HOSTS, Optional.of(new Beloglazov("iqr", 1.5, "mmt")));
        Outcome ours = Study.run(day, HOSTS, Optional.of(new Stochastic(1, 1.5, 30)));

        assertThat(ours.energyKWh()).isLessThan(published.energyKWh());
        assertThat(ours.migrations()).isLessThan(published.migrations() / 2);
        assertThat(ours.esv()).isLessThan(published.esv());
    }

    @Test
    void machinesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> Study.run(day, 2, Optional.empty())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no room for machine");
    }
}
