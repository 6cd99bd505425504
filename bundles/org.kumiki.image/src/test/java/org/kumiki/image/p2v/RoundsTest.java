package org.kumiki.image.p2v;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.kumiki.image.p2v.Rounds.Round;

class RoundsTest {

    private static final Rounds RULES = new Rounds(10, 5);

    private static List<Round> rounds(long... bytes) {
        return Arrays.stream(bytes).mapToObj(each -> new Round(each, Duration.ofSeconds(1))).toList();
    }

    @Test
    void goesOnWhileLessIsLeftEachTime() {
        assertThat(RULES.enough(rounds())).isFalse();
        assertThat(RULES.enough(rounds(1000))).isFalse();
        assertThat(RULES.enough(rounds(1000, 500))).isFalse();
        assertThat(RULES.enough(rounds(1000, 500, 100))).isFalse();
    }

    @Test
    void endsWhenLittleIsLeft() {
        assertThat(RULES.enough(rounds(1000, 10))).isTrue();
        assertThat(RULES.enough(rounds(0))).as("a copy that was interrupted").isFalse();
    }

    @Test
    void endsWhenThereIsNoEnd() {
        assertThat(RULES.enough(rounds(1000, 500, 400))).isTrue();
        assertThat(RULES.enough(rounds(1000, 600, 300, 150, 75))).isTrue();
    }
}
