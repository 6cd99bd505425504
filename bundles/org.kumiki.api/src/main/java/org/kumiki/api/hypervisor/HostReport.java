package org.kumiki.api.hypervisor;

import java.util.Map;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;

/**
 * A host as its driver finds it.
 *
 * @param capacity   what all guests together may take
 * @param processors how many CPUs are there, of which {@code capacity} may promise more, or less; use is measured by it
 * @param labels     what the driver knows of it, e.g. {@code cpu}, {@code kernel}
 * @param guests     every guest that is there
 */
public record HostReport(HostId host, Resources capacity, int processors, Map<String, String> labels, Map<InstanceId, GuestState> guests) {

    public HostReport {
        labels = Map.copyOf(labels);
        guests = Map.copyOf(guests);
    }

    /** A host that promises as many CPUs as there are. */
    public HostReport(HostId host, Resources capacity, Map<String, String> labels, Map<InstanceId, GuestState> guests) {
        this(host, capacity, capacity.cpus(), labels, guests);
    }
}
