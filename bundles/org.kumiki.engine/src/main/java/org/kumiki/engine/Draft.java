package org.kumiki.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.kumiki.api.model.Address;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.view.HostTable;
import org.pcollections.PSet;

/**
 * The next world while it is being made. A command that fails throws its draft away, so that it happens as a whole or not at all. Not
 * thread-safe.
 */
final class Draft {

    private final World base;
    private final Instant now;
    private final Ids ids;
    private final Ordered<?, ?>[] tables;
    private HostTable hosts;
    private HostTable.Editor edited;
    private BitSet leases;
    private boolean leasesCopied;
    private Held<VolumeId> volumes;
    private Held<AddressId> addresses;
    private PSet<InstanceId> moving;
    private final Set<HostId> vacated = new LinkedHashSet<>();
    private final List<Change<?, ?>> changes = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();

    Draft(World base, Instant now, Ids ids) {
        this.base = base;
        this.now = now;
        this.ids = ids;
        this.tables = base.tables();
        this.hosts = base.hostTable();
        this.leases = base.leases();
        this.volumes = base.heldVolumes();
        this.addresses = base.heldAddresses();
        this.moving = base.moving();
    }

    Instant now() {
        return now;
    }

    Ids ids() {
        return ids;
    }

    World base() {
        return base;
    }

    /** The hosts as they would be. */
    HostTable hosts() {
        if (edited != null) {
            hosts = edited.build();
            edited = null;
        }
        return hosts;
    }

    /** Many changes are made in one editor, since each table costs a copy of its columns. */
    private HostTable.Editor edit() {
        if (edited == null) {
            edited = hosts.edit();
        }
        return edited;
    }

    BitSet leases() {
        return leases;
    }

    /** The volumes on an instance. */
    List<Volume> volumes(InstanceId instance) {
        return volumes.by(instance).stream().map(id -> find(Entity.VOLUME, id).orElseThrow()).toList();
    }

    /** The addresses that point at an instance. */
    List<Address> addresses(InstanceId instance) {
        return addresses.by(instance).stream().map(id -> find(Entity.ADDRESS, id).orElseThrow()).toList();
    }

    @SuppressWarnings("unchecked") // a table is only ever put at the ordinal of its kind
    <K, V> Ordered<K, V> all(Entity<K, V> entity) {
        return (Ordered<K, V>) tables[entity.ordinal];
    }

    <K, V> Optional<V> find(Entity<K, V> entity, K key) {
        return all(entity).find(key);
    }

    <K, V> V put(Entity<K, V> entity, V value) {
        apply(new Change<>(entity, entity.key(value), Optional.of(value)));
        return value;
    }

    <K, V> void remove(Entity<K, V> entity, K key) {
        apply(new Change<>(entity, key, Optional.empty()));
    }

    /** Changes a thing, if it is there. */
    <K, V> void update(Entity<K, V> entity, K key, UnaryOperator<V> change) {
        find(entity, key).ifPresent(value -> put(entity, change.apply(value)));
    }

    /** Carries a change out, and what follows from it for rooms, leases and what is on which instance. This is also how a journal is replayed. */
    <K, V> void apply(Change<K, V> change) {
        Ordered<K, V> table = all(change.entity());
        V before = table.find(change.key()).orElse(null);
        V after = change.value().orElse(null);
        if (change.entity() == Entity.INSTANCE) {
            account((Instance) before, (Instance) after);
        } else if (change.entity() == Entity.HOST) {
            settle((HostRecord) after);
        } else if (change.entity() == Entity.VOLUME) {
            volumes = volumes.moved((VolumeId) change.key(), holder((Volume) before), holder((Volume) after));
        } else if (change.entity() == Entity.ADDRESS) {
            addresses = addresses.moved((AddressId) change.key(), holder((Address) before), holder((Address) after));
        }
        tables[change.entity().ordinal] = after == null ? table.without(change.key()) : table.with(change.key(), after);
        if (change.entity() == Entity.MIGRATION) {
            account((Migration) before, (Migration) after);
        }
        changes.add(change);
    }

