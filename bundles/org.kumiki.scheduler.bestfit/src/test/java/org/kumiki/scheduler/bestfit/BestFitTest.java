package org.kumiki.scheduler.bestfit;

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

class BestFitTest {

    private static final Technology TECHNOLOGY = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS,
            Set.of(Technology.Method.HARDWARE), Set.of(), "");
    private static final Resources HOST = new Resources(8, 8_192, 100_000, 1_000);
    private static final Resources GUEST = new Resources(1, 1_024, 10_000, 100);

    private final HostTable.Editor hosts = HostTable.EMPTY.edit();

    @Test
    void fillsTheHostThatIsFullest() {
        add("a", 3);
        add("b", 5);
        add("c", 4);

        assertThat(place(1).hosts()).containsExactly(new HostId("b"));
    }

    @Test
    void fillsOneHostAfterTheOther() {
        add("a", 6);
        add("b", 7);
        add("c", 0);

        assertThat(place(4).hosts()).extracting(HostId::value).containsExactly("b", "a", "a", "c");
    }

    @Test
    void opensNoEmptyHostWhileAnotherOneHasRoom() {
        hosts.add(host("tiny", GUEST), TECHNOLOGY);
        add("used", 1);

        assertThat(place(7).hosts()).containsOnly(new HostId("used"));
    }

    @Test
    void putsTheGuestWhereTheRoomHasItsShape() {
        hosts.take(add("cpus", 0), new Resources(4, 6_144, 0, 0));
        hosts.take(add("memory", 0), new Resources(6, 4_096, 0, 0));

        assertThat(place(1, new Resources(2, 1_024, 0, 0)).hosts()).containsExactly(new HostId("cpus"));
        assertThat(place(1, new Resources(1, 2_048, 0, 0)).hosts()).containsExactly(new HostId("memory"));
    }

    @Test
    void ignoresAResourceThatNoHostHas() {
        hosts.add(host("diskless", new Resources(8, 8_192, 0, 0)), TECHNOLOGY);

        assertThat(place(1, new Resources(1, 1_024, 0, 0)).hosts()).containsExactly(new HostId("diskless"));
    }

    @Test
    void saysWhy() {
        add("a", 8);
        add("b", 1);

        Placement placement = place(1);

        assertThat(placement.reason()).isEqualTo("the least room left of 1 host that may take it");
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
        return new BestFit().place(view, new PlacementRequest(count, each, PlacementRules.ANYWHERE));
    }

    private static Host host(String name, Resources capacity) {
        return new Host(new HostId(name), "paper", HostState.UP, capacity, Map.of());
    }
}
