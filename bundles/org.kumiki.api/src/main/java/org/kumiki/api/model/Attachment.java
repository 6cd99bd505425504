package org.kumiki.api.model;

import java.time.Instant;

/**
 * A volume on an instance.
 *
 * @param device              the name the client asked for, e.g. {@code /dev/sdf}
 * @param deleteOnTermination whether the volume goes with the instance
 */
public record Attachment(VolumeId volume, InstanceId instance, String device, State state, Instant since, boolean deleteOnTermination) {

    /** Where an attachment stands. */
    public enum State {
        ATTACHING, ATTACHED, DETACHING
    }

    public Attachment with(State newState, Instant at) {
        return new Attachment(volume, instance, device, newState, at, deleteOnTermination);
    }

    public Attachment withDeleteOnTermination(boolean whetherItGoes) {
        return new Attachment(volume, instance, device, state, since, whetherItGoes);
    }
}
