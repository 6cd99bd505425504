package org.kumiki.engine;

import java.util.function.Function;

import org.kumiki.api.model.Address;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.KeyPair;
import org.kumiki.api.model.KeyPairId;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.Network;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Transfer;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.policy.Rehearsal;

/** A kind of thing that the datacenter consists of: how it is called in the journal, and how one of them is told from another. */
final class Entity<K, V> {

    static final Entity<HostId, HostRecord> HOST = new Entity<>(0, "host", HostRecord.class, record -> record.host().id());
    static final Entity<InstanceId, Instance> INSTANCE = new Entity<>(1, "instance", Instance.class, Instance::id);
    static final Entity<ImageId, Image> IMAGE = new Entity<>(2, "image", Image.class, Image::id);
    static final Entity<VolumeId, Volume> VOLUME = new Entity<>(3, "volume", Volume.class, Volume::id);
    static final Entity<SnapshotId, Snapshot> SNAPSHOT = new Entity<>(4, "snapshot", Snapshot.class, Snapshot::id);
    static final Entity<KeyPairId, KeyPair> KEY_PAIR = new Entity<>(5, "key-pair", KeyPair.class, KeyPair::id);
    static final Entity<GroupId, SecurityGroup> GROUP = new Entity<>(6, "security-group", SecurityGroup.class, SecurityGroup::id);
    static final Entity<NetworkId, Network> NETWORK = new Entity<>(7, "network", Network.class, Network::id);
    static final Entity<AddressId, Address> ADDRESS = new Entity<>(8, "address", Address.class, Address::id);
    static final Entity<Long, Decision> DECISION = new Entity<>(9, "decision", Decision.class, Decision::number);
    static final Entity<String, Token> TOKEN = new Entity<>(10, "token", Token.class, Token::key);

    /** Images that nobody sees any more, and whose files are not gone yet: something may still need them. */
    static final Entity<ImageId, Image> RETIRED_IMAGE = new Entity<>(11, "retired-image", Image.class, Image::id);
    /** Snapshots that nobody sees any more, and whose files are not gone yet. */
    static final Entity<SnapshotId, Snapshot> RETIRED_SNAPSHOT = new Entity<>(12, "retired-snapshot", Snapshot.class, Snapshot::id);
    static final Entity<InstanceId, Migration> MIGRATION = new Entity<>(13, "migration", Migration.class, Migration::instance);
    static final Entity<PlacementGroupId, PlacementGroup> PLACEMENT_GROUP = new Entity<>(14, "placement-group", PlacementGroup.class,
            PlacementGroup::id);

    static final Entity<TransferId, Transfer> TRANSFER = new Entity<>(15, "transfer", Transfer.class, Transfer::id);

    static final Entity<String, Rehearsal> REHEARSAL = new Entity<>(16, "rehearsal", Rehearsal.class, Rehearsal::policy);

    /** A kind that was added later comes last: replay goes through them in this order. */
    static final Entity<?, ?>[] ALL = { HOST, INSTANCE, IMAGE, VOLUME, SNAPSHOT, KEY_PAIR, GROUP, NETWORK, ADDRESS, DECISION, TOKEN,
            RETIRED_IMAGE, RETIRED_SNAPSHOT, MIGRATION, PLACEMENT_GROUP, TRANSFER, REHEARSAL };

    final int ordinal;
    final String name;
    final Class<V> type;
    private final Function<V, K> key;

    private Entity(int ordinal, String name, Class<V> type, Function<V, K> key) {
        this.ordinal = ordinal;
        this.name = name;
        this.type = type;
        this.key = key;
    }

    K key(V value) {
        return key.apply(value);
    }

    static Entity<?, ?> named(String name) {
        for (Entity<?, ?> entity : ALL) {
            if (entity.name.equals(name)) {
                return entity;
            }
        }
        throw new IllegalStateException("the journal holds a \"" + name + "\", which this version of the engine does not know");
    }

    @Override
    public String toString() {
        return name;
    }
}
