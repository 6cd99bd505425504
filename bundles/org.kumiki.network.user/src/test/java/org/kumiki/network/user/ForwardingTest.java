package org.kumiki.network.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.FirewallRule.Direction;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.network.NetworkLink.Forward;

class ForwardingTest {

    private static final String ADDRESS = "127.80.16.1";

    @Test
    void nothingIsOpenUnlessARuleSaysSo() {
        assertThat(forwards()).isEmpty();
        assertThat(forwards(new FirewallRule("r", Direction.INGRESS, "-1", -1, -1, Optional.empty(), Optional.of(new GroupId("sg-00000000")), "")))
                .isEmpty();
        assertThat(forwards(rule(Direction.EGRESS, "tcp", 22, 22, "0.0.0.0/0"))).isEmpty();
    }

    @Test
    void aPortIsOpenOnceHoweverOftenItIsAllowed() {
        assertThat(forwards(rule("tcp", 80, 81), rule("tcp", 80, 80), rule("udp", 80, 80))).containsExactly(new Forward("tcp", ADDRESS, 80, 80),
                new Forward("tcp", ADDRESS, 81, 81), new Forward("udp", ADDRESS, 80, 80));
    }

    @Test
    void ofAWideRangeTheWellKnownPortsAreOpen() {
        assertThat(forwards(rule("tcp", 0, 65_535))).extracting(Forward::guestPort).contains(22, 443).doesNotContain(23).hasSizeLessThan(64);
        assertThat(forwards(rule("-1", -1, -1))).extracting(Forward::protocol).contains("tcp", "udp");
        assertThat(forwards(rule("icmp", -1, -1))).isEmpty();
    }

    @Test
    void aPortThatCannotBeBoundIsMoved() {
        assertThat(Forwarding.of(List.of(rule("tcp", 22, 22)), ADDRESS, (protocol, port) -> port >= 1_024))
                .containsExactly(new Forward("tcp", ADDRESS, 20_022, 22));
    }

    @ParameterizedTest
    @CsvSource({ "0.0.0.0/0, true", "127.0.0.1/32, true", "127.0.0.0/8, true", "126.0.0.0/7, true", "10.0.0.0/8, false", "128.0.0.0/1, false",
            "::/0, false", "127.0.0.1, false", "x.0.0.0/0, false" })
    void aRuleCountsIfItAllowsTheGuestsOwnHost(String cidr, boolean counts) {
        assertThat(Forwarding.touchesLoopback(cidr)).isEqualTo(counts);
    }

    private static List<Forward> forwards(FirewallRule... rules) {
        return Forwarding.of(List.of(rules), ADDRESS, (protocol, port) -> true);
    }

    private static FirewallRule rule(String protocol, int from, int to) {
        return rule(Direction.INGRESS, protocol, from, to, "0.0.0.0/0");
    }

    private static FirewallRule rule(Direction direction, String protocol, int from, int to, String cidr) {
        return new FirewallRule("r", direction, protocol, from, to, Optional.of(cidr), Optional.empty(), "");
    }
}
