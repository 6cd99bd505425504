package org.kumiki.queue.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.kumiki.wal.Place;

/** How much of each segment of the log is needed, because the content of a message is there. Thread-safe. */
final class Usage {

    private final Map<Long, AtomicLong> bySegment = new ConcurrentHashMap<>();
    private final AtomicLong total = new AtomicLong();

    void add(Place place) {
        count(place.segment(), place.length());
    }

    void remove(Place place) {
        count(place.segment(), -place.length());
    }

    private void count(long segment, long bytes) {
        bySegment.computeIfAbsent(segment, key -> new AtomicLong()).addAndGet(bytes);
        total.addAndGet(bytes);
    }

    long of(long segment) {
        AtomicLong bytes = bySegment.get(segment);
        return bytes == null ? 0 : bytes.get();
    }

    long total() {
        return total.get();
    }

    void forget(long segment) {
        bySegment.remove(segment);
    }
}
