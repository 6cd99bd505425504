package org.kumiki.engine;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

import org.kumiki.api.model.Instance;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;

/** What the owner of an instance says, by tags, of how it may be moved. Pure. */
final class Wishes {

    /** How many milliseconds it may stand still. */
    static final String DOWNTIME = "kumiki:downtime-ms";
    /** {@code accept} if it may be lost when a host fails in the middle of a move. */
    static final String POSTCOPY = "kumiki:postcopy";

    /** What QEMU's own default is, and what users of interactive services hardly notice. */
    private static final Duration USUAL = Duration.ofMillis(300);
    private static final long LONGEST_MILLIS = 3_600_000;

    private Wishes() {
    }

    static Duration downtimeBudget(Instance instance) {
        String wish = instance.tags().getOrDefault(DOWNTIME, "");
        return wish.matches("[0-9]{1,7}") ? Duration.ofMillis(Math.min(LONGEST_MILLIS, Long.parseLong(wish))) : USUAL;
    }

    /** How it may move: what its technology can do, less what its owner does not accept. */
    static Set<Feature> modes(Instance instance, Technology technology) {
        Set<Feature> modes = EnumSet.of(Feature.LIVE_MIGRATION_PRECOPY, Feature.LIVE_MIGRATION_POSTCOPY, Feature.STOP_AND_COPY);
        modes.removeIf(mode -> !technology.can(mode));
        if (!instance.tags().getOrDefault(POSTCOPY, "").equals("accept")) {
            modes.remove(Feature.LIVE_MIGRATION_POSTCOPY);
        }
        return modes;
    }
}
