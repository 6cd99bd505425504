package org.kumiki.hypervisor.simulated;

import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.SimulatedGuest;

/** A guest on paper while it moves; whatever is asked of it fails once the hypervisor has been taken out. */
record MovingGuest(MigrationOrder order, Channel channel, Estate estate) implements SimulatedGuest {

    @Override
    public boolean hasMoved() {
        return estate.hasMoved(order.instance(), order.source(), order.destination());
    }

    @Override
    public void move() {
        estate.move(order.instance(), order.source(), order.destination());
    }

    @Override
    public double dirtyBytesPerSecond() {
        estate.checkOpen();
        return channel.dirtyBytesPerSecond();
    }

    @Override
    public double workingSetBytes() {
        return channel.workingSetBytes();
    }

    @Override
    public double bytesPerSecond() {
        return channel.bytesPerSecond();
    }

    @Override
    public double setupSeconds() {
        return 0;
    }

    @Override
    public double switchOverSeconds() {
        return channel.resume().toNanos() / 1e9;
    }
}
