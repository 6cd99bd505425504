package org.kumiki.twin.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.kumiki.twin.model.Failures.Outage;
import org.kumiki.twin.power.PowerTable;

class HostsTest {

    private static final double DAY = 86_400;

    @Test
    void aHostThatNapsDrawsWhatPowerNapDoes() {
        PowerTable blade = new PowerTable(270, 288, 306, 324, 342, 360, 378, 396, 414, 432, 450);

        assertThat(HostSleep.POWER_NAP.watts(blade)).isCloseTo(10.4, within(1e-9));
        assertThat(HostSleep.POWER_NAP.joules(blade)).isCloseTo(0.3 * 270 + 0.3 * 450, within(1e-9));
        assertThat(HostSleep.POWER_NAP.breakEven(blade)).isLessThan(1);
    }

    @Test
    void whoSleepsForItsBreakEvenDrawsAsMuchAsWithoutLoad() {
        PowerTable power = PowerTable.ML110_G5;
        HostSleep sleep = HostSleep.SUSPENDED;
        double time = sleep.breakEven(power);

        double asleep = sleep.joules(power) + (time - sleep.toSleep() - sleep.toWake()) * sleep.watts(power);

        assertThat(asleep).isCloseTo(time * power.watts(0), within(1e-6));
        assertThat(time).isBetween(40.0, 80.0);
    }

    @Test
    void failuresHaveTheMeanThatIsAsked() {
        for (Failures failures : List.of(Failures.exponential(30 * DAY, DAY), Failures.weibull(30 * DAY, DAY))) {
            List<Outage> outages = failures.outages(500, 3_650 * DAY, 7);

            assertThat(outages).isEqualTo(failures.outages(500, 3_650 * DAY, 7)).isNotEqualTo(failures.outages(500, 3_650 * DAY, 8));
            assertThat((double) outages.size()).isCloseTo(500 * 3_650 / 31.0, within(0.03 * 500 * 3_650 / 31));
            assertThat(outages.stream().mapToDouble(outage -> outage.to() - outage.from()).average().orElseThrow()).isCloseTo(DAY, within(0.03 * DAY));
            assertThat(failures.outages(10, 3_650 * DAY, 7)).isEqualTo(outages.stream().filter(outage -> outage.host() < 10).toList());
        }
    }

    @Test
    void whoHasFailedFailsSoonAgainByWeibull() {
        assertThat(early(Failures.weibull(30 * DAY, 1))).isGreaterThan(1.5 * early(Failures.exponential(30 * DAY, 1)));
    }

    /** How many hosts fail on their first day. */
    private static double early(Failures failures) {
        return failures.outages(10_000, DAY, 3).stream().map(Outage::host).distinct().count();
    }

    @Test
    void gammaIsTheFactorial() {
        assertThat(Failures.gamma(5)).isCloseTo(24, within(1e-8));
        assertThat(Failures.gamma(1.5)).isCloseTo(Math.sqrt(Math.PI) / 2, within(1e-9));
    }
}
