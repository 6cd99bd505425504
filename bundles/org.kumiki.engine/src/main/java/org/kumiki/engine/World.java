package org.kumiki.engine;

import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.model.Address;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
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
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/**
 * The whole state of a datacenter: an immutable value, of which {@link Draft} makes the next one. What can be derived (which host has how
 * much room, which leases are taken, what is on which instance) is derived here and nowhere else, so that a journal replayed gives the same world.
 */
final class World implements Inventory {

    private final long version;
    private final Instant time;
    private final Table<String, InstanceType> types;
    private final Ordered<?, ?>[] tables;
    private final HostTable hosts;
    private final BitSet leases;
    private final Held<VolumeId> volumes;
    private final Held<AddressId> addresses;
    private final PSet<InstanceId> moving;
    private final int spareHosts;
    private final DatacenterView view;

    World(long version, Instant time, Table<String, InstanceType> types, Ordered<?, ?>[] tables, HostTable hosts, BitSet leases,
            Held<VolumeId> volumes, Held<AddressId> addresses, PSet<InstanceId> moving, int spareHosts) {
        this.version = version;
        this.time = time;
        this.types = types;
        this.tables = tables;
        this.hosts = hosts;
        this.leases = leases;
        this.volumes = volumes;
        this.addresses = addresses;
        this.moving = moving;
        this.spareHosts = spareHosts;
        Table<InstanceId, Instance> instances = table(Entity.INSTANCE);
        this.view = new DatacenterView(version, time, hosts, spareHosts, () -> new InstanceTable(instances, hosts)); // whoever keeps it keeps no more
    }

    /** @param version at least that of any world there was before, so that versions only grow */
    static World empty(long version, Instant time, Table<String, InstanceType> types) {
        return empty(version, time, types, 0);
    }

    /** @param spareHosts how many hosts may fail while there is room for what ran on them */
    static World empty(long version, Instant time, Table<String, InstanceType> types, int spareHosts) {
        Ordered<?, ?>[] tables = new Ordered<?, ?>[Entity.ALL.length];
        Arrays.fill(tables, Ordered.empty());
        return new World(version, time, types, tables, HostTable.EMPTY, new BitSet(), Held.nothing(), Held.nothing(), HashTreePSet.empty(),
                spareHosts);
    }

    int spareHosts() {
        return spareHosts;
    }

    /** The things of one kind. */
    @SuppressWarnings("unchecked") // a table is only ever put at the ordinal of its kind
    <K, V> Ordered<K, V> table(Entity<K, V> entity) {
        return (Ordered<K, V>) tables[entity.ordinal];
    }

    Ordered<?, ?>[] tables() {
        return tables.clone();
    }

    HostTable hostTable() {
        return hosts;
    }

    /** The numbers that stand for the addresses of instances, see {@link Leases}. Not to be changed. */
    BitSet leases() {
        return leases;
    }

    Held<VolumeId> heldVolumes() {
        return volumes;
    }

    Held<AddressId> heldAddresses() {
        return addresses;
    }

    /** The instances that move. */
    PSet<InstanceId> moving() {
        return moving;
    }

    /**
     * The datacenter with no instances but some: as good as the whole of it to judge what moves these, and made in a time that does not grow
     * with it, unless they are in groups with others.
     */
    DatacenterView viewOf(List<InstanceId> some) {
        List<Instance> found = some.stream().flatMap(id -> instances().find(id).stream()).toList();
        return found.stream().allMatch(instance -> Draft.groups(instance.spec().rules()).isEmpty())
                ? new DatacenterView(version, time, hosts, spareHosts, () -> new InstanceTable(found, hosts)) : view;
    }

    /** The volumes on an instance. */
    List<Volume> volumes(InstanceId instance) {
        return volumes.by(instance).stream().flatMap(id -> table(Entity.VOLUME).find(id).stream()).toList();
    }

    /** An image whose files are there, whether or not anybody sees it. */
    Optional<Image> image(ImageId id) {
        return table(Entity.IMAGE).find(id).or(() -> table(Entity.RETIRED_IMAGE).find(id));
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public Instant time() {
        return time;
    }

    @Override
    public Table<HostId, Host> hosts() {
        return new HostsInUse(hosts);
    }

    @Override
    public Table<String, InstanceType> instanceTypes() {
        return types;
    }

    @Override
    public Table<InstanceId, Instance> instances() {
        return table(Entity.INSTANCE);
    }

    @Override
    public Table<ImageId, Image> images() {
        return table(Entity.IMAGE);
    }

    @Override
    public Table<VolumeId, Volume> volumes() {
        return table(Entity.VOLUME);
    }

    @Override
    public Table<SnapshotId, Snapshot> snapshots() {
        return table(Entity.SNAPSHOT);
    }

    @Override
    public Table<KeyPairId, KeyPair> keyPairs() {
        return table(Entity.KEY_PAIR);
    }

    @Override
    public Table<GroupId, SecurityGroup> securityGroups() {
        return table(Entity.GROUP);
    }

    @Override
    public Table<PlacementGroupId, PlacementGroup> placementGroups() {
        return table(Entity.PLACEMENT_GROUP);
    }

    @Override
    public Table<NetworkId, Network> networks() {
        return table(Entity.NETWORK);
    }

    @Override
    public Table<AddressId, Address> addresses() {
        return table(Entity.ADDRESS);
    }

    @Override
    public Table<InstanceId, Migration> migrations() {
        return table(Entity.MIGRATION);
    }

    @Override
    public Table<TransferId, Transfer> transfers() {
        return table(Entity.TRANSFER);
    }

    @Override
    public Table<Long, Decision> decisions() {
        return table(Entity.DECISION);
    }

    @Override
    public Table<String, Rehearsal> roles() {
        return table(Entity.REHEARSAL);
    }

    @Override
    public DatacenterView view() {
        return view;
    }

    /** The hosts that were not removed, read from the columns. */
    private record HostsInUse(HostTable hosts) implements Table<HostId, Host> {

        @Override
        public Optional<Host> find(HostId key) {
            int row = hosts.row(key);
            return row < 0 || hosts.state(row) == HostState.REMOVED ? Optional.empty() : Optional.of(hosts.host(row));
        }

        @Override
        public int size() {
            int size = 0;
            for (int row = 0; row < hosts.size(); row++) {
                size += hosts.state(row) == HostState.REMOVED ? 0 : 1;
            }
            return size;
        }

        @Override
        public Iterator<Host> iterator() {
            return IntStream.range(0, hosts.size()).filter(row -> hosts.state(row) != HostState.REMOVED)
                    .mapToObj(hosts::host).iterator();
        }
    }
}
