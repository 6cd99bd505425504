package org.kumiki.api.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeProcessTest {

    @Test
    void takesAProcessForDeadThatOnlyWaitsToBeForgotten() {
        assertThat(NodeProcess.ended("12 (a) Z b) S 1 12 12 0")).isFalse();
        assertThat(NodeProcess.ended("12 (perl) Z 1 12 12 0")).isTrue();
        assertThat(NodeProcess.ended("")).isTrue();
    }
}
