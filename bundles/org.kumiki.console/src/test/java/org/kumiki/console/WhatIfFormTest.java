package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.twin.Change;
import org.kumiki.api.twin.WhatIf;

class WhatIfFormTest {

    private static WhatIf read(Map<String, String> fields) {
        return WhatIfForm.read(fields::get);
    }

    @Test
    void whatIsAsItIsIsNotSaid() {
        assertThat(read(Map.of("hours", "6", "without", "", "with", "", "more", "0", "fewer", "0", "load", "1", "launch", "0", "over", "0", "fail",
                "")))
                .isEqualTo(new WhatIf(List.of(), Duration.ofHours(6)));
    }

    @Test
    void allOfItTogether() {
        assertThat(read(Map.of("hours", "24", "without", "balance", "with", "consolidate", "more", "2", "fewer", "3", "load", "1.5", "launch", "200",
                "type", "t2.small", "over", "4", "fail", "lab-1, lab-2"))).isEqualTo(new WhatIf(List.of(new Change.Replaced("balance", "consolidate"),
                        new Change.MoreHosts(2, Optional.empty()), new Change.FewerHosts(3), new Change.Load(1.5),
                        new Change.Launches(200, Optional.of("t2.small"), Duration.ofHours(4)),
                        new Change.HostsFail(List.of(new HostId("lab-1"), new HostId("lab-2")), Duration.ZERO)), Duration.ofHours(24)));
    }

    @Test
    void aPolicyComesOrGoesAloneAndHostsFailByTheirNumber() {
        assertThat(read(Map.of("hours", "6", "with", "consolidate")).changes()).containsExactly(new Change.With("consolidate"));
        assertThat(read(Map.of("hours", "6", "without", "balance")).changes()).containsExactly(new Change.Without("balance"));
        assertThat(read(Map.of("hours", "6", "fail", "3", "at", "0.5")).changes())
                .containsExactly(new Change.FullestHostsFail(3, Duration.ofMinutes(30)));
    }

    @Test
    void whatMakesNoSenseIsSaid() {
        assertThatThrownBy(() -> read(Map.of("hours", "6", "launch", "many"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("launch is a number, not \"many\"");
        assertThatThrownBy(() -> read(Map.of("hours", "6", "launch", "-1"))).hasMessage("from 1 to 100000 instances are launched, not -1");
        assertThatThrownBy(() -> read(Map.of("hours", "6", "fail", "a b/c"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read(Map.of())).hasMessage("how many hours ahead?");
    }
}
