package org.kumiki.api.model;

import java.util.Map;

/**
 * A machine that runs guests.
 *
 * @param technology name of the {@link Technology} that runs them
 * @param capacity   what all guests together may take
 * @param processors how many CPUs are there, of which {@code capacity} may promise more, or less
 * @param labels     whatever an operator or driver says of it: {@code zone}, {@code residency}, {@code cpu}, &hellip;, and its {@link #TECHNOLOGY}
 */
public record Host(HostId id, String technology, HostState state, Resources capacity, int processors, Map<String, String> labels) {

    /** The label that every host of a datacenter carries: the name of its technology. */
    public static final String TECHNOLOGY = "technology";

    public Host {
        labels = Map.copyOf(labels);
        processors = processors > 0 ? processors : capacity.cpus(); // journals of before say nothing of it
    }

    /** One that promises as many CPUs as there are. */
    public Host(HostId id, String technology, HostState state, Resources capacity, Map<String, String> labels) {
        this(id, technology, state, capacity, capacity.cpus(), labels);
    }

    public Host with(HostState newState) {
        return new Host(id, technology, newState, capacity, processors, labels);
    }
}
