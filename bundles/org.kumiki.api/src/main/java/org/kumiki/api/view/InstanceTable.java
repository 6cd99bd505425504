package org.kumiki.api.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;

/** Every instance that takes resources of a host, in columns. Immutable. Its rows mean nothing in another table. */
public final class InstanceTable {

    private final Instance[] instances;
    private final int[] hostRow;
    private final int[] cpus;
    private final long[] memoryMiB;
    private final int[] firstOfHost;
    private final int[] nextOfHost;

    /** @param hosts the table that the instances' hosts are rows of */
    public InstanceTable(Iterable<Instance> all, HostTable hosts) {
        List<Instance> placed = new ArrayList<>();
        for (Instance instance : all) {
            if (instance.state().occupiesHost() && instance.host().isPresent() && hosts.row(instance.host().get()) >= 0) {
                placed.add(instance);
            }
        }
        int size = placed.size();
        instances = placed.toArray(Instance[]::new);
        hostRow = new int[size];
        cpus = new int[size];
        memoryMiB = new long[size];
        nextOfHost = new int[size];
        firstOfHost = new int[hosts.size()];
        Arrays.fill(firstOfHost, -1);
        for (int row = 0; row < size; row++) {
            Instance instance = instances[row];
            int host = hosts.row(instance.host().get());
            hostRow[row] = host;
            cpus[row] = instance.resources().cpus();
            memoryMiB[row] = instance.resources().memoryMiB();
            nextOfHost[row] = firstOfHost[host];
            firstOfHost[host] = row;
        }
    }

    public int size() {
        return instances.length;
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

    /** The first instance of a host, or -1; the others follow by {@link #next(int)}. */
    public int first(int host) {
        return firstOfHost[host];
    }

    /** The next instance of the same host, or -1. */
    public int next(int row) {
        return nextOfHost[row];
    }
}
