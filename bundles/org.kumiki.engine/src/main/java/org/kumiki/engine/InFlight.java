package org.kumiki.engine;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/**
 * The placements that were decided and are not carried out yet. A scheduler is shown a view in which their room is taken; otherwise all
 * launches of one moment would choose the same last room, and all but one would have to choose again. Only a courtesy: what holds is the
 * check when a placement is carried out. Thread-safe.
 */
final class InFlight {

    /** Room that is spoken for. Each is different from any other. */
    static final class Claim {

        private final Resources each;
        private final List<HostId> hosts;

        private Claim(Resources each, List<HostId> hosts) {
            this.each = each;
            this.hosts = hosts;
        }
    }

    private final Set<Claim> claims = ConcurrentHashMap.newKeySet();

    Claim claim(PlacementRequest request, List<HostId> hosts) {
        Claim claim = new Claim(request.each(), hosts);
        claims.add(claim);
        return claim;
    }

    void drop(Claim claim) {
        claims.remove(claim);
    }

    DatacenterView view(World world) {
        List<Claim> taken = List.copyOf(claims);
        if (taken.isEmpty()) {
            return world.view();
        }
        HostTable hosts = world.hostTable();
        HostTable.Editor editor = hosts.edit();
        for (Claim claim : taken) {
            claim.hosts.forEach(host -> editor.take(hosts.row(host), claim.each));
        }
        HostTable claimed = editor.build();
        return new DatacenterView(world.version(), world.time(), claimed, () -> new InstanceTable(world.instances(), claimed));
    }
}
