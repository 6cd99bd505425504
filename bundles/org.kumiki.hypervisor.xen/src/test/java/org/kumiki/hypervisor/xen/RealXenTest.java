package org.kumiki.hypervisor.xen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;

/** The driver with one real hypervisor. */
@Tag("guest")
class RealXenTest {

    private static final HostId HOST = new HostId("xen1");
    private static final InstanceId GUEST = new InstanceId("i-0123456789abcdef0");

    private XenMachine machine;
    private XenHypervisor driver;

    @BeforeEach
    void begin() throws Exception {
        machine = XenMachine.number(1);
        driver = driver(Guests.SETTINGS);
    }

    private XenHypervisor driver(XenSettings settings) {
        XenHypervisor made = new XenHypervisor(settings);
        made.addNode(machine.node());
        return made;
    }

    @AfterEach
    void end() {
        if (driver != null) {
            driver.hosts().forEach(host -> host.guests().keySet().forEach(guest -> driver.destroy(host.host(), guest)));
            driver.stop();
        }
    }

    private String console() {
        return driver.console(HOST, GUEST).text();
    }

    private void awaitStarts(int times) throws InterruptedException {
        Guests.until(() -> console().split("kumiki guest " + GUEST + " ready", -1).length > times, this::console);
    }

    private Map<InstanceId, GuestState> states() {
        return driver.hosts().get(0).guests();
    }

    @Test
    void aGuestIsStartedFoundAgainRestartedAndAskedToEnd() throws Exception {
        driver.start(HOST, Guests.spec(GUEST, "web"));
        awaitStarts(1);
        driver.stop();
        driver = driver(Guests.SETTINGS);
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));

        driver.reboot(HOST, GUEST);
        awaitStarts(2);

        driver.stop(HOST, GUEST, false);
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        assertThat(console()).doesNotContain("Kernel panic");

        driver.destroy(HOST, GUEST);
        assertThat(states()).isEmpty();
    }
}
