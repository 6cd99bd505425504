package org.kumiki.storage.file;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.Supplier;

import org.kumiki.wal.WriteAheadLog;

/** Lets changes be decided on one after the other where they would get into each other's way, and side by side elsewhere. */
final class Changes {

    private final KeyLocks locks = new KeyLocks();
    private final Index index;
    private final WriteAheadLog<Change> log;

    Changes(Index index, WriteAheadLog<Change> log) {
        this.index = index;
        this.log = log;
    }

    /** Nobody else changes the key meanwhile, or deletes the bucket. */
    <T> T ofKey(String bucket, String key, Function<Space, T> action) {
        Space space = index.require(bucket);
        return holding(space.lock().readLock(), () -> holding(locks.of(bucket, key), () -> action.apply(same(space))));
    }

    /** Nobody else changes the bucket meanwhile, or anything in it. */
    <T> T ofBucket(String bucket, Function<Space, T> action) {
        Space space = index.require(bucket);
        return holding(space.lock().writeLock(), () -> action.apply(same(space)));
    }

    /** Nobody else makes a bucket of that name meanwhile. */
    <T> T ofName(String bucket, Supplier<T> action) {
        return holding(locks.of(bucket, ""), action);
    }

    /** It may have been deleted while the lock was waited for. */
    private Space same(Space space) {
        String name = space.bucket().name();
        return index.space(name).filter(now -> now == space).orElseThrow(() -> Failures.noBucket(name));
    }

    /** The bytes stay meanwhile, whoever closes what was staged. */
    <T> T using(List<Extent> extents, Supplier<T> action) {
        List<Content> used = index.contents().retain(extents).orElseThrow(StagedBytes::forgotten);
        try {
            return action.get();
        } finally {
            used.forEach(index.contents()::release);
        }
    }

    void commit(Change change) {
        commit(new Commit().add(change));
    }

    /** Returns when the changes are durable, and carried out. */
    void commit(Commit commit) {
        try {
            log.append(commit.changes(), commit.directories()).join();
        } catch (CompletionException e) {
            throw Failures.of("the log of the blobs cannot be written", e.getCause());
        }
    }

    private static <T> T holding(Lock lock, Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
