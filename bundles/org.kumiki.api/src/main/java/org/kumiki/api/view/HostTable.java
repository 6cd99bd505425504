package org.kumiki.api.view;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;

/**
 * Every host, in columns. A host has the same row in every table of one datacenter, and keeps it when it is removed.
 * <p>
 * Immutable. {@link #edit()} makes the next table. The columns lie in blocks of {@link #BLOCK} rows, and a block in which nothing changes
 * is shared; so a table costs as much as what is new in it, and whoever computes something for each host can keep it for each block.
 */
public final class HostTable implements Hosts {

    /** How many rows a block has: as many as there are bits in a {@code long}. */
    public static final int BLOCK = HostBlock.SIZE;

    private static final int[] NOWHERE = {};

    public static final HostTable EMPTY = new HostTable(0, Map.of(), new HostBlock[0], GroupRows.NONE);

    private final int size;
    private final Map<HostId, Integer> rows;
    private final HostBlock[] blocks;
    private final GroupRows groups;

    private HostTable(int size, Map<HostId, Integer> rows, HostBlock[] blocks, GroupRows groups) {
        this.size = size;
        this.rows = rows;
        this.blocks = blocks;
        this.groups = groups;
    }

    @Override
    public int size() {
        return size;
    }

    /** How many blocks there are; the last one may not be full. */
    public int blocks() {
        return blocks.length;
    }

    /**
     * Stands for all that is known of the hosts in a block, except which groups run there: if two tables answer the same object, nothing
     * of it differs.
     */
    public Object block(int number) {
        return blocks[number];
    }

    /**
     * The rows of a block of which something may differ from another table's; the lowest bit is the first row.
     *
     * @param before what {@link #block(int)} answered there for the same number; or null for no other table, which is all rows there are
     */
    public long changed(int number, Object before) {
        int rowsInBlock = Math.min(BLOCK, size - number * BLOCK);
        long all = -1L >>> BLOCK - rowsInBlock;
        if (before == blocks[number]) {
            return 0;
        }
        if (!(before instanceof HostBlock other)) {
            return all;
        }
        Object[] now = blocks[number].stamps;
        Object[] then = other.stamps;
        long changed = 0;
        for (int index = 0; index < rowsInBlock; index++) {
            if (now[index] != then[index]) {
                changed |= 1L << index;
            }
        }
        return changed;
    }

    @Override
    public int row(HostId host) {
        return rows.getOrDefault(host, -1);
    }

    @Override
    public HostId id(int row) {
        return fixed(row).id();
    }

    public Host host(int row) {
        return fixed(row).with(state(row));
    }

    @Override
    public Resources capacity(int row) {
        return fixed(row).capacity();
    }

    @Override
    public int processors(int row) {
        return fixed(row).processors();
    }

    @Override
    public Map<String, String> labels(int row) {
        return fixed(row).labels();
    }

    @Override
    public Technology technology(int row) {
        return blockOf(row).technologies[row & HostBlock.MASK];
    }

    @Override
    public HostState state(int row) {
        return blockOf(row).states[row & HostBlock.MASK];
    }

    @Override
    public int freeCpus(int row) {
        return blockOf(row).freeCpus[row & HostBlock.MASK];
    }

    @Override
    public long freeMemoryMiB(int row) {
        return blockOf(row).freeMemoryMiB[row & HostBlock.MASK];
    }

    @Override
    public long freeDiskMiB(int row) {
        return blockOf(row).freeDiskMiB[row & HostBlock.MASK];
    }

    @Override
    public int freeNetworkMbps(int row) {
        return blockOf(row).freeNetworkMbps[row & HostBlock.MASK];
    }

    @Override
    public int guests(int row) {
        return blockOf(row).guests[row & HostBlock.MASK];
    }

    public Resources free(int row) {
        return new Resources(Math.max(0, freeCpus(row)), Math.max(0, freeMemoryMiB(row)), Math.max(0, freeDiskMiB(row)),
                Math.max(0, freeNetworkMbps(row)));
    }

    @Override
    public boolean hasRoom(int row, Resources wanted) {
        return blockOf(row).hasRoom(row & HostBlock.MASK, wanted);
    }

