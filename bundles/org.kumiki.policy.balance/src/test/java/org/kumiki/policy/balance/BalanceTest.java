package org.kumiki.policy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.policy.paper.Paper;

class BalanceTest {

    private static final Balance.Settings SETTINGS = new Balance.Settings(0.85, 0.7, 0.2, 0.1, 0.01, 100, Duration.ofHours(1), 6);

    private final Paper paper = new Paper();

    @Test
    void aHostIsHotByTheProcessorsThatItHasAndNotByWhatItPromises() {
        paper.host("a", 2).host("b", 2).guest(1, "a", 2, 0.5).guest(2, "a", 2, 0.5);

        assertThat(paper.carryOut(plan()).load(new HostId("a"))).isEqualTo(0.5);
    }

    @Test
    void aBusyGuestGetsRoomOfItsOwn() {
        paper.host("a").host("b").guest(1, "a", 4, 1).guest(2, "a", 4, 1).guest(3, "b", 2, 0.1);

        paper.carryOut(plan());

        assertThat(paper.hostOf(1)).isNotEqualTo(paper.hostOf(2));
    }

    @Test
    void quietGuestsShareAHost() {
        paper.host("a").host("b").guest(1, "a", 2, 0.1).guest(2, "a", 2, 0.1).guest(3, "b", 1, 0.1).guest(4, "b", 1, 0.1);

        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    @Test
    void whatIsEvenStaysAsItIs() {
        crowd(20, 60);
        paper.carryOut(plan());

        assertThat(plan()).isSameAs(Plan.NOTHING);
        paper.pass(Duration.ofDays(1));
        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    /** ProxLB issue 23: with both hosts busy, guests went to and fro, because nobody asked what the destination would become. */
    @Test
    void proxLb23NoGuestGoesWhereItWouldMakeAHostBusy() {
        paper.host("a").host("b").guest(1, "a", 4, 0.9).guest(2, "a", 4, 0.9).guest(3, "b", 4, 0.85).guest(4, "b", 3, 0.85);

        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    /** ProxLB issue 44: so many guests left a busy host that it was idle after, and another one busy. */
    @Test
    void proxLb44TakesNoMoreOffAHostThanMakesItCalm() {
        paper.host("a").host("b").host("c");
        for (int guest = 0; guest < 8; guest++) {
            paper.guest(guest, "a", 1, 0.95);
        }
        paper.guest(8, "b", 1, 0.9).guest(9, "c", 1, 0.9);

        paper.carryOut(plan());

        for (String host : List.of("a", "b", "c")) {
            assertThat(paper.load(new HostId(host))).as(host).isBetween(0.2, 0.7);
        }
        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    @Test
    void noGuestComesBackWhileLoadWavers() {
        crowd(10, 40);
        SplittableRandom random = new SplittableRandom(1);
        int moves = 0;
        for (int round = 0; round < 200; round++) {
            paper.busy().replaceAll((guest, use) -> Math.max(0.05, Math.min(1, use + random.nextDouble(-0.02, 0.02))));
            Plan plan = plan();
            moves += plan.steps().size();
            paper.carryOut(plan);
            paper.pass(Duration.ofMinutes(5));
        }
        assertThat(moves).isBetween(1, 40);
    }

    @Test
    void aMoveMustBeWorthItsCopy() {
        paper.host("a").host("b").guest(1, "a", 4, 1).guest(2, "a", 4, 1);

        assertThat(plan(new Balance.Settings(0.85, 0.7, 0.2, 0.1, 1_000, 100, Duration.ofHours(1), 6))).isSameAs(Plan.NOTHING);
    }

    /** CloudStack issue 12473: balancing put the guests of an anti-affinity group on one host. */
    @Test
    void cloudStack12473KeepsASpreadGroupApart() {
        paper.host("a").host("b").guest(1, "a", 4, 1, Paper.apart("web")).guest(2, "a", 4, 1, Paper.pinned("a"))
                .guest(3, "b", 1, 0.1, Paper.apart("web"));

        assertThat(plan()).isSameAs(Plan.NOTHING);
    }

    @Test
    void movesAClusterAsAWhole() {
        paper.host("a").host("b").guest(1, "a", 2, 1, Paper.together("db")).guest(2, "a", 2, 1, Paper.together("db"))
                .guest(3, "a", 4, 1, Paper.pinned("a"));

        assertThat(plan().steps()).extracting(Plan.Step::action).hasOnlyElementsOfType(Action.MigrateTogether.class).hasSize(1);
    }

    @Test
    void isTheSameEveryTime() {
        crowd(20, 60);

        assertThat(plan()).isEqualTo(plan());
        assertThat(plan().steps()).isNotEmpty();
    }

    /** Guests at random on the first half of the hosts. */
    private void crowd(int hosts, int guests) {
        SplittableRandom random = new SplittableRandom(7);
        int[] cpus = new int[hosts];
        for (int host = 0; host < hosts; host++) {
            paper.host("h" + host);
        }
        for (int guest = 0; guest < guests; guest++) {
            int host = random.nextInt(hosts / 2);
            int size = 1 + random.nextInt(2);
            if (cpus[host] + size <= 8) {
                cpus[host] += size;
                paper.guest(guest, "h" + host, size, random.nextDouble(0.1, 1));
            }
        }
    }

    private Plan plan() {
        return plan(SETTINGS);
    }

    private Plan plan(Balance.Settings settings) {
        return new Balance(settings).plan(paper.view(), paper);
    }
}
