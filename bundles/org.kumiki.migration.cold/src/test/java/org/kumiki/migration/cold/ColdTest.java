package org.kumiki.migration.cold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;

class ColdTest {

    private static final MigrationOrder ORDER = new MigrationOrder(new InstanceId("i-00000000000000001"), new HostId("a"), new HostId("b"), 1_000,
            Duration.ofMillis(300), Set.of());

    @Test
    void shutsTheGuestDownBeforeAnythingIsSent() {
        assertThat(new Cold().direct(ORDER, List.of())).isEqualTo(new MigrationDirective.Cold());
    }

    @Test
    void leavesAGuestAtTheSourceThatMovesAlready() {
        MigrationProgress moving = new MigrationProgress(MigrationProgress.Phase.PRECOPY, Duration.ZERO, 0, 0, 1, 1, 1, 0);

        assertThat(new Cold().direct(ORDER, List.of(moving))).isInstanceOf(MigrationDirective.Cancel.class);
    }
}
