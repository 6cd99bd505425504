package org.kumiki.hypervisor.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.network.NetworkLink;

class NamespaceLinkTest {

    private static final NetworkLink.Namespace LINK = new NetworkLink.Namespace("02:4b:4d:1f:10:01", "kumn-2df564d0c8", "172.31.16.1/16", "172.31.0.1",
            Optional.of("172.31.0.1"));

    @Test
    void saysHowTheDeviceIsTheGuests() {
        NamespaceLink.check(LINK);

        assertThat(NamespaceLink.addresses(LINK)).containsExactly("link set lo up", "link set eth0 address 02:4b:4d:1f:10:01 addrgenmode none",
                "address add 172.31.16.1/16 dev eth0", "link set eth0 up", "route add default via 172.31.0.1");
    }

    @Test
    void theGuestAsksTheNetworksServerForNamesIfThereIsOne() {
        assertThat(GuestLink.resolver(LINK)).isEqualTo("nameserver 172.31.0.1\n");
        assertThat(GuestLink.resolver(new NetworkLink.Namespace(LINK.mac(), LINK.device(), LINK.address(), LINK.gateway(), Optional.empty()))).isEmpty();
    }

    /** A line of ip's would be another command. */
    @ParameterizedTest
    @CsvSource({ "02:4b:4d:1f:10:0g, eth7, 172.31.16.1/16, 172.31.0.1", "02:4b:4d:1f:10:01, eth7 up, 172.31.16.1/16, 172.31.0.1",
            "02:4b:4d:1f:10:01, -batch, 172.31.16.1/16, 172.31.0.1", "02:4b:4d:1f:10:01, eth7, 172.31.16.1/16 dev lo, 172.31.0.1",
            "02:4b:4d:1f:10:01, eth7, 172.31.16.1, 172.31.0.1", "02:4b:4d:1f:10:01, eth7, 172.31.16.1/16, 172.31.0.1 dev lo" })
    void refusesWhatIsNoAddress(String mac, String device, String address, String gateway) {
        assertThatThrownBy(() -> NamespaceLink.check(new NetworkLink.Namespace(mac, device, address, gateway, Optional.empty())))
                .isInstanceOf(HypervisorException.class).hasMessageContaining("no network for a container");
    }
}
