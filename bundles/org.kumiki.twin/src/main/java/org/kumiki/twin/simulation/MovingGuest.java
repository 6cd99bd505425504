package org.kumiki.twin.simulation;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.SimulatedGuest;

/** A guest of a run while it moves: it writes as fast as its load says, to no more than its working set. */
record MovingGuest(MigrationOrder order, Physics physics, VirtualTimeline timeline, Fleet fleet) implements SimulatedGuest {

    private static final double MIB = 1 << 20;

    @Override
    public boolean hasMoved() {
        if (fleet.isThere(order.destination(), order.instance())) {
            return true;
        }
        fleet.guest(order.source(), order.instance());
        return false;
    }

    /** A guest whose destination has failed is known to be where it was: nothing of it has run there. */
    @Override
    public void move() {
        if (!fleet.isOn(order.destination())) {
            throw new HypervisorException(Reason.CONFLICT, "host " + order.destination() + " does not answer, so " + order.instance() + " stays");
        }
        fleet.move(order.source(), order.destination(), order.instance());
    }

    @Override
    public double dirtyBytesPerSecond() {
        boolean isHere = fleet.isThere(order.source(), order.instance());
        Guest guest = fleet.guest(isHere ? order.source() : order.destination(), order.instance());
        return guest.use.dirtyMiBPerSecond(timeline.seconds()) * MIB;
    }

    @Override
    public double workingSetBytes() {
        return physics.workingSet() * order.memoryMiB() * MIB;
    }

    @Override
    public double bytesPerSecond() {
        return physics.channel().bytesPerSecond();
    }

    @Override
    public double setupSeconds() {
        return physics.channel().setup();
    }

    @Override
    public double switchOverSeconds() {
        return physics.channel().switchOver();
    }
}
