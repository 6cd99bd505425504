package org.kumiki.migration.postcopy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

class PostcopyTest {

    private static final MigrationOrder ORDER = order(Set.of(Feature.LIVE_MIGRATION_PRECOPY, Feature.LIVE_MIGRATION_POSTCOPY));
    private static final MigrationDirective COPY = new MigrationDirective.Continue(0, Duration.ofMillis(300), 0);

    @Test
    void copiesOneRoundAndThenRunsTheGuestAtTheDestination() {
        Postcopy strategy = new Postcopy(1);

        assertThat(strategy.direct(ORDER, List.of())).isEqualTo(COPY);
        assertThat(strategy.direct(ORDER, List.of(report(Phase.SETUP, 0), report(Phase.PRECOPY, 0)))).isEqualTo(COPY);
        assertThat(strategy.direct(ORDER, List.of(report(Phase.PRECOPY, 0), report(Phase.PRECOPY, 1))))
                .isEqualTo(new MigrationDirective.SwitchToPostcopy());
    }

    @Test
    void switchesAtOnceIfThatIsWanted() {
        assertThat(new Postcopy(0).direct(ORDER, List.of(report(Phase.SETUP, 0)))).isEqualTo(new MigrationDirective.SwitchToPostcopy());
    }

    @Test
    void doesNotRiskAGuestWhoseOwnerDoesNotAcceptIt() {
        assertThat(new Postcopy(1).direct(order(Set.of(Feature.LIVE_MIGRATION_PRECOPY)), List.of())).isEqualTo(
                new MigrationDirective.Cancel("its technology does not move guests by post-copy, or its owner does not accept it"));
    }

    private static MigrationProgress report(Phase phase, int round) {
        return new MigrationProgress(phase, Duration.ofSeconds(round), round, 0, 1_000_000, 1_000_000, 1_000_000, 0);
    }

    private static MigrationOrder order(Set<Feature> modes) {
        return new MigrationOrder(new InstanceId("i-00000000000000001"), new HostId("a"), new HostId("b"), 1_000, Duration.ofMillis(300), modes);
    }
}
