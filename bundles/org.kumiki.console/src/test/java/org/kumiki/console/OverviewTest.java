package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.view.HostTable;

class OverviewTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Resources BIG = new Resources(32, 131_072, 8_388_608, 10_000);

    private final FakeDatacenter datacenter = new FakeDatacenter();

    @Test
    void anEmptyDatacenterIsShownAsWell() {
        Overview overview = see(Query.FIRST);

        assertThat(overview.instances().rows()).isEmpty();
        assertThat(overview.hosts()).isEqualTo(new Slice<>(0, 1, 1, Query.HOSTS, List.of()));
        assertThat(overview.summary().capacity()).isEqualTo(Resources.NONE);
    }

    @Test
    void countsHostsAndInstancesByState() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of()).host("b", FakeDatacenter.QEMU, HostState.LOST, BIG, Map.of())
                .host("c", FakeDatacenter.QEMU, HostState.REMOVED, BIG, Map.of());
        instance("one", "a", InstanceState.RUNNING);
        instance("two", "a", InstanceState.STOPPED);

        Overview overview = see(Query.FIRST);

        assertThat(overview.summary().hosts()).isEqualTo(Map.of("up", 1, "lost", 1));
        assertThat(overview.summary().instances()).isEqualTo(Map.of("running", 1, "stopped", 1));
        assertThat(overview.summary().capacity()).as("a lost host counts for nothing").isEqualTo(BIG);
        assertThat(overview.summary().used().cpus()).isEqualTo(1);
        assertThat(overview.map().squares()).extracting(HostMap.Square::id).containsExactly("a", "b");
    }

    @Test
    void aHostThatIsFullerThanItsDriverSaysIsFull() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.UP, new Resources(1, 2_000, 200_000, 200), Map.of());
        instance("one", "a", InstanceState.RUNNING);
        instance("two", "a", InstanceState.RUNNING);

        Overview overview = see(Query.FIRST);

        assertThat(overview.map().squares()).containsExactly(new HostMap.Square("a", "up", 100));
        assertThat(overview.hosts().rows().get(0).used().cpus()).isEqualTo(2);
    }

    @Test
    void showsTheNewestInstancesFirstAndAPageAtATime() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        for (int i = 0; i < 20; i++) {
            datacenter.instance("web-" + i, "a", InstanceState.RUNNING, Duration.ofMinutes(i));
        }

        Slice<InstanceRow> first = see(Query.FIRST).instances();
        Slice<InstanceRow> second = see(new Query("live", "", 2, "", "all", 1, "")).instances();
        Slice<InstanceRow> beyond = see(new Query("live", "", 99, "", "all", 1, "")).instances();

        assertThat(first.rows()).extracting(InstanceRow::name).startsWith("web-0", "web-1").hasSize(Query.INSTANCES);
        assertThat(second.rows()).extracting(InstanceRow::name).endsWith("web-18", "web-19").hasSize(5);
        assertThat(beyond).isEqualTo(second);
        assertThat(first.found()).isEqualTo(20);
    }

    @Test
    void findsInstancesByWhatAnOperatorKnowsOfThem() {
        datacenter.host("rack1-01", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of())
                .host("rack2-01", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        InstanceId shop = instance("Shop", "rack1-01", InstanceState.RUNNING);
        datacenter.change(shop, instance -> instance.withTags(Map.of("Name", "Shop", "team", "Sales")));
        instance("mail", "rack2-01", InstanceState.RUNNING);

        for (String text : List.of("shop", "SALES", "rack1", shop.value(), "127.80.0.2", "172.31.0.5")) {
            assertThat(found("live", text)).as(text).containsExactly("Shop");
        }
        assertThat(found("live", "nothing has this")).isEmpty();
    }

    @Test
    void leavesTerminatedInstancesOutUnlessAskedForThem() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        instance("alive", "a", InstanceState.RUNNING);
        instance("dead", "a", InstanceState.TERMINATED);

        assertThat(found("live", "")).containsExactly("alive");
        assertThat(found("terminated", "")).containsExactly("dead");
        assertThat(found("all", "")).containsExactlyInAnyOrder("alive", "dead");
        assertThat(found("no such state", "")).isEmpty();
    }

    @Test
    void findsHostsByNameTechnologyLabelAndState() {
        datacenter.host("rack1-01", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of("residency", "jp"))
                .host("rack1-02", FakeDatacenter.XEN, HostState.DRAINING, BIG, Map.of());

        assertThat(hosts("xen", "all")).containsExactly("rack1-02");
        assertThat(hosts("JP", "all")).containsExactly("rack1-01");
        assertThat(hosts("rack1", "all")).containsExactly("rack1-01", "rack1-02");
        assertThat(hosts("", "draining")).containsExactly("rack1-02");
    }

    @Test
    void offersWhatTheStateAndTheTechnologyAllow() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of())
                .host("b", FakeDatacenter.CONTAINERS, HostState.UP, BIG, Map.of());
        instance("running", "a", InstanceState.RUNNING);
        instance("stopped", "a", InstanceState.STOPPED);
        instance("stopping", "a", InstanceState.STOPPING);
        instance("pending", "a", InstanceState.PENDING);
        instance("terminated", "a", InstanceState.TERMINATED);
        instance("container", "b", InstanceState.RUNNING);

        assertThat(can("running")).containsExactly("stop", "reboot", "terminate", "console");
        assertThat(can("stopped")).containsExactly("start", "terminate", "console");
        assertThat(can("stopping")).containsExactly("kill", "terminate", "console");
        assertThat(can("pending")).containsExactly("terminate", "console");
        assertThat(can("terminated")).containsExactly("console");
        assertThat(can("container")).as("it cannot be stopped and started again").containsExactly("reboot", "terminate", "console");
    }

    @Test
    void putsTechnologiesIntoTheirCellsWithTheGuestsThatAreThere() {
        FakeDatacenter large = FakeDatacenter.of(10, 40);

        List<Overview.Placed> placed = Overview.of(large, Query.FIRST, NOW).technologies();

        assertThat(placed).extracting(one -> one.name() + " " + one.monitor() + " " + one.method()).containsExactly(
                "lxc HOST_OS OS_LEVEL", "qemu HOST_OS BINARY_TRANSLATION", "xen HYPERVISOR_WITH_DRIVER_GUEST HARDWARE",
                "xen HYPERVISOR_WITH_DRIVER_GUEST PARAVIRTUAL");
        int occupying = (int) large.inventory().instances().stream().filter(instance -> instance.state().occupiesHost()).count();
        assertThat(placed.get(0).guests() + placed.get(1).guests() + placed.get(2).guests()).isEqualTo(occupying);
        assertThat(placed).extracting(Overview.Placed::hosts).containsExactly(2, 6, 2, 2);
    }

    @Test
    void offersWhatTheStateOfAHostAndItsGuestsAllow() {
        for (HostState state : HostState.values()) {
            datacenter.host(state.name().toLowerCase(Locale.ROOT), FakeDatacenter.QEMU, state, BIG, Map.of());
        }
        datacenter.host("full", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of()).host("owner", FakeDatacenter.QEMU, HostState.OFF, BIG, Map.of());
        instance("one", "full", InstanceState.RUNNING);
        instance("two", "owner", InstanceState.STOPPED);

        assertThat(tile("up").can()).containsExactly("drain", "off");
        assertThat(tile("draining").can()).containsExactly("accept", "off", "remove");
        assertThat(tile("maintenance").can()).containsExactly("accept", "off", "remove");
        assertThat(tile("off").can()).containsExactly("on", "remove");
        assertThat(tile("lost").can()).containsExactly("on", "remove");
        assertThat(tile("full").can()).as("its guests would go down with it").containsExactly("drain");
        assertThat(tile("owner").can()).as("what is stopped belongs there").containsExactly("on");
    }

    @Test
    void aGuestThatMovesIsSeenAtBothEnds() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.DRAINING, BIG, Map.of()).host("b", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        InstanceId web = instance("web", "a", InstanceState.RUNNING);
        datacenter.departs(web, "b", "host a is to be empty").reports(web,
                new MigrationProgress(Phase.PRECOPY, Duration.ofSeconds(3), 1, 300_000_000, 90_000_000, 10e6, 100e6, 0.25));

        assertThat(tile("a").blocks()).containsExactly(new HostTile.Block(web.value(), "web", null, null, "b", null));
        assertThat(tile("b").blocks()).containsExactly(new HostTile.Block(web.value(), "web", null, null, null, "a"));
        assertThat(tile("b").guests()).isZero();
        assertThat(tile("b").can()).as("somebody is coming").containsExactly("drain");
        Overview overview = see(Query.FIRST);
        assertThat(overview.summary().moving()).isEqualTo(1);
        assertThat(overview.summary().busy()).isEqualTo(2);
        assertThat(overview.moves()).singleElement().satisfies(move -> {
            assertThat(move.state()).isEqualTo("moving");
            assertThat(move.progress()).isEqualTo(
                    new MoveRow.Progress("precopy", 2, 300_000_000, 90_000_000, 10_000_000, 100_000_000, 25, 75, 1_000L));
        });
        assertThat(overview.instances().rows().get(0).destination()).isEqualTo("b");
        assertThat(hosts("", "moving")).containsExactly("a", "b");

        datacenter.reports(web, new MigrationProgress(Phase.PRECOPY, Duration.ofSeconds(3), 1, 300, 100, 200e6, 100e6, 0));
        assertThat(see(Query.FIRST).moves().get(0).progress().rest()).as("no end is in sight").isNull();
        assertThat(see(Query.FIRST).moves().get(0).progress().percent()).isEqualTo(75);

        datacenter.arrives(web);
        assertThat(tile("a").state()).isEqualTo("maintenance");
        assertThat(tile("b").blocks()).containsExactly(new HostTile.Block(web.value(), "web", null, null, null, null));
        assertThat(see(Query.FIRST).moves()).extracting(MoveRow::state).containsExactly("completed");
        assertThat(see(Query.FIRST).summary().moving()).isZero();
    }

    @Test
    void saysHowBusyAHostIsOnlyIfThatWasMeasured() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of()).host("b", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        datacenter.busy(new HostId("a"), Double.NaN, 0.5, 0.374);

        assertThat(tile("a").cpu()).isEqualTo(37);
        assertThat(tile("a").trend()).containsExactly(-1, 50, 37);
        assertThat(tile("b").cpu()).isNull();
        assertThat(tile("b").trend()).isNull();
    }

    @Test
    void saysWhatWasDecidedLastAboutAHost() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.OFF, BIG, Map.of());
        datacenter.decided("powersave 1.0.0", "a", "load is high").decided("powersave 1.0.0", "a", "load is low");

        assertThat(tile("a").note().reason()).isEqualTo("load is low");
    }

    @Test
    void ofALongPlanWhatIsStillToBeDoneIsShownFirst() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        InstanceId web = instance("web", "a", InstanceState.RUNNING);
        List<PlanReport.Step> steps = new ArrayList<>();
        for (int step = 0; step < 40; step++) {
            steps.add(new PlanReport.Step(step % 2 == 0 ? new Action.Sleep(new HostId("a")) : new Action.Migrate(web, new HostId("b")), "so",
                    step < 35 ? PlanReport.State.DONE : step == 35 ? PlanReport.State.UNDER_WAY : PlanReport.State.WAITING, ""));
        }
        datacenter.plans(new PlanReport("balance", "balance 1.0.0", false, NOW, 1, "it is better", steps,
                List.of(new Plan.Left(web, "it is pinned"))));

        PlanRow plan = see(Query.FIRST).plans().get(0);

        assertThat(plan.steps()).hasSize(PlanRow.STEPS).extracting(PlanRow.StepRow::number).startsWith(36, 37, 38, 39, 40, 1, 2);
        assertThat(plan.steps().get(0).guests()).containsExactly(new PlanRow.Guest(web.value(), "web", "a"));
        assertThat(plan.counts()).isEqualTo(Map.of("done", 35, "under-way", 1, "waiting", 4));
        assertThat(plan.open()).isTrue();
        assertThat(plan.stay()).containsExactly(new PlanRow.LeftRow(new PlanRow.Guest(web.value(), "web", "a"), "it is pinned"));
    }

    @Test
    void putsHostsIntoGroups() {
        for (String rack : List.of("r10", "r2", "r1", "r2")) {
            datacenter.host(rack + "-" + rack.length() + datacenter.inventory().view().hosts().size(), FakeDatacenter.QEMU, HostState.UP, BIG,
                    Map.of("rack", rack.equals("r10") ? "r2" : rack));
        }

        assertThat(HostMap.of(datacenter.inventory().view().hosts(), "").groups()).extracting(HostMap.Group::hosts).containsExactly(4);
        assertThat(HostMap.of(datacenter.inventory().view().hosts(), "rack").groups()).extracting(HostMap.Group::name).containsExactly("r1", "r2");
        assertThat(HostMap.of(datacenter.inventory().view().hosts(), "rack").by()).containsExactly("technology", "state", "rack");
        assertThat(HostMap.of(datacenter.inventory().view().hosts(), "no such label").group()).isEmpty();
        assertThat(hosts("rack=r1", "all")).hasSize(1);
        HostTable large = FakeDatacenter.of(1_250, 0).inventory().view().hosts();
        assertThat(HostMap.of(large, "rack").groups()).extracting(HostMap.Group::name).startsWith("r1", "r2", "r3").hasSize(63);
    }

    @Test
    void aLargeDatacenterStaysAPageful() {
        FakeDatacenter large = FakeDatacenter.of(1_250, 20_000);

        String json = Json.write(Overview.of(large, Query.FIRST, NOW));

        assertThat(json.length()).isLessThan(100_000);
    }

    private HostTile tile(String host) {
        return see(Query.read(Map.of("hostText", host)::get)).hosts().rows().stream().filter(tile -> tile.id().equals(host)).findFirst()
                .orElseThrow();
    }

    private Overview see(Query query) {
        return Overview.of(datacenter, query, NOW);
    }

    private InstanceId instance(String name, String host, InstanceState state) {
        return datacenter.instance(name, host, state, Duration.ofMinutes(1));
    }

    private List<String> found(String state, String text) {
        return see(Query.read(Map.of("state", state, "text", text)::get)).instances().rows().stream().map(InstanceRow::name).toList();
    }

    private List<String> hosts(String text, String state) {
        return see(Query.read(Map.of("hostState", state, "hostText", text)::get)).hosts().rows().stream().map(HostTile::id)
                .toList();
    }

    private List<String> can(String name) {
        return see(Query.read(Map.of("state", "all")::get)).instances().rows().stream().filter(row -> row.name().equals(name)).findFirst()
                .orElseThrow().can();
    }
}
