package org.kumiki.migration.stopcopy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

class StopCopyTest {

    @Test
    void stopsTheGuestAtOnce() {
        assertThat(new StopCopy().direct(order(Set.of(Feature.STOP_AND_COPY)), List.of())).isEqualTo(new MigrationDirective.StopAndCopy());
    }

    @Test
    void doesNotTryWhatTheTechnologyCannotDo() {
        assertThat(new StopCopy().direct(order(Set.of()), List.of()))
                .isEqualTo(new MigrationDirective.Cancel("its technology does not move guests that are stopped"));
    }

    private static MigrationOrder order(Set<Feature> modes) {
        return new MigrationOrder(new InstanceId("i-00000000000000001"), new HostId("a"), new HostId("b"), 1_000, Duration.ofMillis(300), modes);
    }
}
