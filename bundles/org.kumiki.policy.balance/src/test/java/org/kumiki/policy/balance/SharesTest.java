package org.kumiki.policy.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.CpuUse;
import org.kumiki.policy.paper.Paper;

class SharesTest {

    private static final double ROUNDING = 1e-9;

    private final Paper paper = new Paper();

    @Test
    void whatIsForeseenOfAMoveIsWhatComesOfIt() {
        paper.host("a").host("b").host("c").guest(1, "a", 2, 0.5).guest(2, "a", 1, 0.9).guest(3, "b", 4, 0.3).guest(4, "c", 1, 0.1);
        Course course = course();
        Shares shares = new Shares(course);
        int[] party = { course.instances().row(Paper.id(1)), course.instances().row(Paper.id(2)) };
        int from = course.row(new HostId("a"));
        int[] to = { course.row(new HostId("b")), course.row(new HostId("c")) };

        double[] foreseen = shares.scores(party, from, to, Shares.DIMENSIONS);
        shares.move(party, from, to[1]);
        assertThat(course.migrate(party, to[1], "")).isNull();

        assertThat(foreseen[0]).isNotCloseTo(foreseen[1], within(ROUNDING));
        assertThat(shares.score(Shares.DIMENSIONS)).isCloseTo(foreseen[1], within(ROUNDING));
        assertThat(new Shares(course).score(Shares.DIMENSIONS)).isCloseTo(foreseen[1], within(ROUNDING));
    }

    @Test
    void theSharesOfBothHostsAreReadAnewAfterAMove() {
        paper.host("a").host("b").guest(1, "a", 2, 0.5).guest(2, "b", 1, 0.2);
        Course course = course();
        Shares shares = new Shares(course);
        int[] party = { course.instances().row(Paper.id(1)) };
        int a = course.row(new HostId("a"));
        int b = course.row(new HostId("b"));
        double before = shares.share(b, 0);

        shares.move(party, a, b);
        assertThat(course.migrate(party, b, "")).isNull();

        assertThat(shares.share(a, 0)).isZero();
        assertThat(shares.share(b, 0)).isGreaterThan(before);
    }

    private Course course() {
        return new Course(paper.view(), CpuUse.recent(paper.view(), paper, 6));
    }
}
