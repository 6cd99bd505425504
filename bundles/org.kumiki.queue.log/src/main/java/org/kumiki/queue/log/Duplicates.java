package org.kumiki.queue.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import org.kumiki.api.queue.Ordering;
import org.kumiki.wal.Decoder;
import org.kumiki.wal.Encoder;

/** What was sent to a queue in the last minutes, in the order of its times; some fifty bytes each. */
final class Duplicates {

    private static final int LEAST = 16;

    /** What counts as the same, as 128 bits of a hash. */
    record Key(long high, long low) {

        static Key of(Ordering ordering, Optional<String> group, String deduplication) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                if (ordering == Ordering.GROUPS_APART) {
                    digest.update(group.orElse("").getBytes(StandardCharsets.UTF_8));
                    digest.update((byte) 0);
                }
                ByteBuffer hash = ByteBuffer.wrap(digest.digest(deduplication.getBytes(StandardCharsets.UTF_8)));
                long high = hash.getLong();
                return new Key(high == 0 ? 1 : high, hash.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    /** One that is remembered. */
    record Memory(Key key, long sequence, long time) {

        void writeTo(Encoder out) {
            out.put(key.high()).put(key.low()).putSmall(sequence).putSmall(time);
        }

        static Memory read(Decoder in) {
            return new Memory(new Key(in.number(), in.number()), in.small(), in.small());
        }
    }

    /** Where a key is in the columns, which go round; by the first half of it. */
    private final SlotIndex index = new SlotIndex();
    private long[] high = new long[LEAST];
    private long[] low = new long[LEAST];
    private long[] sequence = new long[LEAST];
    private long[] time = new long[LEAST];
    private int begin;
    private int size;

    /** The sequence of the message that was sent with it. */
    OptionalLong find(Key key) {
        int at = index.get(key.high());
        return at == SlotIndex.NONE || low[at] != key.low() ? OptionalLong.empty() : OptionalLong.of(sequence[at]);
    }

    void add(Memory memory) {
        if (size == high.length) {
            grow();
        }
        int at = begin + size++ & high.length - 1;
        high[at] = memory.key().high();
        low[at] = memory.key().low();
        sequence[at] = memory.sequence();
        time[at] = memory.time();
        index.put(high[at], at);
    }

    private void grow() {
        Duplicates larger = new Duplicates();
        larger.high = new long[size << 1];
        larger.low = new long[size << 1];
        larger.sequence = new long[size << 1];
        larger.time = new long[size << 1];
        all().forEachRemaining(larger::add);
        high = larger.high;
        low = larger.low;
        sequence = larger.sequence;
        time = larger.time;
        begin = 0;
        for (int at = 0; at < size; at++) {
            index.put(high[at], at);
        }
    }

    /** Forgets what was sent before a time. */
    void forget(long before) {
        while (size > 0 && time[begin] < before) {
            if (index.get(high[begin]) == begin) {
                index.remove(high[begin]);
            }
            begin = begin + 1 & high.length - 1;
            size--;
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** From the oldest to the newest; good until something changes. */
    Iterator<Memory> all() {
        return IntStream.range(0, size).map(i -> begin + i & high.length - 1)
                .mapToObj(at -> new Memory(new Key(high[at], low[at]), sequence[at], time[at])).iterator();
    }

    /** As it is now. */
    Duplicates copy() {
        Duplicates copy = new Duplicates();
        copy.high = high.clone();
        copy.low = low.clone();
        copy.sequence = sequence.clone();
        copy.time = time.clone();
        copy.begin = begin;
        copy.size = size;
        return copy;
    }
}
