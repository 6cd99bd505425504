package org.kumiki.api.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The move of a running instance to another host: the one that is under way, or the last one there was. While it is under way the instance
 * takes its resources on both hosts.
 *
 * @param resources what the instance takes; copied, so that both hosts are given back what they gave
 * @param strategy  the one that was named; without a name, the one that is present directs it
 * @param reason    why it moves, or why it did not
 * @param since     when it came into this state
 * @param decision  the number of the decision that it moves
 */
public record Migration(InstanceId instance, HostId source, HostId destination, Resources resources, Optional<String> strategy, State state,
        String reason, Instant began, Instant since, long decision) {

    /** What has become of it. */
    public enum State {
        /** It is under way; the instance still counts as being at the source. */
        MOVING,
        /** The instance is at the destination. */
        COMPLETED,
        /** The instance has stayed at the source. */
        FAILED
    }

    public boolean isMoving() {
        return state == State.MOVING;
    }

    public Migration with(State newState, String newReason, Instant at) {
        return new Migration(instance, source, destination, resources, strategy, newState, newReason, began, at, decision);
    }
}
