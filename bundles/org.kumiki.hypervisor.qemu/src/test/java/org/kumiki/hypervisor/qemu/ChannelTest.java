package org.kumiki.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelTest {

    @ParameterizedTest
    @CsvSource({ "0,1,1", "0,2,1", "0,3,1", "0,4,2", "0,12,6", "0,64,8", "3,1,3", "1,64,1" })
    void chooseAsManyStreamsAsHelp(int wanted, int cpus, int streams) {
        assertThat(Channel.streams(wanted, cpus)).isEqualTo(streams);
    }
}
