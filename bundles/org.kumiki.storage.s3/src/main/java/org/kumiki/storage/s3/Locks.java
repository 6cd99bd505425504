package org.kumiki.storage.s3;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Who may change what: a key is changed by one at a time, and not while its bucket is. Some keys share a lock, and so do some buckets. They are held
 * while the cluster is asked.
 */
final class Locks {

    private static final int KEYS = 1 << 12;
    private static final int BUCKETS = 1 << 8;

    private final Lock[] keys = IntStream.range(0, KEYS).mapToObj(each -> new ReentrantLock()).toArray(Lock[]::new);
    private final ReadWriteLock[] buckets = IntStream.range(0, BUCKETS).mapToObj(each -> new ReentrantReadWriteLock()).toArray(ReadWriteLock[]::new);

    <T> T bucket(String bucket, Supplier<T> change) {
        return holding(lockOf(bucket).writeLock(), change);
    }

    <T> T key(String bucket, String key, Supplier<T> change) {
        Lock ofKey = keys[index(31 * bucket.hashCode() + key.hashCode(), KEYS)];
        return holding(lockOf(bucket).readLock(), () -> holding(ofKey, change));
    }

    private ReadWriteLock lockOf(String bucket) {
        return buckets[index(bucket.hashCode(), BUCKETS)];
    }

    private static int index(int hash, int count) {
        return (hash ^ hash >>> 12) & count - 1;
    }

    private static <T> T holding(Lock lock, Supplier<T> change) {
        lock.lock();
        try {
            return change.get();
        } finally {
            lock.unlock();
        }
    }
}