    /** The hosts that a guest has left, or that have changed themselves. */
    List<HostId> vacated() {
        return List.copyOf(vacated);
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    List<Change<?, ?>> changes() {
        return changes;
    }

    List<Effect> effects() {
        return effects;
    }

    World build() {
        return changes.isEmpty() ? base
                : new World(base.version() + 1, now, base.instanceTypes(), tables, hosts(), leases, volumes, addresses, moving,
                        base.spareHosts());
    }

    private void account(Instance before, Instance after) {
        Optional<HostId> from = occupied(before);
        Optional<HostId> to = occupied(after);
        boolean sameRoom = from.equals(to) && (from.isEmpty() || before.resources().equals(after.resources()));
        if (!sameRoom) {
            from.ifPresent(host -> leave(edit(), before, row(host), Set.of(before.id())));
            from.ifPresent(vacated::add);
            to.ifPresent(host -> enter(edit(), after, row(host)));
        }
        boolean had = before != null && before.state() != InstanceState.TERMINATED;
        boolean has = after != null && after.state() != InstanceState.TERMINATED;
        if (had != has) {
            lease(Leases.of((has ? after : before).nic().privateAddress()), has);
        }
    }

    private static Optional<InstanceId> holder(Volume volume) {
        return Optional.ofNullable(volume).flatMap(Volume::attachment).map(Attachment::instance);
    }

    private static Optional<InstanceId> holder(Address address) {
        return Optional.ofNullable(address).flatMap(Address::instance);
    }

    /** An instance that moves takes its room at the destination as well. */
    private void account(Migration before, Migration after) {
        boolean took = before != null && before.isMoving();
        boolean takes = after != null && after.isMoving();
        if (took) {
            moving = moving.minus(before.instance());
            edit().release(row(before.destination()), before.resources());
            vacated.add(before.destination());
            group(before.instance(), before.destination());
        }
        if (takes) {
            moving = moving.plus(after.instance());
            edit().take(row(after.destination()), after.resources());
            group(after.instance(), after.destination());
        }
    }

    /** Says of a host whether the groups of an instance are there. */
    private void group(InstanceId id, HostId host) {
        find(Entity.INSTANCE, id).ifPresent(instance -> groups(instance.spec().rules()).forEach(group -> edit().group(group, row(host),
                all(Entity.INSTANCE).stream().anyMatch(other -> isOn(other, host) && groups(other.spec().rules()).contains(group)))));
    }

    private boolean isOn(Instance instance, HostId host) {
        return occupied(instance).equals(Optional.of(host)) || find(Entity.MIGRATION, instance.id())
                .filter(migration -> migration.isMoving() && migration.destination().equals(host)).isPresent();
    }

    /** The hosts as they would be without some instances. */
    HostTable without(List<Instance> gone) {
        HostTable.Editor editor = hosts().edit();
        Set<InstanceId> ids = gone.stream().map(Instance::id).collect(Collectors.toSet());
        gone.forEach(instance -> occupied(instance).ifPresent(host -> leave(editor, instance, row(host), ids)));
        return editor.build();
    }

    private int row(HostId host) {
        return find(Entity.HOST, host).orElseThrow().row();
    }

    private static Optional<HostId> occupied(Instance instance) {
        return instance != null && instance.state().occupiesHost() ? instance.host() : Optional.empty();
    }

    private void enter(HostTable.Editor editor, Instance instance, int row) {
        editor.take(row, instance.resources());
        groups(instance.spec().rules()).forEach(group -> editor.group(group, row, true));
    }

    /** @param gone those that are there no more, and so hold no group there */
    private void leave(HostTable.Editor editor, Instance instance, int row, Set<InstanceId> gone) {
        editor.release(row, instance.resources());
        for (String group : groups(instance.spec().rules())) {
            boolean others = all(Entity.INSTANCE).stream().anyMatch(other -> !gone.contains(other.id())
                    && isOn(other, instance.host().orElseThrow()) && groups(other.spec().rules()).contains(group));
            editor.group(group, row, others);
        }
    }

    static List<String> groups(PlacementRules rules) {
        if (rules.spreadGroup().isEmpty() && rules.clusterGroup().isEmpty()) {
            return List.of();
        }
        List<String> groups = new ArrayList<>(2);
        rules.spreadGroup().ifPresent(groups::add);
        rules.clusterGroup().ifPresent(groups::add);
        return groups;
    }

    private void lease(int number, boolean taken) {
        if (!leasesCopied) {
            leases = (BitSet) leases.clone();
            leasesCopied = true;
        }
        leases.set(number, taken);
    }

    private void settle(HostRecord record) {
        Host host = record.host();
        vacated.add(host.id());
        if (record.row() == all(Entity.HOST).size()) {
            edit().add(host, record.technology());
        } else {
            edit().replace(record.row(), host, record.technology());
        }
    }
}
