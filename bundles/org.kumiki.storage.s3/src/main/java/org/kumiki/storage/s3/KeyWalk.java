package org.kumiki.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The keys of a bucket in the order of their bytes, from one on; pages of the cluster's lists come as they are needed. */
final class KeyWalk implements Iterator<KeyWalk.Entry> {

    private final Cluster cluster;
    private final String bucketId;
    private final int page;
    /** The list that the next key may be in is first, the one that branched to it comes after it. */
    private final Deque<Level> levels = new ArrayDeque<>();
    private Optional<Entry> next = Optional.empty();

    /** A key, and the object that its record is in. */
    record Entry(String key, Cluster.Item item) {
    }

    /**
     * @param from      the key to begin at; empty for the first
     * @param inclusive whether this one is among them
     * @param page      how many will be wanted, more or less
     */
    KeyWalk(Cluster cluster, String bucketId, byte[] from, boolean inclusive, int page) {
        this.cluster = cluster;
        this.bucketId = bucketId;
        this.page = page;
        for (int length = Names.LEVEL; length <= Names.level(from); length += Names.LEVEL) {
            byte[] beginning = Arrays.copyOf(from, length);
            levels.push(new Level(Arrays.copyOf(from, length - Names.LEVEL), Names.branch(bucketId, beginning)));
        }
        String start = from.length == 0 ? "" : inclusive ? Names.start(bucketId, from) : Names.key(bucketId, from);
        levels.push(new Level(Arrays.copyOf(from, Names.level(from)), start));
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty() && !levels.isEmpty()) {
            advance();
        }
        return next.isPresent();
    }

    @Override
    public Entry next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Entry entry = next.orElseThrow();
        next = Optional.empty();
        return entry;
    }

    private void advance() {
        Level level = levels.element();
        Optional<Cluster.Item> item = level.next();
        if (item.isEmpty()) {
            levels.pop();
            return;
        }
        byte[] key = level.key(item.get().name());
        if (Names.isBranch(item.get().name())) {
            levels.push(new Level(key, ""));
        } else {
            next = Optional.of(new Entry(new String(key, UTF_8), item.get()));
        }
    }

    /** One list: of the keys that begin with something, up to what a name has room for. */
    private final class Level {

        private final byte[] beginning;
        private final String list;
        private String after;
        private boolean more = true;
        private Iterator<Cluster.Item> items = Arrays.<Cluster.Item>asList().iterator();

        Level(byte[] beginning, String after) {
            this.beginning = beginning;
            this.list = Names.list(bucketId, beginning);
            this.after = after;
        }

        Optional<Cluster.Item> next() {
            if (!items.hasNext() && more) {
                Cluster.Page listed = cluster.list(list, after, page);
                items = listed.items().iterator();
                more = listed.more() && items.hasNext();
            }
            if (!items.hasNext()) {
                return Optional.empty();
            }
            Cluster.Item item = items.next();
            after = item.name();
            return Optional.of(item);
        }

        byte[] key(String name) {
            byte[] rest = Names.rest(list, name);
            return ByteBuffer.allocate(beginning.length + rest.length).put(beginning).put(rest).array();
        }
    }
}
