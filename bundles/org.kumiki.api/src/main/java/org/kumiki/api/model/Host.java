package org.kumiki.api.model;

import java.util.Map;

/**
 * A machine that runs guests.
 *
 * @param technology name of the {@link Technology} that runs them
 * @param capacity   what all guests together may take
 * @param labels     whatever an operator or driver says of it: {@code zone}, {@code residency}, {@code cpu}, &hellip;, and its {@link #TECHNOLOGY}
 */
public record Host(HostId id, String technology, HostState state, Resources capacity, Map<String, String> labels) {

    /** The label that every host of a datacenter carries: the name of its technology. */
    public static final String TECHNOLOGY = "technology";

    public Host {
        labels = Map.copyOf(labels);
    }

    public Host with(HostState newState) {
        return new Host(id, technology, newState, capacity, labels);
    }
}
