package org.kumiki.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class PopulationTest {

    @Test
    void handsEachInstanceOutOnceToBeTerminated() {
        Population population = new Population();
        List<String> instances = IntStream.range(0, 100).mapToObj(number -> "i-" + number).toList();
        population.add(instances);

        List<String> taken = new ArrayList<>();
        while (population.size() > 0) {
            assertThat(population.pick()).isPresent();
            taken.add(population.take().orElseThrow());
        }

        assertThat(taken).containsExactlyInAnyOrderElementsOf(instances);
        assertThat(population.take()).isEmpty();
        assertThat(population.pick()).isEmpty();
    }
}
