package org.kumiki.storage.file;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/** A lock for each key; some keys have the same. It is held while a change of the key is decided on, and until it is durable. */
final class KeyLocks {

    private static final int COUNT = 1 << 12;

    private final Lock[] locks = IntStream.range(0, COUNT).mapToObj(each -> new ReentrantLock()).toArray(Lock[]::new);

    Lock of(String bucket, String key) {
        int hash = 31 * bucket.hashCode() + key.hashCode();
        return locks[(hash ^ hash >>> 12) & COUNT - 1];
    }
}
