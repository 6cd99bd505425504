package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Resources;

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
        assertThat(overview.map()).extracting(Overview.Square::id).containsExactly("a", "b");
    }

    @Test
    void aHostThatIsFullerThanItsDriverSaysIsFull() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.UP, new Resources(1, 2_000, 200_000, 200), Map.of());
        instance("one", "a", InstanceState.RUNNING);
        instance("two", "a", InstanceState.RUNNING);

        Overview overview = see(Query.FIRST);

        assertThat(overview.map()).containsExactly(new Overview.Square("a", "up", 100));
        assertThat(overview.hosts().rows().get(0).used().cpus()).isEqualTo(2);
    }

    @Test
    void showsTheNewestInstancesFirstAndAPageAtATime() {
        datacenter.host("a", FakeDatacenter.QEMU, HostState.UP, BIG, Map.of());
        for (int i = 0; i < 20; i++) {
            datacenter.instance("web-" + i, "a", InstanceState.RUNNING, Duration.ofMinutes(i));
        }

        Slice<InstanceRow> first = see(Query.FIRST).instances();
        Slice<InstanceRow> second = see(new Query("live", "", 2, "", "all", 1)).instances();
        Slice<InstanceRow> beyond = see(new Query("live", "", 99, "", "all", 1)).instances();

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
    void aLargeDatacenterStaysAPageful() {
        FakeDatacenter large = FakeDatacenter.of(1_250, 20_000);

        String json = Json.write(Overview.of(large, Query.FIRST, NOW));

        assertThat(json.length()).isLessThan(100_000);
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
        return see(Query.read(Map.of("hostState", state, "hostText", text)::get)).hosts().rows().stream().map(Overview.HostRow::id)
                .toList();
    }

    private List<String> can(String name) {
        return see(Query.read(Map.of("state", "all")::get)).instances().rows().stream().filter(row -> row.name().equals(name)).findFirst()
                .orElseThrow().can();
    }
}
