package org.kumiki.policy.beloglazov;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

import org.junit.jupiter.api.Test;

class HeuristicsTest {

    private static final double[] RISING = DoubleStream.iterate(0.95, load -> load - 0.05).limit(12).toArray();
    private static final double[] CALM = new double[12];

    static {
        Arrays.fill(CALM, 0.5);
    }

    private static Overload.Past past(double[] loads, double slowestMove) {
        return new Overload.Past() {

            @Override
            public double[] loads() {
                return loads;
            }

            @Override
            public double slowestMove() {
                return slowestMove;
            }
        };
    }

    @Test
    void aThresholdIsAThreshold() {
        Overload overload = Overload.named("THR", 0.8);

        assertThat(overload.isTooMuch(0.81, past(CALM, 0))).isTrue();
        assertThat(overload.isTooMuch(0.8, past(RISING, 0))).isFalse();
    }

    @Test
    void aLoadThatVariesIsTooMuchEarlier() {
        for (String name : List.of("iqr", "mad")) {
            Overload overload = Overload.named(name, 1.5);
            assertThat(overload.isTooMuch(0.95, past(CALM, 0))).isFalse();
            assertThat(overload.isTooMuch(0.95, past(RISING, 0))).isTrue();
        }
        assertThat(Loads.interquartileRange(RISING)).isCloseTo(0.35, within(1e-9));
        assertThat(Loads.medianAbsoluteDeviation(RISING)).isCloseTo(0.15, within(1e-9));
    }

    @Test
    void aLineLooksAhead() {
        assertThat(Loads.ahead(Arrays.copyOf(RISING, 10), 1)).isCloseTo(1, within(1e-9));
        assertThat(Overload.named("lr", 1.0001).isTooMuch(0.1, past(RISING, 0.1))).isTrue();
        assertThat(Overload.named("lr", 1.2).isTooMuch(0.9, past(CALM, 0.1))).isFalse();
    }

    @Test
    void withoutAPastSeventyPercentIsEnough() {
        double[] young = { 0.9, 0.1, 0.9, 0, 0, 0 };
        assertThat(Loads.known(young)).hasSize(3);
        for (String name : List.of("iqr", "mad", "lr")) {
            assertThat(Overload.named(name, 1.2).isTooMuch(0.71, past(young, 1))).isTrue();
            assertThat(Overload.named(name, 1.2).isTooMuch(0.69, past(young, 1))).isFalse();
        }
    }

    @Test
    void choosesByMemoryByUseAndByCorrelation() {
        double[] wave = { 0.1, 0.5, 0.1, 0.5, 0.1 };
        double[][] history = { { 0.2, 0.2, 0.3, 0.1, 0.25 }, wave, Arrays.stream(wave).map(each -> each / 2).toArray() };
        Demand demand = new Demand(new double[] { 5, 1, 3 }, new double[] { 0.5, 0.6, 0.3 }, new double[] { 512, 1_024, 512 }, row -> history[row]);
        List<Integer> all = List.of(2, 0, 1);

        assertThat(Selection.named("mmt").choose(all, demand, new SplittableRandom(1))).as("of equals the longest there").isEqualTo(2);
        assertThat(Selection.named("MU").choose(all, demand, new SplittableRandom(1))).isEqualTo(2);
        assertThat(Selection.named("mc").choose(all, demand, new SplittableRandom(1))).isIn(1, 2);
        assertThat(Selection.named("rs").choose(all, demand, new SplittableRandom(1))).isIn(0, 1, 2);
    }

    @Test
    void tellsASeriesFromOthers() {
        double[] one = { 1, 2, 3, 4, 6 };
        double[] other = { 2, 1, 4, 3, 5 };
        double[] sum = { 3, 3, 7, 7, 11 };

        assertThat(Correlation.strongest(new double[][] { one, { 9, 1, 8, 2, 5 } })).isNotNegative();
        assertThat(Correlation.strongest(new double[][] { { 9, 1, 8, 2, 5 }, { 1, 0, 0, 0, 0 }, { 18.1, 2.1, 16, 4.1, 10 } })).as("twice another, nearly")
                .isIn(0, 2);
        assertThat(Correlation.strongest(new double[][] { { 0, 0, 0, 0, 0 }, { 1, 9, 2, 8, 3 }, sum })).as("nothing follows from whatever there is")
                .isEqualTo(-1);
        assertThat(Correlation.strongest(new double[][] { one, other, sum, { 0, 1, 0, 0, 9 }, { 3, 1, 4, 1, 5 }, { 1, 1, 2, 2, 1 } })).as("too few samples")
                .isEqualTo(-1);
    }

    @Test
    void readsWhatAHostDraws() {
        Power power = Power.of("86 89.4 92.6 96 99.5 102 106 108 112 114 117");

        assertThat(power.at(0.25)).isCloseTo((92.6 + 96) / 2, within(1e-9));
        assertThat(power.at(7)).isEqualTo(117);
        assertThat(Power.of("much").at(1)).isEqualTo(100);
        assertThat(Power.of(null).at(0)).isEqualTo(50);
    }

    @Test
    void saysWhichNamesThereAre() {
        assertThatThrownBy(() -> new Beloglazov("loess", 1, "mmt")).hasMessage("\"loess\" is none of thr, iqr, mad and lr");
        assertThatThrownBy(() -> new Beloglazov("lr", 1, "best")).hasMessage("\"best\" is none of mmt, mu, rs and mc");
    }
}
