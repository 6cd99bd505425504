package org.kumiki.api.forecast;

import java.time.Duration;
import java.util.Optional;

import org.kumiki.api.model.InstanceId;

/**
 * Something that begins and takes some time.
 *
 * @param decision       the number of the decision that it is begun
 * @param technology     of the host, or of both hosts
 * @param type           name of the instance's type
 * @param memoryMiB      of the instance
 * @param strategy       that directs a move; empty for a start, and if none was named
 * @param downtimeBudget how long the instance may stand still in a move; zero for a start
 */
public record Undertaking(Kind kind, InstanceId instance, long decision, String technology, String type, long memoryMiB, Optional<String> strategy,
        Duration downtimeBudget) {

    /** What it is. */
    public enum Kind {
        /** An instance starts: from the order to its driver's word that it runs. */
        START,
        /** A running instance moves to another host. */
        MOVE
    }
}
