package org.kumiki.twin.cloudsim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.policy.beloglazov.Beloglazov;
import org.kumiki.policy.stochastic.Stochastic;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.power.PowerTable;
import org.kumiki.twin.trace.CpuTraces;
import org.kumiki.twin.trace.Workdays;

class HonestStudyTest {

    private static final HostSleep FREE = new HostSleep(0, 0, 0);
    private static final double DAY = 86_400;

    private static CpuTraces steady(int machines, int percent) {
        byte[][] all = new byte[machines][288];
        Arrays.stream(all).forEach(row -> Arrays.fill(row, (byte) percent));
        return new CpuTraces(IntStream.range(0, machines).mapToObj(Integer::toString).toList(), Duration.ofMinutes(5), all);
    }

    private static Policy once(String to) {
        return (view, history) -> {
            Instance instance = view.instances().instance(0);
            return instance.decision() > 1 ? Plan.NOTHING : new Plan(List.of(new Plan.Step(new Action.Migrate(instance.id(), new HostId(to)), "once")), "once");
        };
    }

    @Test
    void aHostThatSleepsDrawsALittle() {
        Outcome outcome = HonestStudy.run(steady(1, 50), 3, Optional.empty());

        double busy = PowerTable.ML110_G5.watts(0.5 * 2_500 / 5_320);
        double asleep = 2 * HostSleep.SUSPENDED.watts(PowerTable.ML110_G4);
        assertThat(outcome.energyKWh()).isCloseTo((busy + asleep) * DAY / 3.6e6, within(1e-9));
        assertThat(outcome.activeHosts()).isCloseTo(1, within(1e-9));
    }

    @Test
    void aMachineThatUsesNothingStays() {
        assertThat(HonestStudy.run(steady(1, 0), 2, Optional.empty(), FREE).energyKWh()).isCloseTo(PowerTable.ML110_G5.watts(0) * DAY / 3.6e6, within(1e-9));
    }

    @Test
    void wakingAndFallingAsleepTakeTimeAndEnergy() {
        Outcome free = HonestStudy.run(steady(1, 40), 4, Optional.of(once("h3")), FREE);
        Outcome slow = HonestStudy.run(steady(1, 40), 4, Optional.of(once("h3")), new HostSleep(0, 10, 30));

        assertThat(slow.migrations()).isEqualTo(1);
        assertThat(slow.shutdowns()).isEqualTo(1);
        assertThat(3.6e6 * (slow.energyKWh() - free.energyKWh())).isCloseTo(30 * 135 + 10 * 93.7, within(1.0));
    }

    @Test
    void aMoveTakesWhatItsModelTakes() {
        Outcome outcome = HonestStudy.run(steady(1, 40), 4, Optional.of(once("h3")), FREE);

        double copying = 870.0 * (1 << 20) / 62.5e6; // and the little that is sent again, and a standstill of at most 0.35 s
        assertThat(outcome.pdm() * DAY).isBetween(0.1 * copying, 0.1 * (copying + 3) + 0.35);
    }

    @Test
    void noHostHasMoreMachinesThanMemory() {
        CpuTraces idle = steady(40, 1);
        for (Policy policy : List.of(new Beloglazov("thr", 0.8, "mmt"), new Stochastic(1, 1.5, 30))) {
            double memory = 10 * (870 + 1_740 + 1_740 + 613);
            assertThat(HonestStudy.run(idle, 40, Optional.of(policy)).activeHosts()).isGreaterThan(memory / 4_096);
        }
    }

    @Test
    void itRunsAsLongAndOnSuchHostsAsOneLikesAndSaysHowItFares() {
        List<Sample> samples = new ArrayList<>();
        HostKind large = new HostKind(8, 2_500, 16_384, PowerTable.X3550_X5675);
        Outcome outcome = HonestStudy.run(steady(2, 50), List.of(large, large), Duration.ofHours(30), Optional.empty(), HostSleep.SUSPENDED, samples::add);

        assertThat(samples).hasSize(30 * 12);
        Sample last = samples.get(samples.size() - 1);
        assertThat(last.seconds()).isEqualTo(30 * 3_600);
        assertThat(last.energyKWh()).isCloseTo(outcome.energyKWh(), within(1e-9));
        assertThat(last.hostsOn()).as("the other sleeps").isEqualTo(1);
        assertThat(last.load()).isCloseTo(0.5 * (2_500 + 2_000) / 20_000, within(1e-9));
    }

    @Test
    void oursIsTheBestOfBothWithoutSimplificationsToo() {
        CpuTraces day = Workdays.traces(80, 1, 7);
        Outcome ours = HonestStudy.run(day, 60, Optional.of(new Stochastic(1, 1.5, 30)));
        for (String overload : List.of("thr", "iqr", "lr")) {
            Outcome published = HonestStudy.run(day, 60, Optional.of(new Beloglazov(overload, overload.equals("thr") ? 0.8 : 1.5, "mmt")));

            assertThat(ours.energyKWh()).isLessThan(published.energyKWh());
            assertThat(ours.esv()).isLessThanOrEqualTo(published.esv());
        }
        assertThat(HonestStudy.run(day, 60, Optional.of(new Stochastic(1, 1.5, 30)))).isEqualTo(ours);
    }
}
