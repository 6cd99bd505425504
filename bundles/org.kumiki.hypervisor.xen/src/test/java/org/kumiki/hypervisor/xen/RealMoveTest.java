package org.kumiki.hypervisor.xen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationOutcome.Moved;
import org.kumiki.api.migration.MigrationOutcome.Stayed;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.testing.guest.BootSector;

/** Moves of whole machines and of PVH guests between two real hosts: those of PV guests are the kit's. */
@Tag("guest")
class RealMoveTest {

    private static final HostId FROM = new HostId("xen1");
    private static final HostId TO = new HostId("xen2");
    private static final InstanceId GUEST = new InstanceId("i-0123456789abcdef2");
    private static final Duration BUDGET = Duration.ofSeconds(10);

    private XenMachine from;
    private XenMachine to;
    private XenHypervisor driver;
    private GuestSpec guest;

    @BeforeEach
    void begin() throws Exception {
        RealBed.assumeWanted();
        from = XenMachine.number(1);
        to = XenMachine.number(2);
    }

    private void start(GuestType kernelGuests, GuestSpec spec) throws Exception {
        driver = new XenHypervisor(Guests.settings(kernelGuests));
        driver.addNode(from.node());
        driver.addNode(to.node());
        guest = spec;
        driver.start(FROM, spec);
        Guests.until(() -> console(FROM).contains(Guests.ready(GUEST)), () -> console(FROM));
    }

    private void startPc() throws Exception {
        start(GuestType.PV, Guests.pc(GUEST, Guests.root(GUEST, from, to), new NetworkLink.None("02:4b:4d:00:00:05")));
    }

    @AfterEach
    void end() {
        if (driver != null) {
            driver.hosts().forEach(host -> host.guests().keySet().forEach(guest -> driver.destroy(host.host(), guest)));
            driver.stop();
        }
    }

    private String console(HostId host) {
        return driver.console(host, GUEST).text();
    }

    private MigrationOutcome move(MigrationControl control) {
        MigrationOrder order = new MigrationOrder(GUEST, FROM, TO, guest.resources().memoryMiB(), BUDGET, Set.of(Feature.LIVE_MIGRATION_PRECOPY));
        return driver.migrate(order, guest, control).toCompletableFuture().join();
    }

    private Map<InstanceId, GuestState> guests(HostId host) {
        return driver.hosts().stream().filter(report -> report.host().equals(host)).map(HostReport::guests).findFirst().orElseThrow();
    }

    /** Its devices have come with it. */
    @Test
    void aPcMovesWhileItRuns() throws Exception {
        startPc();

        moves();

        driver.stop(TO, GUEST, false);
        assertThat(console(TO)).contains(BootSector.off(GUEST));
    }

    @Test
    void aPvhGuestMovesWhileItRuns() throws Exception {
        start(GuestType.PVH, Guests.spec(GUEST, "web"));

        moves();

        assertThat(to.shell("xl list -l \"$1\"", GUEST.value())).contains("\"type\": \"pvh\"");
        driver.stop(TO, GUEST, false);
        assertThat(guests(TO)).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        assertThat(console(TO)).doesNotContain("Kernel panic");
    }

    private void moves() {
        MigrationOutcome outcome = move(progress -> new MigrationDirective.Continue(0, BUDGET, 0));

        assertThat(outcome).isInstanceOf(Moved.class);
        assertThat(guests(TO)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        assertThat(guests(FROM).get(GUEST)).isNotEqualTo(GuestState.RUNNING);
        assertThat(console(TO).split(Guests.ready(GUEST), -1)).as("it goes on, and does not begin anew").hasSize(2);
    }

    @Test
    void aPcStaysWhoseMoveIsGivenUpOnItsWay() throws Exception {
        startPc();

        MigrationOutcome outcome = move(progress -> progress.phase() == Phase.PRECOPY ? new MigrationDirective.Cancel("the test has changed its mind")
                : new MigrationDirective.Continue(0, BUDGET, 0));

        assertThat(outcome).isInstanceOfSatisfying(Stayed.class, stayed -> assertThat(stayed.reason()).contains("changed its mind"));
        assertThat(guests(FROM)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        assertThat(guests(TO)).isEmpty();
        driver.stop(FROM, GUEST, false);
        assertThat(console(FROM)).contains(BootSector.off(GUEST));
    }
}
