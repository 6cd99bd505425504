package org.kumiki.api.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.Resources;

/** What a host may promise of its machine. Whether the machine is seen as it is, a real node's tests tell. */
class HostFactsTest {

    @Test
    void promisesCpusMoreThanOnceAndMemoryNot() {
        HostFacts facts = new HostFacts(2, "a CPU", 24_000, 100_000, "6.1", "x86_64", "boot");

        assertThat(facts.capacity(4, 0.5, 1)).isEqualTo(new Resources(8, 12_000, 100_000, 1_000));
        assertThat(facts.capacity(0.1, 1, 1.5)).isEqualTo(new Resources(1, 24_000, 150_000, 1_000));
    }
}
