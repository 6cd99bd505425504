package org.kumiki.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.model.HostId;

class HostNameTest {

    @ParameterizedTest
    @ValueSource(strings = { "rack1-07", "-x", "", "(none)", "a b", "名前", "x.example.org" })
    void makesAHostIdOfWhateverAMachineIsCalled(String name) {
        String fitting = HostName.fitting(name);

        assertThat(new HostId(fitting).value()).isEqualTo(fitting);
    }

    @Test
    void shortensALongName() {
        assertThat(HostName.fitting("a".repeat(300))).hasSize(64);
    }

    @Test
    void prefersWhatAnOperatorHasChosen() throws IOException {
        assertThat(HostName.orElse(" rack1-07 ")).isEqualTo("rack1-07");
        assertThat(HostName.orElse("")).isNotBlank();
    }
}
