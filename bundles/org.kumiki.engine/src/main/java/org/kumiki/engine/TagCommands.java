package org.kumiki.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.kumiki.api.command.TagCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Address;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.KeyPair;
import org.kumiki.api.model.KeyPairId;
import org.kumiki.api.model.Network;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;

/** Tags, which things of nearly every kind can carry. The prefix of an identifier says which kind it is. */
final class TagCommands {

    private static final int MOST = 50;
    private static final int KEY_LIMIT = 127;
    private static final int VALUE_LIMIT = 255;

    /** How tags of one kind of thing are read and written. */
    private record Tagged<K, V>(Entity<K, V> entity, Function<String, K> id, Function<V, AccountId> owner, Function<V, Map<String, String>> tags,
            BiFunction<V, Map<String, String>, V> withTags) {

        void change(Draft draft, Caller caller, String name, UnaryOperator<Map<String, String>> change) {
            K key;
            try {
                key = id.apply(name);
            } catch (IllegalArgumentException malformed) {
                throw Refused.invalid(Kind.TAG, name, "'" + name + "' is not an identifier");
            }
            V value = draft.find(entity, key).filter(found -> caller.owns(owner.apply(found)))
                    .orElseThrow(() -> Refused.notFound(Kind.TAG, name));
            draft.put(entity, withTags.apply(value, change.apply(tags.apply(value))));
        }
    }

    private static final Map<String, Tagged<?, ?>> BY_PREFIX = Map.of(
            InstanceId.PREFIX, new Tagged<>(Entity.INSTANCE, InstanceId::new, Instance::owner, Instance::tags, Instance::withTags),
            ImageId.PREFIX, new Tagged<>(Entity.IMAGE, ImageId::new, Image::owner, Image::tags, Image::withTags),
            VolumeId.PREFIX, new Tagged<>(Entity.VOLUME, VolumeId::new, Volume::owner, Volume::tags, Volume::withTags),
            SnapshotId.PREFIX, new Tagged<>(Entity.SNAPSHOT, SnapshotId::new, Snapshot::owner, Snapshot::tags, Snapshot::withTags),
            GroupId.PREFIX, new Tagged<>(Entity.GROUP, GroupId::new, SecurityGroup::owner, SecurityGroup::tags, SecurityGroup::withTags),
            KeyPairId.PREFIX, new Tagged<>(Entity.KEY_PAIR, KeyPairId::new, KeyPair::owner, KeyPair::tags, KeyPair::withTags),
            NetworkId.PREFIX, new Tagged<>(Entity.NETWORK, NetworkId::new, Network::owner, Network::tags, Network::withTags),
            AddressId.PREFIX, new Tagged<>(Entity.ADDRESS, AddressId::new, Address::owner, Address::tags, Address::withTags),
            PlacementGroupId.PREFIX, new Tagged<>(Entity.PLACEMENT_GROUP, PlacementGroupId::new, PlacementGroup::owner, PlacementGroup::tags,
                    PlacementGroup::withTags));

    private TagCommands() {
    }

    static Void set(Draft draft, Caller caller, TagCommand.Set command) {
        check(command.tags());
        for (String resource : command.resources()) {
            tagged(resource).change(draft, caller, resource, tags -> {
                Map<String, String> changed = new HashMap<>(tags);
                changed.putAll(command.tags());
                check(changed);
                return changed;
            });
        }
        return null;
    }

    static Void remove(Draft draft, Caller caller, TagCommand.Remove command) {
        for (String resource : command.resources()) {
            tagged(resource).change(draft, caller, resource, tags -> {
                Map<String, String> changed = new HashMap<>(tags);
                changed.entrySet().removeIf(tag -> isMeant(command.tags(), tag));
                return changed;
            });
        }
        return null;
    }

    private static boolean isMeant(Map<String, Optional<String>> meant, Map.Entry<String, String> tag) {
        Optional<String> value = meant.get(tag.getKey());
        return meant.isEmpty() || value != null && (value.isEmpty() || value.get().equals(tag.getValue()));
    }

    private static Tagged<?, ?> tagged(String resource) {
        Tagged<?, ?> tagged = BY_PREFIX.get(resource.substring(0, resource.indexOf('-') + 1));
        if (tagged == null) {
            throw Refused.notFound(Kind.TAG, resource);
        }
        return tagged;
    }

    static void check(Map<String, String> tags) {
        if (tags.size() > MOST) {
            throw Refused.limit(Kind.TAG, "A resource can have at most " + MOST + " tags");
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > KEY_LIMIT || key.startsWith("aws:")) {
                throw Refused.invalid(Kind.TAG, key, "A tag key has 1 to " + KEY_LIMIT + " characters and does not begin with aws:");
            }
            if (value.length() > VALUE_LIMIT) {
                throw Refused.invalid(Kind.TAG, key, "A tag value has at most " + VALUE_LIMIT + " characters");
            }
        });
    }
}
