package org.kumiki.scaling.queue;

import java.util.Comparator;
import java.util.List;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;

/** The workers of one group at one moment: those that work, or will. One that was stopped by somebody is his. */
record Workers(List<Instance> instances) {

    /** The tag by which a worker is known, with the name of its group. */
    static final String TAG = "kumiki:scaling";

    static Workers of(Inventory inventory, AccountId owner, String group) {
        return new Workers(inventory.instances().stream()
                .filter(instance -> instance.owner().equals(owner) && group.equals(instance.tags().get(TAG))
                        && (instance.state() == InstanceState.PENDING || instance.state() == InstanceState.RUNNING))
                .toList());
    }

    int size() {
        return instances.size();
    }

    /** Those to end first: who has not begun to work, and then who came last and has the least to lose. Whoever is protected stays. */
    List<InstanceId> leaving(int count) {
        return instances.stream().filter(instance -> !instance.terminationProtected())
                .sorted(Comparator.<Instance, Boolean>comparing(instance -> instance.state() == InstanceState.RUNNING)
                        .thenComparing(Instance::launched, Comparator.reverseOrder()).thenComparing(instance -> instance.id().value()))
                .limit(count).map(Instance::id).toList();
    }
}
