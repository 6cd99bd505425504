package org.kumiki.tck.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.scheduler.GreedyPlacement;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.Scheduler;

class BrainsInAPlatformTest {

    private static final Scheduler RIGHT = (view, request) -> GreedyPlacement.place(view.hosts(), request, (hosts, row, each, guests) -> row, "first");
    private static final Scheduler LAZY = (view, request) -> new Placement(List.of(), "not today", List.of());

    private final PlatformExaminer examiner = new PlatformExaminer(Set.of("exempt"));

    @AfterEach
    void end() {
        examiner.close();
    }

    @Test
    void findsOutWhetherABrainDoesWhatItMust() throws Exception {
        assertThat(examiner.examine(RIGHT, "right 1.0.0").toCompletableFuture().get()).isEmpty();
        assertThat(examiner.examine(LAZY, "lazy 1.0.0").toCompletableFuture().get()).hasValueSatisfying(wrong -> assertThat(wrong)
                .contains("uses all room that there is", "there was room on"));
        assertThat(examiner.examine(LAZY, "exempt 1.0.0").toCompletableFuture().get()).isEmpty();
    }
}
