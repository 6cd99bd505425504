package org.kumiki.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.InstanceId;

class DhcpServerTest {

    private static final Port ONE = new Port(new InstanceId("i-00000000000000001"), "02:4b:4d:1f:10:01", "172.31.16.1", new TreeSet<>());
    private static final Port TWO = new Port(new InstanceId("i-00000000000000002"), "02:4b:4d:1f:10:02", "172.31.16.2", new TreeSet<>());

    @Test
    void knowsItsGuestsAndNobodyElse() {
        assertThat(DhcpServer.configuration(segment(true), List.of(TWO, ONE), Path.of("/run/x/dnsmasq.pid"), Path.of("/run/boot"))).isEqualTo("""
                # Written by Kumiki, which writes it anew with every change.
                interface=kumiki0
                except-interface=lo
                bind-interfaces
                pid-file=/run/x/dnsmasq.pid
                port=53
                domain-needed
                bogus-priv
                no-hosts
                dhcp-authoritative
                leasefile-ro
                no-ping
                dhcp-range=172.31.0.0,static,255.255.0.0,1h
                dhcp-ignore=tag:!known
                dhcp-option=option:router,172.31.0.1
                dhcp-option=option:dns-server,172.31.0.1
                dhcp-host=02:4b:4d:1f:10:01,172.31.16.1
                dhcp-host=02:4b:4d:1f:10:02,172.31.16.2
                """);
    }

    @Test
    void answersNoNamesUnlessToldTo() {
        assertThat(DhcpServer.configuration(segment(false), List.of(), Path.of("/run/x/dnsmasq.pid"), Path.of("/run/boot")).lines())
                .contains("port=0", "dhcp-option=option:dns-server")
                .doesNotContain("port=53");
    }

    @Test
    void leadsThoseThatBootFromItToTheirOwnFiles() {
        Port boots = new Port(new InstanceId("i-00000000000000003"), "02:4b:4d:1f:10:03", "172.31.16.3", new TreeSet<>(), true, false);

        assertThat(DhcpServer.configuration(segment(false), List.of(ONE, boots), Path.of("/run/x/dnsmasq.pid"), Path.of("/run/boot")).lines())
                .contains("enable-tftp=kumiki0", "tftp-root=/run/boot", "tftp-unique-root=mac", "tftp-port-range=6900,6999", "dhcp-boot=tag:boots,boot.ipxe",
                        "dhcp-host=02:4b:4d:1f:10:01,172.31.16.1", "dhcp-host=02:4b:4d:1f:10:03,set:boots,172.31.16.3");
    }

    private static Segment segment(boolean dns) {
        return new Segment("kumiki0", Cidr.parse("172.31.0.0/16"), Optional.empty(), true, false, dns, Optional.empty());
    }
}
