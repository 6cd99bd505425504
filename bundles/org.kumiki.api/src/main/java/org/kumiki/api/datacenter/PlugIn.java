package org.kumiki.api.datacenter;

import java.util.Optional;

import org.kumiki.api.model.Technology;

/**
 * A plug-in that is present.
 *
 * @param kind       what it is: {@code hypervisor}, {@code scheduler}, {@code network}, &hellip;
 * @param name       its own name, e.g. {@code bestfit}
 * @param bundle     symbolic name and version
 * @param state      how it is doing
 * @param note       for people: why it is quarantined, say
 * @param technology for hypervisors
 * @param calls      how often it was asked
 * @param failures   how often it did not answer as it should
 */
public record PlugIn(String kind, String name, String bundle, State state, String note, Optional<Technology> technology, long calls,
        long failures) {

    /** How a plug-in is doing. */
    public enum State {
        /** It is asked. */
        ACTIVE,
        /** It is well, and another one is asked. */
        STANDBY,
        /** It failed too often and is not asked any more. */
        QUARANTINED
    }
}
