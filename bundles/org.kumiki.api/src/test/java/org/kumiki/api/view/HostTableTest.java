package org.kumiki.api.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;

class HostTableTest {

    private static final Technology TECHNOLOGY = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS,
            Set.of(Technology.Method.HARDWARE), Set.of(), "");
    private static final Resources SOME = new Resources(1, 2, 3, 4);

    private final HostTable hosts = table(2 * HostTable.BLOCK + 1);

    @Test
    void whatDoesNotChangeIsShared() {
        HostTable next = hosts.edit().take(HostTable.BLOCK, SOME).build();

        assertThat(next.blocks()).isEqualTo(3);
        assertThat(next.block(0)).isSameAs(hosts.block(0));
        assertThat(next.block(1)).isNotSameAs(hosts.block(1));
        assertThat(next.block(2)).isSameAs(hosts.block(2));
        assertThat(hosts.freeCpus(HostTable.BLOCK)).isEqualTo(10);
        assertThat(next.freeCpus(HostTable.BLOCK)).isEqualTo(9);
    }

    @Test
    void knowsWhichRowsDifferFromAnotherTable() {
        HostTable next = hosts.edit().take(0, SOME).state(5, HostState.DRAINING).build();
        HostTable other = hosts.edit().release(6, SOME).build();

        assertThat(next.changed(0, hosts.block(0))).isEqualTo(0b100001);
        assertThat(next.changed(0, other.block(0))).isEqualTo(0b1100001);
        assertThat(next.changed(1, hosts.block(1))).isZero();
        assertThat(next.changed(2, null)).as("all rows that there are").isEqualTo(1);
    }

    @Test
    void aHostThatWasAddedDiffers() {
        HostTable.Editor editor = hosts.edit();
        editor.add(host("new"), TECHNOLOGY);
        HostTable next = editor.build();

        assertThat(next.changed(2, hosts.block(2))).isEqualTo(0b10);
        assertThat(next.row(new HostId("new"))).isEqualTo(hosts.size());
        assertThat(hosts.row(new HostId("new"))).isEqualTo(-1);
    }

    @Test
    void whatGuestsTakeStaysTakenWhenAHostBecomesLarger() {
        HostTable next = hosts.edit().take(3, SOME)
                .replace(3, new Host(new HostId("h3"), "paper", HostState.UP, new Resources(20, 20, 20, 20), Map.of()), TECHNOLOGY).build();

        assertThat(next.free(3)).isEqualTo(new Resources(19, 18, 17, 16));
        assertThat(next.guests(3)).isEqualTo(1);
    }

    @Test
    void knowsWhereAGroupIs() {
        HostTable some = hosts.edit().group("web", 128, true).group("web", 3, true).group("db", 4, true).build();
        HostTable fewer = some.edit().group("web", 3, false).group("db", 4, false).build();

        assertThat(some.rows("web")).containsExactly(3, 128);
        assertThat(fewer.rows("web")).containsExactly(128);
        assertThat(fewer.rows("db")).isEmpty();
        assertThat(fewer.runsAnywhere("db")).isFalse();
        assertThat(some.runs(4, "db")).isTrue();
    }

    private static HostTable table(int size) {
        HostTable.Editor editor = HostTable.EMPTY.edit();
        for (int row = 0; row < size; row++) {
            editor.add(host("h" + row), TECHNOLOGY);
        }
        return editor.build();
    }

    private static Host host(String name) {
        return new Host(new HostId(name), "paper", HostState.UP, new Resources(10, 10, 10, 10), Map.of());
    }
}
