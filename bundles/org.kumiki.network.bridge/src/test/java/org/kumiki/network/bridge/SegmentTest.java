package org.kumiki.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.InstanceId;

class SegmentTest {

    private static final InstanceId GUEST = new InstanceId("i-00000000000000001");

    @Test
    void anAddressRangeKnowsItsEnds() {
        Cidr cidr = Cidr.parse("172.31.16.9/20");

        assertThat(cidr).hasToString("172.31.16.0/20");
        assertThat(List.of(cidr.first(), cidr.network(), cidr.netmask(), cidr.broadcast()))
                .containsExactly("172.31.16.1", "172.31.16.0", "255.255.240.0", "172.31.31.255");
        assertThat(cidr.contains(Cidr.address("172.31.31.1"))).isTrue();
        assertThat(cidr.contains(Cidr.address("172.31.32.1"))).isFalse();
        assertThat(Cidr.parse("255.255.255.255/32").broadcast()).isEqualTo("255.255.255.255");
        assertThat(Cidr.parse("1.2.3.4/0")).hasToString("0.0.0.0/0");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "-x", "a b", "eth0;", "../eth0", "a234567890123456", "kumi-0", "kumn-0", "\"x\"" })
    void refusesAnOddNameOfADevice(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Segment(name, Cidr.parse("172.31.0.0/16"), Optional.empty(), true, true, true,
                Optional.empty())).withMessageContaining("no name for a network device");
    }

    @ParameterizedTest
    @ValueSource(strings = { "10.0.0.0/7", "10.0.0.0/30", "0.0.0.0/0" })
    void refusesANetworkThatIsTooLargeOrTooSmall(String cidr) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Segment("kumiki0", Cidr.parse(cidr), Optional.empty(), true, true, true,
                Optional.empty()));
    }

    @Test
    void aDeviceIsCalledByItsGuest() {
        assertThat(Port.device(GUEST)).matches("kumi-[0-9a-f]{10}").hasSizeLessThanOrEqualTo(15).isEqualTo(Port.device(GUEST))
                .isNotEqualTo(Port.device(new InstanceId("i-00000000000000002")));
    }

    @Test
    void aPortIsReadAsItWasWritten() {
        Port port = new Port(GUEST, "02:4b:4d:1f:10:01", "172.31.16.1",
                new TreeSet<>(Set.of(new GroupId("sg-00000001"), new GroupId("sg-00000002"))));

        assertThat(Port.parse(GUEST, port.text())).isEqualTo(port);
        Port boots = new Port(GUEST, port.mac(), port.address(), port.groups(), true, true);
        assertThat(Port.parse(GUEST, boots.text())).isEqualTo(boots);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "02:4b:4d:1f:10:01", "02:4b:4d:1f:10:0g 172.31.16.1", "02:4b:4d:1f:10:01 172.31.16",
            "02:4b:4d:1f:10:01 172.31.16.1 x" })
    void refusesAPortThatSaysSomethingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Port.parse(GUEST, text));
    }
}
