package org.kumiki.api.datacenter;

import org.osgi.annotation.versioning.ConsumerType;

/** A service of this type is told of every change, after it is durable. Calls come in order, from one thread; a slow listener skips states. */
@ConsumerType
public interface DatacenterListener {

    void changed(Inventory before, Inventory after);
}
