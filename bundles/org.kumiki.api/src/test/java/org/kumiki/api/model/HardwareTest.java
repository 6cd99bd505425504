package org.kumiki.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.model.Hardware.Boot;
import org.kumiki.api.model.Hardware.DiskBus;
import org.kumiki.api.model.Hardware.NetworkCard;

class HardwareTest {

    @Test
    void isReadAsItIsWritten() {
        Hardware old = new Hardware(NetworkCard.PCNET, DiskBus.IDE, Boot.NETWORK);

        assertThat(Hardware.parse("network=pcnet disk=ide boot=network")).isEqualTo(old);
        assertThat(Hardware.parse(" boot=network,\tnetwork=pcnet , disk=ide ")).isEqualTo(old);
        assertThat(Hardware.parse(old.text())).isEqualTo(old);
        assertThat(Hardware.parse("disk=sata")).as("the rest is as for everybody").isEqualTo(new Hardware(NetworkCard.VIRTIO, DiskBus.SATA, Boot.IMAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "pcnet", "network", "network=", "network=PCNET", "network=ne2k", "disk=ide disk=ide", "disk=ide disk=sata", "cpu=386",
            "disk=ide; rm -rf /", "boot=network boot" })
    void refusesWhatCannotBeMeant(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Hardware.parse(text));
    }

    @Test
    void isSaidByATagOrNot() {
        assertThat(Hardware.said(Map.of("Name", "old"))).isEmpty();
        assertThat(Hardware.said(Map.of("kumiki:hardware", "disk=ide"))).hasValueSatisfying(said -> assertThat(said.disks()).isEqualTo(DiskBus.IDE));
    }
}
