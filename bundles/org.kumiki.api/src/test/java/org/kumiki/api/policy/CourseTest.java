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
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.view.DatacenterView;

class CourseTest {

    private final Paper paper = new Paper();

    @Test
    void judgesAStepOnTheStateAfterTheStepsBefore() {
        paper.host("a").host("b").guest(1, "a", 3).guest(2, "b", 2);

        assertThat(objections(move(1, "b"), move(2, "a"), sleep("a"), wake("a"), move(2, "a")))
                .containsExactly("host b has too few cpus free", "host a has too few cpus free", "host a still has 1 guest",
                        "there is no such host that is off", "host a has too few cpus free");
    }

    @Test
    void twoFullHostsCannotSwapTheirGuestsBecauseACopyNeedsRoom() {
        paper.host("a").host("b").host("c").guest(1, "a", 4).guest(2, "b", 4);

        assertThat(objections(move(1, "b"), move(1, "c"), move(2, "a"), move(1, "b"))).containsExactly("host b has too few cpus free", null, null,
                null);
    }

    /** CloudStack pull request 14108: anti-affinity was judged by where guests had been before the plan. */
    @Test
    void cloudStack14108AGuestIsKeptApartFromOneThatThePlanHasPutThere() {
        paper.host("a").host("b").host("c").guest(1, "a", 1, apart("web")).guest(2, "b", 1, apart("web"));

        assertThat(objections(move(1, "c"), move(2, "c"), move(2, "a"))).containsExactly(null, "host c runs another instance of its spread group",
                null);
    }

    /** CloudStack issue 12473: balancing put the guests of an anti-affinity group on one host. */
    @Test
    void cloudStack12473NoStepBringsASpreadGroupTogether() {
        paper.host("a").host("b").guest(1, "a", 1, apart("web")).guest(2, "b", 1, apart("web"));

        assertThat(objections(move(1, "b"), move(2, "a"))).containsExactly("host b runs another instance of its spread group",
                "host a runs another instance of its spread group");
    }

    /** CloudStack issue 13098: one guest that could not be moved made the plan for all others fail. */
    @Test
    void cloudStack13098AGuestThatCannotMoveStopsNoOther() {
        paper.host("a", HostState.UP, Paper.FIXED, Map.of()).host("b").host("c").guest(1, "a", 1).guest(2, "b", 1);

        assertThat(objections(move(1, "c"), move(2, "c"))).containsExactly("host a cannot move a guest that runs", null);
    }

    /** CloudStack issue 12045: guests went to hosts in maintenance, and were stopped there. */
    @Test
    void cloudStack12045NoGuestGoesToAHostThatTakesNone() {
        paper.host("a", HostState.DRAINING).host("b", HostState.MAINTENANCE).host("c", HostState.DRAINING).host("d", HostState.OFF)
                .host("e", HostState.LOST).host("f", HostState.REMOVED).host("g").guest(1, "a", 1);

        assertThat(objections(move(1, "b"), move(1, "c"), move(1, "d"), move(1, "e"), move(1, "f"), move(1, "g"))).containsExactly(
                "host b is in maintenance", "host c is being drained", "host d is switched off", "host e is not reached by its driver",
                "host f was removed", null);
    }

    @Test
    void aClusterMovesAsAWholeOrNotAtAll() {
        paper.host("a").host("b").host("c").guest(1, "a", 1, together("db")).guest(2, "a", 2, together("db")).guest(3, "b", 2);

        assertThat(objections(move(1, "b"), moveTogether("b", 1, 2), moveTogether("c", 1, 1), moveTogether("c", 1, 2), moveTogether("c")))
                .containsExactly("host b does not run its cluster group", "host b has too few cpus free", "an instance is named twice", null,
                        "no instance is named");
    }

    @Test
    void aClusterThatWasTornApartMayComeTogether() {
        paper.host("a").host("b").host("c").guest(1, "a", 1, together("db")).guest(2, "b", 1, together("db"));

        assertThat(objections(move(1, "c"), move(1, "b"))).containsExactly("host c does not run its cluster group", null);
    }

    @Test
    void aGuestStaysWithItsKindOfCpu() {
        paper.host("a", HostState.UP, Paper.MOVING, Map.of("cpu", "x")).host("b", HostState.UP, Paper.MOVING, Map.of("cpu", "y"))
                .host("c", HostState.UP, Paper.MOVING, Map.of("cpu", "x")).guest(1, "a", 1);

        assertThat(objections(move(1, "b"), move(1, "c"))).containsExactly("host b has another kind of cpu", null);
    }

    @Test
    void nothingIsKnownOfGuestsOnALostHost() {
        paper.host("a", HostState.LOST).host("b").guest(1, "a", 1);

        assertThat(objections(move(1, "b"), sleep("a"))).containsExactly("host a is not reached by its driver", "host a still has 1 guest");
    }

    @Test
    void aHostOfAnOperatorIsNotSwitchedOff() {
        paper.host("a", HostState.MAINTENANCE).host("b", HostState.DRAINING).host("c", HostState.OFF);

        assertThat(objections(sleep("a"), sleep("b"), sleep("c"), sleep("d"))).containsExactly("host a is an operator's to switch off",
                "host b is an operator's to switch off", "host c is switched off already", "there is no such host");
    }

    @Test
    void roomForHostsThatFailIsKept() {
        paper.host("a").host("b").host("c").host("d", HostState.DRAINING).guest(1, "a", 3).guest(2, "d", 1).guest(3, "d", 1);

        assertThat(objections(paper.view(1), sleep("b"), move(2, "b"), move(1, "c"), sleep("a"), move(3, "b"))).containsExactly(null,
                "host b is switched off", null, "host a is kept for hosts that fail", "host b is switched off");
        assertThat(objections(paper.view(2), move(2, "b"), move(3, "b"))).containsExactly(null,
                "host b would take room that is kept for hosts that fail");
    }

    @Test
    void whatIsTakenBackWasNever() {
        DatacenterView view = paper.host("a").host("b").host("c", HostState.OFF).guest(1, "a", 1, apart("web")).guest(2, "b", 1).view(1);
        Course course = new Course(view);
        course.take(wake("c"));
        int mark = course.mark();
        course.take(move(1, "c"));
        course.take(move(2, "c"));
        course.take(sleep("a"));
        course.back(mark);

        assertThat(course.plan("", List.of()).steps()).containsExactly(wake("c"));
        assertThat(course.runs(course.row(new HostId("a")), "web")).isTrue();
        assertThat(course.runs(course.row(new HostId("c")), "web")).isFalse();
        for (int row = 0; row < course.size(); row++) {
            assertThat(course.freeCpus(row)).isEqualTo(view.hosts().freeCpus(row));
            assertThat(course.guests(row)).isEqualTo(view.hosts().guests(row));
        }
        assertThat(course.take(move(1, "c"))).isNull();
    }

    @Test
    void saysWhyAGuestCanGoNowhere() {
        paper.host("a").host("b").host("c").host("d", HostState.OFF).guest(1, "a", 3).guest(2, "b", 2).guest(3, "c", 2);
        Course course = new Course(paper.view());

        assertThat(course.nowhere(0)).isEqualTo("2 hosts: has too few cpus free; 1 host is switched off");
    }

    private List<String> objections(Plan.Step... steps) {
        return objections(paper.view(), steps);
    }

    private static List<String> objections(DatacenterView view, Plan.Step... steps) {
        Course course = new Course(view);
        return Arrays.stream(steps).map(course::take).toList();
    }
}
