package org.kumiki.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.FirewallRule.Direction;
import org.kumiki.api.model.GroupId;

class PermissionsTest {

    @ParameterizedTest
    @CsvSource({
            "-1, -1, -1, 0.0.0.0/0, ''",
            "-1, -1, -1, 10.1.2.3/8, ip saddr 10.0.0.0/8",
            "tcp, 22, 22, 10.0.0.1/32, ip saddr 10.0.0.1/32 tcp dport 22",
            "6, 22, 22, 0.0.0.0/0, tcp dport 22",
            "tcp, 8000, 8999, 0.0.0.0/0, tcp dport 8000-8999",
            "tcp, 0, 65535, 0.0.0.0/0, ip protocol tcp",
            "udp, -1, -1, 0.0.0.0/0, ip protocol udp",
            "17, 53, 53, 0.0.0.0/0, udp dport 53",
            "icmp, -1, -1, 0.0.0.0/0, ip protocol icmp",
            "icmp, 8, -1, 0.0.0.0/0, icmp type 8",
            "1, 3, 4, 0.0.0.0/0, icmp type 3 icmp code 4",
            "47, -1, -1, 10.0.0.0/8, ip saddr 10.0.0.0/8 ip protocol 47" })
    void saysARuleInTheLanguageOfNft(String protocol, int from, int to, String cidr, String match) {
        assertThat(Permissions.matches(List.of(Rules.in(protocol, from, to, cidr)), Direction.INGRESS)).containsExactly(match);
    }

    @Test
    void keepsTheDirectionsApart() {
        List<FirewallRule> rules = List.of(Rules.in("tcp", 22, 22, "10.0.0.0/8"), Rules.out("udp", 53, 53, "10.0.0.2/32"));

        assertThat(Permissions.matches(rules, Direction.INGRESS)).containsExactly("ip saddr 10.0.0.0/8 tcp dport 22");
        assertThat(Permissions.matches(rules, Direction.EGRESS)).containsExactly("ip daddr 10.0.0.2/32 udp dport 53");
    }

    @Test
    void namesAGroupByItsSet() {
        List<FirewallRule> rules = List.of(Rules.in("tcp", 22, 22, new GroupId("sg-00000001")));

        assertThat(Permissions.matches(rules, Direction.INGRESS)).containsExactly("ip saddr @group-sg-00000001 tcp dport 22");
        assertThat(Permissions.groups(rules)).containsExactly(new GroupId("sg-00000001"));
    }

    @Test
    void saysTheSameThingOnce() {
        List<FirewallRule> rules = List.of(Rules.in("tcp", 22, 22, "10.0.0.0/8"), Rules.in("6", 22, 22, "10.9.9.9/8"));

        assertThat(Permissions.matches(rules, Direction.INGRESS)).hasSize(1);
    }

    @Test
    void aRuleAboutIpv6IsMetByNothing() {
        FirewallRule byProtocol = new FirewallRule("sgr-1", Direction.INGRESS, "icmpv6", -1, -1, Optional.empty(),
                Optional.of(new GroupId("sg-00000001")), "");

        assertThat(Permissions.matches(List.of(Rules.in("-1", -1, -1, "::/0"), byProtocol), Direction.INGRESS)).isEmpty();
        assertThat(Permissions.groups(List.of(byProtocol))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
            "tcp, 5, 4, 0.0.0.0/0",
            "tcp, 0, 65536, 0.0.0.0/0",
            "tcp, -1, 80, 0.0.0.0/0",
            "icmp, 256, -1, 0.0.0.0/0",
            "icmp, 8, 256, 0.0.0.0/0",
            "256, -1, -1, 0.0.0.0/0",
            "tcp accept, -1, -1, 0.0.0.0/0",
            "tcp, 22, 22, 0.0.0.0",
            "tcp, 22, 22, 0.0.0.0/33",
            "tcp, 22, 22, 1.2.3.256/32",
            "tcp, 22, 22, 1.2.3/24",
            "tcp, 22, 22, '10.0.0.0/8 accept'",
            "tcp, 22, 22, '@flows'" })
    void refusesWhatMeansNothing(String protocol, int from, int to, String cidr) {
        assertThatIllegalArgumentException().isThrownBy(() -> Permissions.matches(List.of(Rules.in(protocol, from, to, cidr)), Direction.INGRESS));
    }
}
