package org.kumiki.twin.simulation;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.twin.trace.Use;

/** A guest on a host. Not thread-safe. */
final class Guest {

    final InstanceId id;
    final Resources resources;
    final Use use;
    boolean runs;
    /** How many CPUs it wants, now. */
    double wants;
    /** CPU seconds since it came to where it is. */
    double used;

    Guest(InstanceId id, Resources resources, Use use) {
        this.id = id;
        this.resources = resources;
        this.use = use;
    }

    /** Looks at what it does now. */
    void look(double seconds) {
        wants = runs ? Math.max(0, Math.min(1, use.cpu(seconds))) * resources.cpus() : 0;
    }
}
