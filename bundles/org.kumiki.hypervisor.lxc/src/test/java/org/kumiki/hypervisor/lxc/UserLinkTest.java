package org.kumiki.hypervisor.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;

class UserLinkTest {

    private static final Forward SSH = new Forward("tcp", "127.80.16.1", 22, 22);
    private static final Forward DNS = new Forward("udp", "127.80.16.1", 20_053, 53);

    private static NetworkLink.User user(boolean outbound, Forward... forwards) {
        return new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(forwards), outbound, Path.of("/m"));
    }

    @Test
    void givesAGuestItsAddresses() {
        assertThat(UserLink.of(user(true)).words()).startsWith("device=eth0", "mac=02:4b:4d:1f:10:00", "mtu=65520", "address=172.31.16.0",
                "gateway=168.0.0.2", "metadata=169.254.169.254", "port=64999", "answers=/m");
        assertThat(GuestLink.resolver(user(true))).isEqualTo("nameserver 168.0.0.3\n");
    }

    @Test
    void dropsWhatAGuestBeginsThatMayNot() {
        assertThat(UserLink.of(user(true)).rules()).startsWith("add table ip kumiki; delete table ip kumiki;").doesNotContain("drop");
        assertThat(UserLink.of(user(false)).rules()).contains("policy drop;", "oif lo accept", "ct state established,related accept");
    }

    @Test
    void changesOnlyWhatIsOtherwise() {
        String answer = "{\"entries\":[{\"id\":3,\"proto\":\"tcp\",\"host_addr\":\"127.80.16.1\",\"host_port\":22,"
                + "\"guest_addr\":\"172.31.16.0\",\"guest_port\":22},{\"id\":4,\"proto\":\"tcp\",\"host_addr\":\"127.80.16.1\",\"host_port\":80,"
                + "\"guest_addr\":\"172.31.16.0\",\"guest_port\":80}]}";
        List<UserLink.Present> present = UserLink.present(answer);
        UserLink link = UserLink.of(user(true, SSH, DNS));

        assertThat(link.removals(present)).containsExactly("{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":4}}");
        assertThat(link.additions(present)).containsExactly("{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"udp\","
                + "\"host_addr\":\"127.80.16.1\",\"host_port\":20053,\"guest_addr\":\"172.31.16.0\",\"guest_port\":53}}");
        assertThat(UserLink.of(user(true, SSH, new Forward("tcp", "127.80.16.1", 80, 80))).additions(present)).isEmpty();
    }

    @Test
    void passesOnWhatCannotBeForwarded() {
        assertThatThrownBy(() -> UserLink.parse("{\"error\":{\"desc\":\"bad request: add_hostfwd: slirp_add_hostfwd failed\"}}"))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("slirp_add_hostfwd failed");
        assertThatThrownBy(() -> UserLink.parse("")).isInstanceOf(HypervisorException.class);
        assertThatThrownBy(() -> UserLink.parse("no")).isInstanceOf(HypervisorException.class);
    }

    @ParameterizedTest
    @CsvSource({ "02:4b:4d:1f:10:00 up, 168.0.0.0/5, 172.31.16.0", "02:4b:4d:1f:10:00, 168.0.0.0/5 --bess, 172.31.16.0",
            "02:4b:4d:1f:10:00, 168.0.0.0/32, 172.31.16.0", "02:4b:4d:1f:10:00, 168.0.0.0/5, '172.31.16.0/0 dev eth0\nlink del lo'" })
    void refusesWhatIsNoAddress(String mac, String cidr, String address) {
        NetworkLink.User link = new NetworkLink.User(mac, cidr, address, List.of(), true, Path.of("/m"));

        assertThatThrownBy(() -> UserLink.of(link))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
    }

    @Test
    void refusesAForwardOfSomethingElse() {
        assertThatThrownBy(() -> UserLink.of(user(true, new Forward("tcp\",\"x\":\"", "127.0.0.1", 1, 1)))).isInstanceOf(HypervisorException.class);
        assertThatThrownBy(() -> UserLink.of(user(true, new Forward("tcp", "::1", 1, 1)))).isInstanceOf(HypervisorException.class);
    }
}
