package org.kumiki.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.kumiki.api.blob.Usage;
import org.kumiki.api.text.Utf8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What buckets take. It is counted once in a run, when it is asked for first, and kept right from then on. While it is counted, changes of the bucket
 * wait for a page at a time only: what they change is added if its page has been counted already.
 */
final class Usages {

    private static final int PAGE = 256;

    private final Cluster cluster;
    private final Records records;
    private final Locks locks;
    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    /** Of one bucket, so far. */
    private static final class Count {

        /** The last key that has been counted. */
        private String position = "";
        private boolean allKeys;
        private boolean parts;
        private long blobs;
        private long bytes;

        private boolean has(String key) {
            return allKeys || Utf8.ORDER.compare(key, position) <= 0;
        }
    }

    Usages(Cluster cluster, Records records, Locks locks) {
        this.cluster = cluster;
        this.records = records;
        this.locks = locks;
    }

    void changed(String bucketId, String key, long blobs, long bytes) {
        Count count = counts.get(bucketId);
        if (count != null) {
            synchronized (count) {
                if (count.has(key)) {
                    count.blobs += blobs;
                    count.bytes += bytes;
                }
            }
        }
    }

    void partsChanged(String bucketId, long bytes) {
        Count count = counts.get(bucketId);
        if (count != null) {
            synchronized (count) {
                if (count.parts) {
                    count.bytes += bytes;
                }
            }
        }
    }

    Usage of(BucketRecord bucket) {
        Count count = counts.computeIfAbsent(bucket.id(), each -> new Count());
        Supplier<Boolean> page = () -> count(bucket, count);
        while (!complete(count)) {
            locks.bucket(bucket.name(), page);
        }
        synchronized (count) {
            return new Usage(count.blobs, count.bytes);
        }
    }

    void forget(BucketRecord bucket) {
        counts.remove(bucket.id());
    }

    private static boolean complete(Count count) {
        synchronized (count) {
            return count.parts;
        }
    }

    /** The next page; nobody changes the bucket meanwhile. */
    private boolean count(BucketRecord bucket, Count count) {
        synchronized (count) {
            if (count.parts) {
                return true;
            }
            if (count.allKeys) {
                count.bytes += records.all(Names.parts(bucket.id()), PartRecord.class).stream().mapToLong(part -> Extent.size(part.extents())).sum();
                count.parts = true;
                return true;
            }
            KeyWalk walk = new KeyWalk(cluster, bucket.id(), count.position.getBytes(UTF_8), false, PAGE);
            List<KeyWalk.Entry> page = new ArrayList<>();
            while (page.size() < PAGE && walk.hasNext()) {
                page.add(walk.next());
            }
            List<KeyRecord> all = records.all(page.stream().map(KeyWalk.Entry::item).toList(), KeyRecord.class);
            count.blobs += all.stream().mapToLong(KeyRecord::blobs).sum();
            count.bytes += all.stream().mapToLong(KeyRecord::bytes).sum();
            if (page.isEmpty()) {
                count.allKeys = true;
            } else {
                count.position = page.get(page.size() - 1).key();
            }
            return true;
        }
    }
}
