package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;

class RecordsTest {

    private static final Technology TECHNOLOGY = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS, Set.of(Technology.Method.HARDWARE), Set.of(), "");

    @Test
    void readsHostsThatWereWrittenBeforeAnyoneCountedTheirProcessors() {
        Records records = new Records();
        Host host = new Host(new HostId("h"), "paper", HostState.UP, new Resources(16, 4_096, 0, 0), 2, Map.of());
        Entry entry = records.entry(7, new Change<>(Entity.HOST, host.id(),
                Optional.of(new HostRecord(0, host, TECHNOLOGY, false, Optional.empty()))));
        String written = entry.value().orElseThrow();
        assertThat(written).contains("\"processors\":2,");

        Entry older = new Entry(7, entry.kind(), entry.key(), Optional.of(written.replace("\"processors\":2,", "")));

        assertThat(((HostRecord) records.change(entry).value().orElseThrow()).host()).isEqualTo(host);
        assertThat(((HostRecord) records.change(older).value().orElseThrow()).host().processors()).isEqualTo(16);
    }
}
