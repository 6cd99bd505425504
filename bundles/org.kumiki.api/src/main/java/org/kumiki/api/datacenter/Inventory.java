package org.kumiki.api.datacenter;

import java.time.Instant;

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
import org.kumiki.api.model.InstanceType;
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
import org.kumiki.api.view.DatacenterView;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Everything that is in a datacenter at one moment. Immutable; reading takes no lock, and all tables belong together.
 * <p>
 * It holds the things of all accounts: whoever answers a client leaves out what is not the client's.
 */
@ProviderType
public interface Inventory {

    /** Counts the states of the datacenter; a larger one is later. */
    long version();

    Instant time();

    Table<HostId, Host> hosts();

    Table<String, InstanceType> instanceTypes();

    Table<InstanceId, Instance> instances();

    Table<ImageId, Image> images();

    Table<VolumeId, Volume> volumes();

    Table<SnapshotId, Snapshot> snapshots();

    Table<KeyPairId, KeyPair> keyPairs();

    Table<GroupId, SecurityGroup> securityGroups();

    Table<PlacementGroupId, PlacementGroup> placementGroups();

    Table<NetworkId, Network> networks();

    Table<AddressId, Address> addresses();

    /** The moves that are under way, and of each instance the last one there was, for an hour. */
    Table<InstanceId, Migration> migrations();

    /** What is, or was in the last days, on its way between buckets and stores. */
    Table<TransferId, Transfer> transfers();

    /** The latest decisions, by number. */
    Table<Long, Decision> decisions();

    /** The roles that policies were given, by the names of the policies. */
    Table<String, Rehearsal> roles();

    /** The same moment, for brains. */
    DatacenterView view();
}
