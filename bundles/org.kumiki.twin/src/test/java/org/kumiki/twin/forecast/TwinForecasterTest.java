package org.kumiki.twin.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.model.InstanceId;

class TwinForecasterTest {

    private final TwinForecaster forecaster = new TwinForecaster();

    private static Undertaking start(String technology, String type) {
        return new Undertaking(Kind.START, new InstanceId("i-00000001"), 1, technology, type, 512, Optional.empty(), Duration.ZERO);
    }

    private static Undertaking move(long memoryMiB, String strategy) {
        return new Undertaking(Kind.MOVE, new InstanceId("i-00000001"), 1, "qemu", "t2.nano", memoryMiB, Optional.of(strategy), Duration.ofMillis(300));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    @Test
    void startsAreForeseenAsTheyWere() {
        assertThat(forecaster.foresee(start("lxc", "t2.nano"))).as("nothing is known yet").isEmpty();
        for (int seconds : new int[] { 3, 2, 90, 2, 3 }) { // one was odd
            forecaster.learn(start("lxc", "t2.nano"), Happened.started(Duration.ofSeconds(seconds)));
        }
        forecaster.learn(start("qemu", "t2.nano"), Happened.started(Duration.ofSeconds(40)));

        assertThat(forecaster.foresee(start("lxc", "t2.nano")).orElseThrow().total()).hasSeconds(3);
        assertThat(forecaster.foresee(start("lxc", "m1.small")).orElseThrow().total()).as("another type of the same technology").hasSeconds(3);
        assertThat(forecaster.foresee(start("qemu", "t2.nano")).orElseThrow().total()).hasSeconds(40);
        assertThat(forecaster.foresee(start("xen", "t2.nano"))).isEmpty();
    }

    @Test
    void aMoveIsForeseenByItsModelBeforeThereWasOne() {
        Forecast precopy = forecaster.foresee(move(1_024, "precopy")).orElseThrow();
        Forecast stopped = forecaster.foresee(move(1_024, "stopcopy")).orElseThrow();
        Forecast followed = forecaster.foresee(move(1_024, "postcopy")).orElseThrow();

        double once = 1_024 * 1_048_576 / 125e6;
        assertThat(seconds(precopy.total())).isCloseTo(once, within(0.2));
        assertThat(precopy.downtime()).isLessThan(Duration.ofMillis(350));
        assertThat(seconds(stopped.downtime())).isCloseTo(once + 0.05, within(0.01));
        assertThat(followed.downtime()).isLessThan(Duration.ofMillis(100));
        assertThat(stopped.bytes()).isEqualTo(1_024L << 20);
    }

    @Test
    void itLearnsHowFarTheModelIsOff() {
        // a tenth of the memory was ever used, over ten gigabits: 0.1 s and 0.9 s to set it up
        Happened happened = new Happened(Duration.ofSeconds(1), Duration.ofMillis(20), 107_374_182, 1e6, 1.25e9);
        for (int time = 0; time < 3; time++) {
            forecaster.learn(move(1_024, "precopy"), happened);
        }

        Forecast next = forecaster.foresee(move(1_024, "precopy")).orElseThrow();

        assertThat(seconds(next.total())).isCloseTo(1, within(0.01));
        assertThat(seconds(next.downtime())).isCloseTo(0.02, within(0.001));
        assertThat((double) next.bytes()).isCloseTo(107_374_182, within(1e6));
        assertThat(forecaster.foresee(move(2_048, "precopy")).orElseThrow().bytes()).as("a larger one").isGreaterThan(2 * next.bytes() - 2_000_000);
        assertThat(forecaster.foresee(move(1_024, "stopcopy")).orElseThrow().bytes()).as("another strategy").isEqualTo(1_024L << 20);
    }
}
