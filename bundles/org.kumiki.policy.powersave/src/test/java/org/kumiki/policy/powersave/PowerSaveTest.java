package org.kumiki.policy.powersave;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostState;
import org.kumiki.api.policy.Plan;
import org.kumiki.policy.paper.Paper;

class PowerSaveTest {

    private final Paper paper = new Paper();

    @Test
    void hostsThatAreNotNeededSleep() {
        paper.host("a").host("b").host("c").host("d").guest(1, "a", 2, 0.2).guest(2, "b", 1, 0.2);

        paper.carryOut(plan());

        assertThat(paper.hostOf(2)).isEqualTo("a");
        assertThat(List.of("a", "b", "c", "d")).filteredOn(host -> paper.state(host) == HostState.UP).hasSize(2);
        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    @Test
    void aHostIsWokenWhenAllTogetherAreTooBusy() {
        paper.host("a").host("b", HostState.OFF).guest(1, "a", 4, 1).guest(2, "a", 4, 1);

        paper.carryOut(plan());

        assertThat(paper.state("b")).isEqualTo(HostState.UP);
        assertThat(paper.hostOf(1)).isNotEqualTo(paper.hostOf(2));
        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    @Test
    void aHostOfAnOperatorIsLeftAlone() {
        paper.host("a", HostState.MAINTENANCE).host("b", HostState.DRAINING).host("c", HostState.LOST).host("d").guest(1, "d", 2, 0.2);

        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    @Test
    void aBusyHostIsRelievedAsFarAsThereIsRoomAtAll() {
        paper.host("a").host("b").guest(1, "a", 4, 1).guest(2, "a", 2, 1).guest(3, "a", 2, 1).guest(4, "b", 5, 1);

        paper.carryOut(plan(Duration.ZERO, 0.6, 0.88));

        assertThat(paper.hostOf(2).equals("b") || paper.hostOf(3).equals("b")).isTrue();
    }

    @Test
    void lookingAheadLeavesFewerHostsTooBusyForLessPower() {
        Week.Bill ahead = new Week().live(policy(Duration.ofMinutes(60), 0.8, 0.88));

        for (double target : new double[] { 0.7, 0.8 }) {
            Week.Bill reactive = new Week().live(policy(Duration.ZERO, target, target + 0.08));
            assertThat(ahead.overloadMinutes()).as("target %s: %s", target, reactive).isLessThan(reactive.overloadMinutes() / 5);
            assertThat(ahead.kilowattHours()).as("target %s: %s", target, reactive).isLessThan(reactive.kilowattHours());
        }
    }

    private Plan plan() {
        return plan(Duration.ofMinutes(60), 0.8, 0.88);
    }

    private Plan plan(Duration ahead, double targetLoad, double mostLoad) {
        return policy(ahead, targetLoad, mostLoad).plan(paper.view(), paper);
    }

    private static PowerSave policy(Duration ahead, double targetLoad, double mostLoad) {
        return new PowerSave(new PowerSave.Settings(ahead, targetLoad, mostLoad, 1, Duration.ofMinutes(60), 3));
    }
}
