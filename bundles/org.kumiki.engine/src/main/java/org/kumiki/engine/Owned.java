package org.kumiki.engine;

import java.util.function.Function;

import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Address;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;

/** Finds the caller's own things. What is another account's is not there. */
final class Owned {

    private Owned() {
    }

    /** An instance that has not been terminated. */
    static Instance liveInstance(Draft draft, Caller caller, InstanceId id) {
        Instance instance = instance(draft, caller, id);
        if (instance.state() == InstanceState.TERMINATED || instance.state() == InstanceState.SHUTTING_DOWN) {
            throw Refused.wrongState(DatacenterException.Kind.INSTANCE, id,
                    "The instance '" + id + "' is " + instance.state().label() + ", which is for good");
        }
        return instance;
    }

    static Instance instance(Draft draft, Caller caller, InstanceId id) {
        return find(draft, caller, Entity.INSTANCE, id, Instance::owner, DatacenterException.Kind.INSTANCE);
    }

    static Image image(Draft draft, Caller caller, ImageId id) {
        return find(draft, caller, Entity.IMAGE, id, Image::owner, DatacenterException.Kind.IMAGE);
    }

    static Volume volume(Draft draft, Caller caller, VolumeId id) {
        return find(draft, caller, Entity.VOLUME, id, Volume::owner, DatacenterException.Kind.VOLUME);
    }

    static Snapshot snapshot(Draft draft, Caller caller, SnapshotId id) {
        return find(draft, caller, Entity.SNAPSHOT, id, Snapshot::owner, DatacenterException.Kind.SNAPSHOT);
    }

    static SecurityGroup group(Draft draft, Caller caller, GroupId id) {
        return find(draft, caller, Entity.GROUP, id, SecurityGroup::owner, DatacenterException.Kind.SECURITY_GROUP);
    }

    /** @param id as placement rules have it; what cannot be one leads nowhere */
    static PlacementGroup placementGroup(Draft draft, Caller caller, String id) {
        PlacementGroupId key;
        try {
            key = new PlacementGroupId(id);
        } catch (IllegalArgumentException malformed) {
            throw Refused.notFound(DatacenterException.Kind.PLACEMENT_GROUP, id);
        }
        return find(draft, caller, Entity.PLACEMENT_GROUP, key, PlacementGroup::owner, DatacenterException.Kind.PLACEMENT_GROUP);
    }

    static Address address(Draft draft, Caller caller, AddressId id) {
        return find(draft, caller, Entity.ADDRESS, id, Address::owner, DatacenterException.Kind.ADDRESS);
    }

    private static <K, V> V find(Draft draft, Caller caller, Entity<K, V> entity, K key, Function<V, AccountId> owner,
            DatacenterException.Kind refusal) {
        return draft.find(entity, key).filter(value -> caller.owns(owner.apply(value))).orElseThrow(() -> Refused.notFound(refusal, key));
    }
}
