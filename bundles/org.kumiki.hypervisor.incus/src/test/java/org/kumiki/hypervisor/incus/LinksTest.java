package org.kumiki.hypervisor.incus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;
import org.kumiki.hypervisor.incus.Links.Bridge;

class LinksTest {

    private static final Bridge BRIDGE = new Bridge("kumiki", "172.31.0.1", 16);
    private static final Optional<String> NETWORK = Optional.of("kumiki");
    private static final Path SOCKET = Path.of("/data/meta, of");

    private static NetworkLink.User link(String address, boolean outbound, Forward... forwards) {
        return new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", address, List.of(forwards), outbound, SOCKET);
    }

    @Test
    void aGuestThatMayNotReachOutHasACardThatLetsNothingThrough() {
        assertThat(Links.devices(link("172.31.4.5", false), BRIDGE).get("eth0")).containsEntry("ipv4.address", "none")
                .containsEntry("security.ipv4_filtering", "true").containsEntry("security.ipv6_filtering", "true")
                .containsEntry("ipv6.address", "none");
        assertThat(Links.devices(link("172.31.4.5", true), BRIDGE).get("eth0")).containsEntry("ipv4.address", "172.31.4.5")
                .containsEntry("security.ipv4_filtering", "true").containsEntry("security.mac_filtering", "true");
    }

    @Test
    void metadataAndPortsAreProxies() {
        var devices = Links.devices(link("172.31.4.5", true, new Forward("udp", "127.92.0.1", 5_300, 53)), BRIDGE);

        assertThat(devices.get("metadata")).containsEntry("listen", "tcp:169.254.169.254:80").containsEntry("connect", "unix:/data/meta, of")
                .containsEntry("bind", "instance");
        assertThat(devices.get("udp-127.92.0.1-5300")).containsEntry("listen", "udp:127.92.0.1:5300").containsEntry("connect", "udp:172.31.4.5:53")
                .containsEntry("bind", "host");
    }

    @Test
    void addressesAreThereBeforeTheGuestIs() {
        assertThat(Links.addresses(link("172.31.4.5", true), BRIDGE)).isEqualTo("lxc.net.0.ipv4.address = 172.31.4.5/16\n"
                + "lxc.net.0.ipv4.address = 169.254.169.254/32\nlxc.net.0.ipv4.gateway = 172.31.0.1\n");
    }

    @ParameterizedTest
    @CsvSource({ "172.31.0.1/16, 172.31.255.254, true", "172.31.0.1/16, 172.32.0.5, false", "172.31.0.1/16, 172.31.0.1, false",
            "10.0.0.1/0, 9.9.9.9, true",
            "10.0.0.1/32, 10.0.0.2, false", "192.168.7.129/25, 192.168.7.127, false", "192.168.7.129/25, 192.168.7.130, true" })
    void aBridgeHoldsTheAddressesOfItsSubnetButItsOwn(String cidr, String guest, boolean holds) {
        assertThat(Bridge.of("kumiki", cidr).holds(guest)).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "none", "172.31.0.1", "172.31.0.1/33", "fd00::1/64" })
    void aNetworkWithoutASubnetIsNoNetworkForGuests(String cidr) {
        assertThatThrownBy(() -> Bridge.of("kumiki", cidr)).isInstanceOf(HypervisorException.class).hasMessageContaining("lxc network set");
    }

    @Test
    void anAddressThatTheBridgeDoesNotHoldIsRefused() {
        refused(Reason.UNSUPPORTED, "no place for", () -> Links.devices(link("10.1.2.3", true), BRIDGE));
    }

    @Test
    void whatLeadsNowhereIsRefused() {
        refused(Reason.UNSUPPORTED, "tap device", () -> Links.check(new NetworkLink.Tap("02:4b:4d:1f:10:00", "tap0"), NETWORK, true));
        refused(Reason.UNSUPPORTED, "another machine", () -> Links.check(link("172.31.4.5", true), NETWORK, false));
        refused(Reason.UNSUPPORTED, "lxc network create", () -> Links.check(link("172.31.4.5", true), Optional.empty(), true));
        assertThatCode(() -> Links.check(new NetworkLink.None("02:4b:4d:1f:10:00"), Optional.empty(), false)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = { "172.31.4.5\nlxc.hook.start = /bin/sh", "172.31.4.256", "172.31.4", "::1", "" })
    void whatIsNoAddressGetsIntoNoConfiguration(String address) {
        refused(Reason.REFUSED, "no network for a container", () -> Links.check(link(address, true), NETWORK, true));
        refused(Reason.REFUSED, "cannot be given", () -> Links.check(link("172.31.4.5", true, new Forward("tcp", address, 80, 80)), NETWORK, true));
    }

    private static void refused(Reason reason, String why, Runnable deed) {
        assertThatThrownBy(deed::run).isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(why);
    }
}
