package org.kumiki.api.scheduler;

import java.util.List;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Refusal;

/**
 * Hosts chosen.
 *
 * @param hosts    one a guest, in order; fewer than asked for if there is no room for more. A host may appear several times.
 * @param reason   why these
 * @param refusals why not the others, for the first guest
 */
public record Placement(List<HostId> hosts, String reason, List<Refusal> refusals) {

    public Placement {
        hosts = List.copyOf(hosts);
        refusals = List.copyOf(refusals);
    }
}
