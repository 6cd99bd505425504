package org.kumiki.api.forecast;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import org.kumiki.api.model.HostId;

/**
 * What was measured some time after something was over; {@link HostLoad} says when.
 *
 * @param guest of the instance's virtual CPUs that it used, from 0 to 1; empty if it could not be measured, or does not run
 * @param hosts each whose load was changed
 */
public record Afterwards(OptionalDouble guest, List<MeasuredLoad> hosts) {

    public Afterwards {
        hosts = List.copyOf(hosts);
    }

    public Optional<MeasuredLoad> of(HostId host) {
        return hosts.stream().filter(each -> each.host().equals(host)).findFirst();
    }
}
