package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.aws.wire.AwsException;

class CidrTest {

    @ParameterizedTest
    @CsvSource({ "0.0.0.0/0,0.0.0.0/0", "10.1.2.3/8,10.0.0.0/8", "10.1.2.3/32,10.1.2.3/32", "255.255.255.255/1,128.0.0.0/1",
            "10.1.2.3/0,0.0.0.0/0" })
    void clearsTheHostBits(String written, String network) {
        assertThat(Cidr.ipv4(written)).isEqualTo(network);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "10.0.0.0", "10.0.0/8", "10.0.0.256/8", "10.0.0.0/33", "10.0.0.0/-1",
            "example.org/8", "::/0", " 10.0.0.0/8" })
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> Cidr.ipv4(text)).isInstanceOf(AwsException.class).hasMessageContaining("malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = { "::/0", "2001:db8::/32", "2001:DB8:0:0:0:0:0:1/128" })
    void takesRangesOfIpv6(String text) {
        assertThat(Cidr.ipv6(text)).isEqualToIgnoringCase(text);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "::", "::/129", "10.0.0.0/8", ":::/0", "1:2:3:4:5:6:7:8:9/64", "abcd/64", "2001:db8::g/64" })
    void refusesWhatIsNoRangeOfIpv6(String text) {
        assertThatThrownBy(() -> Cidr.ipv6(text)).isInstanceOf(AwsException.class).hasMessageContaining("malformed");
    }
}
