package org.kumiki.storage.file;

import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Usage;
import org.kumiki.api.text.Utf8;

import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A bucket with all that is in it. Anybody reads it, without a lock; only the index changes it. */
final class Space {

    /** Whoever changes something in the bucket shares it, so that whoever changes the bucket itself is alone. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final ConcurrentNavigableMap<String, Versions> keys = new ConcurrentSkipListMap<>(Utf8.ORDER);
    private final ConcurrentNavigableMap<String, Session> uploads = new ConcurrentSkipListMap<>();
    private volatile Bucket bucket;
    private volatile Usage usage = new Usage(0, 0);

    Space(Bucket bucket) {
        this.bucket = bucket;
    }

    ReadWriteLock lock() {
        return lock;
    }

    Bucket bucket() {
        return bucket;
    }

    void setBucket(Bucket changed) {
        bucket = changed;
    }

    ConcurrentNavigableMap<String, Versions> keys() {
        return keys;
    }

    /** By their identifiers, whose order is that of their beginnings. */
    ConcurrentNavigableMap<String, Session> uploads() {
        return uploads;
    }

    Usage usage() {
        return usage;
    }

    void count(long blobs, long bytes) {
        usage = new Usage(usage.blobs() + blobs, usage.bytes() + bytes);
    }

    boolean isEmpty() {
        return keys.isEmpty() && uploads.isEmpty();
    }
}
