package org.kumiki.hypervisor.xen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.hypervisor.libvirt.XenLibvirt;

/** The same hypervisor through libvirt, whose daemon runs in its dom0. */
@Tag("guest")
class RealLibvirtTest {

    private static final HostId HOST = new HostId("xen-by-libvirt");
    private static final InstanceId GUEST = new InstanceId("i-0123456789abcdef1");

    private XenMachine machine;
    private XenLibvirt libvirt;

    @BeforeEach
    void begin() throws Exception {
        machine = XenMachine.number(1);
        libvirt = new XenLibvirt(HOST, machine.libvirt());
    }

    @AfterEach
    void end() {
        if (libvirt != null) {
            libvirt.driver().hosts().forEach(host -> libvirt.driver().destroy(HOST, GUEST));
            libvirt.close();
        }
    }

    @Test
    void aGuestRunsSaysWhoItIsAndFollowsWhenItIsAskedToEnd() throws Exception {
        BlockingHypervisor driver = libvirt.driver();
        Guests.until(() -> driver.hosts().size() == 1, () -> driver.technology().note());
        assertThat(driver.technology().methods()).contains(Method.PARAVIRTUAL, Method.HARDWARE);
        assertThat(driver.technology().can(Feature.CONSOLE_OUTPUT)).as(driver.technology().note()).isTrue();
        assertThat(driver.hosts().get(0).guests()).isEmpty();

        driver.start(HOST, Guests.spec(GUEST, "web"));
        Guests.until(() -> driver.console(HOST, GUEST).text().contains("kumiki guest " + GUEST + " ready"), () -> driver.console(HOST, GUEST).text());
        assertThat(driver.hosts().get(0).guests()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        assertThat(machine.shell("xl list \"$1\"", GUEST.value())).contains(GUEST.value());

        driver.stop(HOST, GUEST, false);
        assertThat(driver.hosts().get(0).guests()).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        assertThat(machine.shell("xl list")).doesNotContain(GUEST.value());
        assertThat(driver.console(HOST, GUEST).text()).doesNotContain("Kernel panic");

        driver.destroy(HOST, GUEST);
        assertThat(driver.hosts().get(0).guests()).isEmpty();
        assertThat(machine.shell("ls /var/log/xen/console")).doesNotContain(GUEST.value());
    }
}
