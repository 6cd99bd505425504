package org.kumiki.api.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.api.policy.Paper.apart;
import static org.kumiki.api.policy.Paper.move;
import static org.kumiki.api.policy.Paper.moveTogether;
import static org.kumiki.api.policy.Paper.sleep;
import static org.kumiki.api.policy.Paper.together;
import static org.kumiki.api.policy.Paper.wake;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostState;
import org.kumiki.api.view.DatacenterView;

class ScheduleTest {

    private final Paper paper = new Paper();

    @Test
    void whatHasRoomNeedNotWait() {
        paper.host("a").host("b").host("c").guest(1, "a", 1).guest(2, "a", 1).guest(3, "b", 1);

        assertThat(waits(move(1, "c"), move(2, "c"), move(3, "c"))).containsExactly("[]", "[]", "[]");
    }

    @Test
    void aGuestWaitsForTheRoomThatAnotherLeaves() {
        paper.host("a").host("b").host("c").guest(1, "a", 2).guest(2, "a", 2).guest(3, "b", 3);

        assertThat(waits(move(1, "c"), move(2, "c"), move(3, "a"))).containsExactly("[]", "[]", "[0, 1]");
    }

    @Test
    void whoComesLaterMayNotTakeTheRoomOfOneThatWaits() {
        paper.host("a").host("b").host("c").guest(1, "a", 3).guest(2, "b", 2).guest(3, "b", 1);

        assertThat(waits(move(1, "c"), move(2, "a"), move(3, "a"))).containsExactly("[]", "[0]", "[0]");
    }

    @Test
    void aHostSleepsWhenItIsEmptyAndReceivesWhenItIsAwake() {
        paper.host("a").host("b").host("c", HostState.OFF).guest(1, "a", 1).guest(2, "a", 1).guest(3, "b", 4);

        assertThat(waits(wake("c"), move(1, "c"), move(2, "c"), sleep("a"))).containsExactly("[]", "[0]", "[0]", "[1, 2]");
    }

    @Test
    void anotherOfASpreadGroupComesWhenTheFirstHasGone() {
        paper.host("a").host("b").host("c").guest(1, "a", 1, apart("web")).guest(2, "b", 1, apart("web"));

        assertThat(waits(move(1, "c"), move(2, "a"))).containsExactly("[]", "[0]");
    }

    @Test
    void aClusterMovesOnWhenAllOfItHaveCome() {
        paper.host("a").host("b").host("c").guest(1, "a", 1, together("db")).guest(2, "a", 1, together("db"));

        assertThat(waits(moveTogether("b", 1, 2), moveTogether("c", 1, 2))).containsExactly("[]", "[0]");
        assertThat(Schedule.of(paper.view(), plan(moveTogether("b", 1, 2), moveTogether("c", 1, 2))).rounds()).isEqualTo(2);
    }

    @Test
    void nothingThatTakesSpareRoomGoesAheadOfAHostThatBringsSome() {
        DatacenterView view = paper.host("a").host("b").host("c", HostState.OFF).host("d", HostState.DRAINING).guest(1, "a", 1)
                .guest(2, "d", 1).view(1);

        Schedule schedule = Schedule.of(view, plan(wake("c"), move(2, "b"), sleep("c")));

        assertThat(schedule.waits(1)).containsExactly(0);
        assertThat(schedule.waits(2)).containsExactly(0);
    }

    private List<String> waits(Plan.Step... steps) {
        DatacenterView view = paper.view();
        Course course = new Course(view);
        assertThat(steps).allSatisfy(step -> assertThat(course.take(step)).isNull());
        Schedule schedule = Schedule.of(view, plan(steps));
        return IntStream.range(0, schedule.size()).mapToObj(step -> Arrays.toString(schedule.waits(step))).toList();
    }

    private static Plan plan(Plan.Step... steps) {
        return new Plan(List.of(steps), "");
    }
}
