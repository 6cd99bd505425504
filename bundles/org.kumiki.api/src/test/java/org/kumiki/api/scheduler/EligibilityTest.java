package org.kumiki.api.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.view.HostTable;

class EligibilityTest {

    private static final HostId HOST = new HostId("containers");

    private static String refusal(Set<Method> methods, PlacementRules rules) {
        HostTable.Editor hosts = HostTable.EMPTY.edit();
        int row = hosts.add(new Host(HOST, "card", HostState.UP, new Resources(4, 4, 4, 4), Map.of()),
                new Technology("card", "1", Technology.MonitorPlace.HOST_OS, methods, Set.of(), ""));
        return Eligibility.refusal(hosts.build(), row, new Resources(1, 1, 1, 1), rules);
    }

    @Test
    void whatIsAskedOfATechnologyItMustBeAbleToDo() {
        PlacementRules asking = PlacementRules.ANYWHERE.with(Technology.Feature.HARDWARE_CHOICE);

        assertThat(refusal(Set.of(Method.HARDWARE), asking)).contains("cannot do what is asked for");
        assertThat(refusal(Set.of(Method.HARDWARE), asking.withoutGroups().on(HOST))).as("also of the host it is pinned to").contains("cannot do");
        assertThat(PlacementRules.ANYWHERE.withoutGroups()).isSameAs(PlacementRules.ANYWHERE);
    }

    private static PlacementRules accepting(Set<Method> methods) {
        return new PlacementRules(Optional.empty(), methods, Map.of(), Optional.empty(), Optional.empty());
    }

    @Test
    void onlyWhoAsksForItSharesAHostsKernel() {
        assertThat(refusal(Set.of(Method.OS_LEVEL), PlacementRules.ANYWHERE)).contains("shares its kernel");
        assertThat(refusal(Set.of(Method.OS_LEVEL), accepting(Set.of(Method.OS_LEVEL, Method.HARDWARE)))).isNull();
        assertThat(refusal(Set.of(Method.OS_LEVEL), PlacementRules.ANYWHERE.on(HOST))).isNull();
        assertThat(refusal(Set.of(Method.OS_LEVEL), accepting(Set.of(Method.HARDWARE)))).contains("in the way asked for");
        assertThat(refusal(Set.of(Method.HARDWARE), PlacementRules.ANYWHERE)).isNull();
    }
}
