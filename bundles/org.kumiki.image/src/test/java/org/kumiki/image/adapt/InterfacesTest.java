package org.kumiki.image.adapt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InterfacesTest {

    private static final String LOOPBACK = "auto lo\niface lo inet loopback\n\n";

    @Test
    void asksForTheAddressInsteadOfKnowingIt() {
        Fstab.Changed changed = Interfaces.change(LOOPBACK + "auto ens3\niface ens3 inet static\n    address 192.0.2.7/24\n\tgateway 192.0.2.1\n# a comment\n"
                + "    up ip route add 198.51.100.0/24 dev ens3\n\nauto ens4\niface ens4 inet6 static\n  address 2001:db8::7/64\niface ens5 inet manual\n  mtu 9000\n");

        assertThat(changed.text()).isEqualTo(LOOPBACK + "auto ens3\niface ens3 inet dhcp\n# a comment\n\nauto ens4\niface ens4 inet6 auto\niface ens5 inet manual\n  mtu 9000\n");
        assertThat(changed.changes()).containsExactly("ens3 is given its address by DHCP", "ens4 is given its address by DHCP");
    }

    @Test
    void leavesTheRestAlone() {
        String text = LOOPBACK + "allow-hotplug eth0\niface eth0 inet dhcp\n  hostname web\nsource /etc/network/interfaces.d/*\n";

        assertThat(Interfaces.change(text).text()).isEqualTo(text);
        assertThat(Interfaces.change(text).changes()).isEmpty();
    }

    @Test
    void knowsWhichCardIsTheFirst() {
        assertThat(Interfaces.first(LOOPBACK + "iface enp0s31f6 inet static\niface eth1 inet dhcp\n")).contains("enp0s31f6");
        assertThat(Interfaces.first(LOOPBACK)).isEmpty();
        assertThat(Interfaces.first("iface x\tinet dhcp\niface a/../b inet dhcp\n")).contains("x");
        assertThat(Interfaces.first("iface $(id) inet dhcp\n")).isEmpty();
    }
}
