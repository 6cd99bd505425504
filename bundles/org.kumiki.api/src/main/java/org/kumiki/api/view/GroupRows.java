package org.kumiki.api.view;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Which hosts the spread and cluster groups are on. Immutable; of the many groups, those that do not change are shared. */
final class GroupRows {

    private static final int SHARDS = 256;

    @SuppressWarnings({ "unchecked", "rawtypes" }) // an array of maps cannot be made otherwise
    static final GroupRows NONE = new GroupRows(new Map[SHARDS]);

    private final Map<String, BitSet>[] shards;

    private GroupRows(Map<String, BitSet>[] shards) {
        this.shards = shards;
    }

    /** Never to be changed; null if the group is nowhere. */
    BitSet of(String group) {
        Map<String, BitSet> shard = shards[shard(group)];
        return shard == null ? null : shard.get(group);
    }

    GroupRows with(String group, int row, boolean present) {
        int number = shard(group);
        Map<String, BitSet> shard = shards[number] == null ? new HashMap<>() : new HashMap<>(shards[number]);
        BitSet rows = shard.containsKey(group) ? (BitSet) shard.get(group).clone() : new BitSet();
        rows.set(row, present);
        if (rows.isEmpty()) {
            shard.remove(group);
        } else {
            shard.put(group, rows);
        }
        Map<String, BitSet>[] next = shards.clone();
        next[number] = shard.isEmpty() ? null : shard;
        return new GroupRows(next);
    }

    private static int shard(String group) {
        int hash = group.hashCode();
        return (hash ^ hash >>> 16 ^ hash >>> 8) & SHARDS - 1;
    }
}
