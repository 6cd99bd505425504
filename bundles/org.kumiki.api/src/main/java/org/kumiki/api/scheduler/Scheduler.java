package org.kumiki.api.scheduler;

import org.kumiki.api.view.DatacenterView;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Chooses hosts for new guests.
 * <p>
 * A pure function: the same view and request give the same placement, and nothing else is looked at or changed. So it can be swapped,
 * compared and replayed. What it chooses is checked before it is done, against the state of that moment; a wrong choice costs time and
 * its good name, never a host. Called from several threads at once, with a deadline.
 */
@ConsumerType
public interface Scheduler {

    Placement place(DatacenterView view, PlacementRequest request);
}
