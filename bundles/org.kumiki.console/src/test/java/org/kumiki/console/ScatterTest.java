package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.kumiki.console.Scatter.Pair;
import org.kumiki.console.Scatter.Tick;

class ScatterTest {

    @Test
    void timesStandByPowersOfTen() {
        Scatter scatter = Scatter.logarithmic(List.of(new Pair("start", 1, 10), new Pair("move", 100, 100), new Pair("start", 10, 1)));

        assertThat(scatter.ticks()).containsExactly(new Tick(0, 1), new Tick(100, 10), new Tick(200, 100));
        assertThat(scatter.dots()).containsOnlyKeys("start", "move").containsEntry("start", "M0.0 100.0h.01M100.0 200.0h.01").containsEntry("move", "M200.0 0.0h.01");
    }

    @Test
    void aSingleTimeHasAScaleAndWhatIsNothingHasNoPlace() {
        assertThat(Scatter.logarithmic(List.of(new Pair("start", 10, 10), new Pair("start", 0, 3))).dots()).containsEntry("start", "M0.0 200.0h.01");
        assertThat(Scatter.logarithmic(List.of(new Pair("start", 0, 3))).ticks()).isEmpty();
        assertThat(Scatter.linear(List.of()).dots()).isEmpty();
    }

    @Test
    void sharesStandByWhatAllAreBelow() {
        Scatter scatter = Scatter.linear(List.of(new Pair("move", 0.05, 0.15), new Pair("disturbed", 0, 0.2)));

        assertThat(scatter.ticks()).extracting(Tick::value).containsExactly(0.0, 0.05, 0.1, 0.2 * 3 / 4, 0.2);
        assertThat(scatter.dots()).containsEntry("move", "M50.0 50.0h.01").containsEntry("disturbed", "M0.0 0.0h.01");
        assertThat(Scatter.linear(List.of(new Pair("move", 0.9, 0.3))).ticks()).extracting(Tick::value).last().isEqualTo(1.0);
    }

    @Test
    void manyPowersOfTenHaveFewTicks() {
        assertThat(Scatter.logarithmic(List.of(new Pair("start", 0.001, 1), new Pair("start", 1e6, 1e7))).ticks()).hasSizeLessThan(9).extracting(Tick::at)
                .allMatch(at -> at >= 0 && at <= Scatter.SIZE);
    }
}
