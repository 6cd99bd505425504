package org.kumiki.scaling.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizingTest {

    private static final Instant START = Instant.parse("2008-04-14T00:00:00Z");
    private static final Sizing SIZING = new Sizing(2, 100, 10, Duration.ofMinutes(5));

    @ParameterizedTest
    @CsvSource({ "0, 2", "1, 2", "20, 2", "21, 3", "999, 100", "1000, 100", "1001, 100", "9223372036854775000, 100" })
    void theQueueIsSharedOutAmongWorkers(long messages, int workers) {
        assertThat(SIZING.wanted(messages)).isEqualTo(workers);
    }

    @Test
    void itGrowsAtOnce() {
        assertThat(SIZING.decide(Memory.of(START, 2), START, 500, 2).size()).isEqualTo(50);
    }

    @Test
    void itShrinksWhenFewerHaveBeenEnoughForLongEnough() {
        Memory memory = SIZING.decide(Memory.of(START, 2), START, 500, 2).memory();
        Sizing.Decision soon = SIZING.decide(memory, START.plusSeconds(300), 30, 50);
        Sizing.Decision later = SIZING.decide(soon.memory(), START.plusSeconds(301), 30, 50);

        assertThat(soon.size()).isEqualTo(50);
        assertThat(soon.wanted()).isEqualTo(3);
        assertThat(later.size()).isEqualTo(3);
    }

    @Test
    void aGroupThatIsFirstSeenKeepsWhatItHas() {
        assertThat(SIZING.decide(Memory.of(START, 40), START, 0, 40).size()).isEqualTo(40);
    }

    @Test
    void moreThanEverAllowedEndAtOnce() {
        assertThat(SIZING.decide(Memory.of(START, 400), START, 100_000, 400).size()).isEqualTo(100);
        assertThat(SIZING.decide(Memory.of(START, 400), START, 0, 400).size()).isEqualTo(100);
    }

    @Test
    void thoseThatDiedAreReplacedOnlyIfTheyAreWanted() {
        Memory memory = SIZING.decide(Memory.of(START, 2), START, 500, 2).memory();

        assertThat(SIZING.decide(memory, START.plusSeconds(1), 500, 47).size()).isEqualTo(50);
        assertThat(SIZING.decide(memory, START.plusSeconds(1), 30, 47).size()).isEqualTo(47);
    }

    @Test
    void whatIsForgottenMakesNoDifference() {
        SplittableRandom random = new SplittableRandom(1);
        Deque<Memory.Number> all = new ArrayDeque<>();
        Memory memory = new Memory(List.of());
        for (int second = 0; second < 20_000; second++) {
            Instant now = START.plusSeconds(second);
            int workers = random.nextInt(1 + second % 40);
            all.add(new Memory.Number(now, workers));
            memory = memory.and(now, workers).since(now.minusSeconds(60));
            all.removeIf(number -> number.at().isBefore(now.minusSeconds(60)));

            assertThat(memory.highest()).isEqualTo(all.stream().mapToInt(Memory.Number::workers).max().orElseThrow());
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new Sizing(5, 4, 1, Duration.ZERO)).hasMessageContaining("from 5 to 4");
        assertThatThrownBy(() -> new Sizing(0, 0, 1, Duration.ZERO)).hasMessageContaining("most is 1 or more");
        assertThatThrownBy(() -> new Sizing(0, 1, 0, Duration.ZERO)).hasMessageContaining("messagesPerWorker");
        assertThatThrownBy(() -> new Sizing(0, 1, 1, Duration.ofSeconds(-1))).hasMessageContaining("calmSeconds");
    }
}
