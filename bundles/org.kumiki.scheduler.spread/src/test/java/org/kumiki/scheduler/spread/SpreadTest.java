package org.kumiki.scheduler.spread;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;

class SpreadTest {

    private static final Technology TECHNOLOGY = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS,
            Set.of(Technology.Method.HARDWARE), Set.of(), "");
    private static final Resources HOST = new Resources(8, 8_192, 100_000, 1_000);
    private static final Resources GUEST = new Resources(1, 1_024, 10_000, 100);

    private final HostTable.Editor hosts = HostTable.EMPTY.edit();

    @Test
    void takesTheHostThatIsLeastLoaded() {
        add("a", 5);
        add("b", 3);
        add("c", 4);

        assertThat(place(1).hosts()).containsExactly(new HostId("b"));
    }

    @Test
    void givesEachHostItsShareOfOneRequest() {
        add("a", 0);
        add("b", 2);
        add("c", 0);

        assertThat(place(5).hosts()).extracting(HostId::value).containsExactly("a", "c", "a", "c", "a");
    }

    @Test
    void fillsABigHostFurtherThanASmallOne() {
        hosts.add(host("small", new Resources(4, 4_096, 40_000, 400)), TECHNOLOGY);
        hosts.add(host("big", new Resources(8, 8_192, 80_000, 800)), TECHNOLOGY);

        assertThat(place(3).hosts()).extracting(HostId::value).containsExactly("big", "small", "big");
    }

    @Test
    void countsTheResourceThatIsScarcest() {
        int cpus = add("cpus", 0);
        int memory = add("memory", 0);
        hosts.take(cpus, new Resources(6, 1_024, 0, 0));
        hosts.take(memory, new Resources(1, 4_096, 0, 0));

        assertThat(place(1, new Resources(1, 1_024, 0, 0)).hosts()).containsExactly(new HostId("memory"));
    }

    @Test
    void looksAtTheOtherResourcesIfTheScarcestAreEqual() {
        int more = add("more", 4);
        add("less", 4);
        hosts.take(more, new Resources(0, 1_024, 0, 0));

        assertThat(place(1, new Resources(4, 0, 0, 0)).hosts()).containsExactly(new HostId("less"));
    }

    @Test
    void saysWhy() {
        add("a", 8);
        add("b", 1);

        Placement placement = place(1);

        assertThat(placement.reason()).isEqualTo("the lowest load of 1 host that may take it");
        assertThat(placement.refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.reason()).isEqualTo("has too few cpus free");
            assertThat(refusal.hosts()).hasToString("0");
        });
    }

    private int add(String name, int guests) {
        int row = hosts.add(host(name, HOST), TECHNOLOGY);
        for (int guest = 0; guest < guests; guest++) {
            hosts.take(row, GUEST);
        }
        return row;
    }

    private Placement place(int count) {
        return place(count, GUEST);
    }

    private Placement place(int count, Resources each) {
        DatacenterView view = new DatacenterView(1, Instant.EPOCH, hosts.build(), () -> {
            throw new AssertionError("no instance need be looked at");
        });
        return new Spread().place(view, new PlacementRequest(count, each, PlacementRules.ANYWHERE));
    }

    private static Host host(String name, Resources capacity) {
        return new Host(new HostId(name), "paper", HostState.UP, capacity, Map.of());
    }
}