    /** How many guests that take so much each would fit there, whatever the host's state; at most {@code limit}. */
    public int fits(int row, Resources each, int limit) {
        long guests = limit;
        guests = each.cpus() == 0 ? guests : Math.min(guests, freeCpus(row) / each.cpus());
        guests = each.memoryMiB() == 0 ? guests : Math.min(guests, freeMemoryMiB(row) / each.memoryMiB());
        guests = each.diskMiB() == 0 ? guests : Math.min(guests, freeDiskMiB(row) / each.diskMiB());
        guests = each.networkMbps() == 0 ? guests : Math.min(guests, freeNetworkMbps(row) / each.networkMbps());
        return hasRoom(row, each) ? (int) guests : 0;
    }

    @Override
    public boolean runs(int row, String group) {
        BitSet found = groups.of(group);
        return found != null && found.get(row);
    }

    @Override
    public boolean runsAnywhere(String group) {
        return groups.of(group) != null;
    }

    /** The rows of the hosts that have an instance of this spread or cluster group, ascending. */
    public int[] rows(String group) {
        BitSet found = groups.of(group);
        return found == null ? NOWHERE : found.stream().toArray();
    }

    private HostBlock blockOf(int row) {
        return blocks[row >> HostBlock.SHIFT];
    }

    private Host fixed(int row) {
        return blockOf(row).hosts[row & HostBlock.MASK];
    }

    /** Begins the next table. */
    public Editor edit() {
        return new Editor(this);
    }

    /** Makes a table from another one. Not thread-safe. */
    public static final class Editor {

        private final HostTable base;
        private final Object stamp = new Object();
        private int size;
        private Map<HostId, Integer> rows;
        private HostBlock[] blocks;
        private GroupRows groups;

        private Editor(HostTable base) {
            this.base = base;
            size = base.size;
            rows = base.rows;
            blocks = base.blocks.clone();
            groups = base.groups;
        }

        /** Appends a host that has nothing on it, and answers its row. */
        public int add(Host host, Technology technology) {
            int row = size++;
            if (row >> HostBlock.SHIFT == blocks.length) {
                blocks = Arrays.copyOf(blocks, blocks.length + 1);
                blocks[blocks.length - 1] = new HostBlock();
            }
            HostBlock block = change(row);
            int index = row & HostBlock.MASK;
            block.hosts[index] = host;
            block.technologies[index] = technology;
            block.states[index] = host.state();
            block.change(index, host.capacity(), 1);
            name(row, host.id());
            return row;
        }

        /** Replaces what is known of a host; what its guests take stays taken, so less than nothing may be free. */
        public Editor replace(int row, Host host, Technology technology) {
            HostBlock block = change(row);
            int index = row & HostBlock.MASK;
            Host before = block.hosts[index];
            block.hosts[index] = host;
            block.technologies[index] = technology;
            block.states[index] = host.state();
            block.change(index, before.capacity(), -1);
            block.change(index, host.capacity(), 1);
            if (!before.id().equals(host.id())) {
                name(row, host.id());
                rows.remove(before.id(), row);
            }
            return this;
        }

        public Editor state(int row, HostState state) {
            change(row).states[row & HostBlock.MASK] = state;
            return this;
        }

        /** Puts a guest on a host. */
        public Editor take(int row, Resources amount) {
            HostBlock block = change(row);
            block.change(row & HostBlock.MASK, amount, -1);
            block.guests[row & HostBlock.MASK]++;
            return this;
        }

        /** Takes a guest off a host. */
        public Editor release(int row, Resources amount) {
            HostBlock block = change(row);
            block.change(row & HostBlock.MASK, amount, 1);
            block.guests[row & HostBlock.MASK]--;
            return this;
        }

        /** Says whether an instance of a spread or cluster group is on a host. */
        public Editor group(String group, int row, boolean present) {
            groups = groups.with(group, row, present);
            return this;
        }

        public boolean hasRoom(int row, Resources wanted) {
            return blocks[row >> HostBlock.SHIFT].hasRoom(row & HostBlock.MASK, wanted);
        }

        /** Ends the edit; the editor must not be used again. */
        public HostTable build() {
            return new HostTable(size, rows, blocks, groups);
        }

        /** The block of a row, which is a copy of our own from its first change on. */
        private HostBlock change(int row) {
            int number = row >> HostBlock.SHIFT;
            if (number < base.blocks.length && blocks[number] == base.blocks[number]) {
                blocks[number] = new HostBlock(blocks[number]);
            }
            blocks[number].stamps[row & HostBlock.MASK] = stamp;
            return blocks[number];
        }

        private void name(int row, HostId host) {
            if (rows == base.rows) {
                rows = new HashMap<>(rows);
            }
            rows.put(host, row);
        }
    }
}
