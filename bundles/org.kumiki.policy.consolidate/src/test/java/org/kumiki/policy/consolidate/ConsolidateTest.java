package org.kumiki.policy.consolidate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.policy.paper.Paper;

class ConsolidateTest {

    private final Paper paper = new Paper();

    @Test
    void emptiesTheHostThatCostsLeastToEmpty() {
        paper.host("a").host("b").host("c").guest(1, "a", 3, 0.1).guest(2, "b", 1, 0.1).guest(3, "c", 5, 0.1);

        Plan plan = plan(8);

        paper.carryOut(plan);
        assertThat(paper.hostOf(2)).isEqualTo("c");
        assertThat(paper.hostOf(1)).isEqualTo("a");
        assertThat(plan.reason()).isEqualTo("3 hosts in use become 2");
    }

    @Test
    void whatIsPackedStaysPacked() {
        paper.host("a").host("b").host("c").guest(1, "a", 3, 0.1).guest(2, "b", 4, 0.1).guest(3, "c", 5, 0.1);

        assertThat(paper.carryOut(plan(8)).hostOf(1)).isEqualTo("c");
        assertThat(plan(8)).isSameAs(Plan.NOTHING);
    }

    @Test
    void movesNothingOffAHostThatCannotBecomeEmpty() {
        paper.host("a").host("b").guest(1, "a", 1, 0.1).guest(2, "a", 4, 0.1).guest(3, "b", 5, 0.1);

        assertThat(plan(8)).isSameAs(Plan.NOTHING);
    }

    @Test
    void aHostIsNotWorthMoreThanItsCopiesMayCost() {
        paper.host("a").host("b").guest(1, "a", 3, 0.1).guest(2, "b", 4, 0.1);

        assertThat(plan(3)).isSameAs(Plan.NOTHING);
        assertThat(plan(4).steps()).hasSize(1);
    }

    @Test
    void searchesForWhatEmptyingOneHostAfterTheOtherDoesNotFind() {
        paper.host("a", "watts", "500").host("b", "watts", "50").host("c", "watts", "50").guest(1, "a", 6, 0.1).guest(2, "b", 1, 0.1);

        assertThat(plan(4).steps()).extracting(Plan.Step::action).containsExactly(new Action.Migrate(Paper.id(2), new HostId("a")));
        Plan plan = plan(4, 200);
        assertThat(plan).isEqualTo(plan(4, 200));

        paper.carryOut(plan);
        assertThat(List.of("b", "c")).contains(paper.hostOf(1));
    }

    @Test
    void whatCannotMoveStaysInASearch() {
        paper.host("a").host("b").host("c").guest(1, "a", 1, 0.1, Paper.pinned("a")).guest(2, "b", 2, 0.1, Paper.pinned("b"))
                .guest(3, "c", 2, 0.1);

        paper.carryOut(plan(8, 200));

        assertThat(paper.hostOf(1)).isEqualTo("a");
        assertThat(paper.hostOf(2)).isEqualTo("b");
        assertThat(List.of("a", "b")).contains(paper.hostOf(3));
    }

    @Test
    void doesNotMakeAHostTooBusy() {
        paper.host("a").host("b").guest(1, "a", 3, 1).guest(2, "b", 4, 1);

        assertThat(plan(8)).isSameAs(Plan.NOTHING);
    }

    @Test
    void aGuestThatWasMovedRestsBeforeItMovesAgain() {
        paper.host("a").host("b").guest(1, "a", 3, 0.1).guest(2, "b", 4, 0.1);
        paper.carryOut(plan(8));
        paper.host("c").guest(3, "c", 1, 0.1).guest(4, "c", 7, 0.1, Paper.pinned("c"));

        assertThat(paper.hostOf(1)).isEqualTo("b");
        paper.guest(5, "a", 8, 0.1);
        assertThat(plan(8)).isSameAs(Plan.NOTHING);
    }

    private Plan plan(int worthGiB) {
        return plan(worthGiB, 0);
    }

    private Plan plan(int worthGiB, int rounds) {
        return new Consolidate(0.8, worthGiB, Duration.ofHours(1), 6, rounds).plan(paper.view(), paper);
    }
}
