package org.kumiki.policy.powersave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

import org.junit.jupiter.api.Test;

class ForecastTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void foretellsWhatCameAWeekAgo() {
        // Work begins at eight, but not at the weekend; it is seven o'clock on a Monday.
        double[] load = load(8 * 24, hour -> hour / 24 % 7 < 5 && hour % 24 >= 8 && hour % 24 < 18 ? 6 : 2);

        assertThat(Forecast.growth(Arrays.copyOf(load, 7 * 24 + 8), HOUR, Duration.ofHours(2), 1)).isEqualTo(3);
    }

    @Test
    void onAFridayEveningItDoesNotForetellAMorning() {
        double[] load = load(14 * 24, hour -> hour / 24 % 7 < 5 && hour % 24 >= 8 ? 6 : 2);

        assertThat(Forecast.growth(Arrays.copyOfRange(load, 24, 12 * 24 + 8), HOUR, Duration.ofHours(2), 1)).isEqualTo(1);
    }

    @Test
    void foretellsWhatCameADayAgoIfThatIsAllItKnows() {
        double[] load = load(32, hour -> hour % 24 >= 8 ? 4 : 2);

        assertThat(Forecast.growth(load, HOUR, Duration.ofHours(1), 1)).isEqualTo(2);
    }

    @Test
    void loadThatWillFallIsForetoldToFall() {
        double[] load = load(24 + 18, hour -> hour % 24 < 18 ? 4 : 1);

        assertThat(Forecast.growth(load, HOUR, Duration.ofHours(3), 1)).isEqualTo(0.25, within(1e-9));
    }

    @Test
    void foretellsNothingFromNothing() {
        assertThat(Forecast.growth(new double[0], HOUR, HOUR, 1)).isEqualTo(1);
        assertThat(Forecast.growth(load(200, hour -> Double.NaN), HOUR, HOUR, 1)).isEqualTo(1);
        assertThat(Forecast.growth(load(200, hour -> 0), HOUR, HOUR, 1)).isEqualTo(1);
    }

    @Test
    void believesInNoMiracles() {
        assertThat(Forecast.growth(load(24, hour -> hour == 0 ? 0.001 : 100), HOUR, HOUR, 1)).isEqualTo(1);
        assertThat(Forecast.growth(load(25, hour -> hour == 0 ? 0.001 : 100), HOUR, HOUR, 1)).isEqualTo(10);
    }

    private static double[] load(int hours, IntToDoubleFunction shape) {
        double[] load = new double[hours];
        Arrays.setAll(load, shape);
        return load;
    }
}
