package org.kumiki.api.policy;

import org.kumiki.api.view.DatacenterView;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Looks at a datacenter that runs and says what should change. A pure function, like a scheduler: every step of its plan is checked when
 * it is made and again right before it is carried out. A plan made in a {@link Course} stands that check. Called with a
 * deadline, seldom from two threads at a time; it keeps nothing from one call to the next.
 */
@ConsumerType
public interface Policy {

    Plan plan(DatacenterView view, History history);
}
