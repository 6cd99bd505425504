package org.kumiki.bench.twin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublishedTest {

    @Test
    void areAllCombinationsAndOneThresholdMore() {
        assertThat(Published.ALL).hasSize(17).doesNotHaveDuplicates();
        assertThat(Published.ALL.get(0)).hasToString("thr-mmt-0.8");
        assertThat(Published.ALL).extracting(Published::toString).contains("iqr-mc-1.5", "mad-rs-2.5", "lr-mu-1.2", "thr-mmt-1.0");
        assertThat(Published.ALL).as("each has a policy").allSatisfy(published -> assertThat(published.policy()).isNotNull());
    }
}
