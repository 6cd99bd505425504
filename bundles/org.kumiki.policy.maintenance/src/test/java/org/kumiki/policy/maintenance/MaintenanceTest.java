package org.kumiki.policy.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.policy.paper.Paper.id;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostState;
import org.kumiki.api.policy.Plan;
import org.kumiki.policy.paper.Paper;

class MaintenanceTest {

    private final Paper paper = new Paper();
    private final Maintenance maintenance = new Maintenance(0.8);

    @Test
    void leavesADatacenterAloneInWhichNothingIsDrained() {
        paper.host("a").host("b").guest(1, "a", 2, 0.9);

        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    @Test
    void emptiesAHostThatIsDrained() {
        paper.host("a", HostState.DRAINING).host("b").host("c").guest(1, "a", 4, 0.1).guest(2, "a", 2, 0.1).guest(3, "b", 4, 0.1);

        Plan plan = plan();

        paper.carryOut(plan);
        assertThat(paper.hostOf(1)).isEqualTo("b");
        assertThat(paper.hostOf(2)).isEqualTo("c");
        assertThat(plan.left()).isEmpty();
        assertThat(plan.reason()).isEqualTo("1 host is to be empty");
        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    /** CloudStack issue 12045: guests went to hosts in maintenance, and were stopped there. */
    @Test
    void cloudStack12045NoGuestGoesToAHostThatAnOperatorWorksOn() {
        paper.host("a", HostState.DRAINING).host("b", HostState.MAINTENANCE).host("c").host("d", HostState.MAINTENANCE).host("e", HostState.OFF)
                .guest(1, "a", 4, 0.1).guest(2, "a", 4, 0.1);

        paper.carryOut(plan());

        assertThat(paper.hostOf(1)).isEqualTo("c");
        assertThat(paper.hostOf(2)).isEqualTo("c");
    }

    /** CloudStack issue 13098: one guest that could not be moved made the plan for all others fail. */
    @Test
    void cloudStack13098SaysWhichGuestCannotLeaveAndMovesTheOthers() {
        paper.host("a", HostState.DRAINING).host("b").host("c", HostState.LOST).guest(1, "a", 2, 0.1, Paper.pinned("a")).guest(2, "a", 2, 0.1)
                .guest(3, "b", 1, 0.1);

        Plan plan = plan();

        paper.carryOut(plan);
        assertThat(paper.hostOf(1)).isEqualTo("a");
        assertThat(paper.hostOf(2)).isEqualTo("b");
        assertThat(plan.left()).containsExactly(new Plan.Left(id(1), "1 host is not reached by its driver; 1 host is not the host it is pinned to"));
        assertThat(plan.reason()).isEqualTo("1 host is to be empty; 1 guest cannot leave");
    }

    @Test
    void movesAClusterAsAWhole() {
        paper.host("a", HostState.DRAINING).host("b").host("c").guest(1, "a", 3, 0.1, Paper.together("db"))
                .guest(2, "a", 2, 0.1, Paper.together("db")).guest(3, "b", 4, 0.1);

        paper.carryOut(plan());

        assertThat(paper.hostOf(1)).isEqualTo("c");
        assertThat(paper.hostOf(2)).isEqualTo("c");
    }

    @Test
    void goesToABusyHostOnlyIfNoOtherHasRoom() {
        paper.host("a", HostState.DRAINING).host("b").host("c").guest(1, "a", 4, 0.5).guest(2, "b", 4, 1).guest(3, "b", 1, 1).guest(4, "c", 1, 0.1);

        paper.carryOut(plan());
        assertThat(paper.hostOf(1)).isEqualTo("c");
    }

    @Test
    void aGuestThatMustLeaveGoesToABusyHostRatherThanNowhere() {
        paper.host("a", HostState.DRAINING).host("b").guest(1, "a", 2, 1).guest(2, "b", 6, 1);

        paper.carryOut(plan());
        assertThat(paper.hostOf(1)).isEqualTo("b");
    }

    private Plan plan() {
        return maintenance.plan(paper.view(), paper);
    }
}
