package org.kumiki.api.view;

import java.time.Instant;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.kumiki.api.model.HostState;

/**
 * The datacenter at one moment, for brains. Immutable and safe to share; reading takes no lock.
 * <p>
 * The instances' columns are made when they are first asked for, because a scheduler seldom needs them.
 */
public final class DatacenterView {

    private final long version;
    private final Instant time;
    private final HostTable hosts;
    private final int spareHosts;
    private final Supplier<InstanceTable> source;
    private volatile InstanceTable instances;

    /**
     * @param version counts the states of the datacenter; a larger one is later
     * @param source  makes the instances' columns; called at most a few times, each with an equal result
     */
    public DatacenterView(long version, Instant time, HostTable hosts, Supplier<InstanceTable> source) {
        this(version, time, hosts, 0, source);
    }

    /** @param spareHosts how many hosts may fail at once while there is room left for what ran on them */
    public DatacenterView(long version, Instant time, HostTable hosts, int spareHosts, Supplier<InstanceTable> source) {
        this.version = version;
        this.time = time;
        this.hosts = hosts;
        this.spareHosts = spareHosts;
        this.source = source;
    }

    /** The same, without the columns that were made for it: to be kept for long. */
    public DatacenterView copy() {
        return new DatacenterView(version, time, hosts, spareHosts, source);
    }

    /**
     * The same with only some of the hosts, and what runs on them: the others keep their rows, and look as if they had been removed.
     *
     * @param rows whether the host of a row stays
     */
    public DatacenterView part(IntPredicate rows) {
        HostTable.Editor editor = hosts.edit();
        for (int row = 0; row < hosts.size(); row++) {
            if (!rows.test(row)) {
                editor.state(row, HostState.REMOVED);
            }
        }
        HostTable some = editor.build();
        return new DatacenterView(version, time, some, spareHosts, () -> {
            InstanceTable all = source.get();
            return new InstanceTable(IntStream.range(0, all.size()).filter(row -> rows.test(all.hostRow(row))).mapToObj(all::instance).toList(), some);
        });
    }

    public long version() {
        return version;
    }

    public Instant time() {
        return time;
    }

    public HostTable hosts() {
        return hosts;
    }

    /**
     * How many hosts may fail at once while there is room left for what ran on them, which is N+1 if it is one; 0 for no such promise. It
     * is kept as long as no less is free on all hosts that are up, in each dimension, than the largest of them have together.
     */
    public int spareHosts() {
        return spareHosts;
    }

    public InstanceTable instances() {
        InstanceTable table = instances;
        if (table == null) {
            table = source.get();
            instances = table;
        }
        return table;
    }
}
