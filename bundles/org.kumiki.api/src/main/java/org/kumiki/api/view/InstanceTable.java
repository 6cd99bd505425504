package org.kumiki.api.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;

/** Every instance that takes resources of a host, in columns. Immutable. Its rows mean nothing in another table. */
public final class InstanceTable {

    private static final int FEW = 16;

    private final Instance[] instances;
    private final int[] hostRow;
    private final int[] cpus;
    private final long[] memoryMiB;
    private final int[] firstOfHost;
    private final int[] nextOfHost;
    /** Rows by hash of their identifiers, each plus one, with linear probing; made when it is first asked for. */
    private volatile int[] index;

    /** @param hosts the table that the instances' hosts are rows of */
    public InstanceTable(Iterable<Instance> all, HostTable hosts) {
        List<Instance> placed = new ArrayList<>();
        int[] rows = new int[FEW];
        for (Instance instance : all) {
            int host = instance.state().occupiesHost() && instance.host().isPresent() ? hosts.row(instance.host().get()) : -1;
            if (host >= 0) {
                rows = placed.size() == rows.length ? Arrays.copyOf(rows, 2 * rows.length) : rows;
                rows[placed.size()] = host;
                placed.add(instance);
            }
        }
        int size = placed.size();
        instances = placed.toArray(Instance[]::new);
        hostRow = Arrays.copyOf(rows, size);
        cpus = new int[size];
        memoryMiB = new long[size];
        nextOfHost = new int[size];
        firstOfHost = new int[hosts.size()];
        Arrays.fill(firstOfHost, -1);
        for (int row = 0; row < size; row++) {
            Instance instance = instances[row];
            int host = hostRow[row];
            cpus[row] = instance.resources().cpus();
            memoryMiB[row] = instance.resources().memoryMiB();
            nextOfHost[row] = firstOfHost[host];
            firstOfHost[host] = row;
        }
    }

    public int size() {
        return instances.length;
    }

    /** The row of an instance, or -1. */
    public int row(InstanceId instance) {
        int[] rows = index;
        if (rows == null) {
            rows = index();
            index = rows;
        }
        for (int slot = slot(instance, rows.length); rows[slot] != 0; slot = slot + 1 & rows.length - 1) {
            if (instances[rows[slot] - 1].id().equals(instance)) {
                return rows[slot] - 1;
            }
        }
        return -1;
    }

    private int[] index() {
        int[] rows = new int[Integer.highestOneBit(instances.length + 1) * 4];
        for (int row = 0; row < instances.length; row++) {
            int slot = slot(instances[row].id(), rows.length);
            while (rows[slot] != 0) {
                slot = slot + 1 & rows.length - 1;
            }
            rows[slot] = row + 1;
        }
        return rows;
    }

    /** Identifiers that differ in their last digits alone have hashes side by side, which would make long chains. */
    private static int slot(InstanceId instance, int slots) {
        int hash = instance.hashCode() * 0x9E3779B9;
        return (hash ^ hash >>> 16) & slots - 1;
    }

    public Instance instance(int row) {
        return instances[row];
    }

    public InstanceState state(int row) {
        return instances[row].state();
    }

    /** The row, in the host table, of the host it is on. */
    public int hostRow(int row) {
        return hostRow[row];
    }

    public int cpus(int row) {
        return cpus[row];
    }

    public long memoryMiB(int row) {
        return memoryMiB[row];
    }

    /** What it takes of its host. */
    public Resources resources(int row) {
        return instances[row].resources();
    }

    public PlacementRules rules(int row) {
        return instances[row].spec().rules();
    }

    /** The first instance of a host, or -1; the others follow by {@link #next(int)}. */
    public int first(int host) {
        return firstOfHost[host];
    }

    /** The next instance of the same host, or -1. */
    public int next(int row) {
        return nextOfHost[row];
    }
}
