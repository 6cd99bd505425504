package org.kumiki.storage.s3;


import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.kumiki.api.blob.BlobException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what a run that has died has left in the cluster, and what could not be removed. If there is none such, which the cluster says at once,
 * nothing is done; else all records are read, and contents that none of them names go. Only what is old goes, so that nobody loses what he has just
 * made although two platforms should use the same prefix for a while.
 */
final class Sweep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int PAGE = 256;

    private final Cluster cluster;
    private final Records records;
    private final Sessions sessions;
    private final Contents contents;
    private final Spaces spaces;
    private final Keyspace keyspace;
    private final Uploads uploads;
    private final Locks locks;
    private final Duration age;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kumiki-cluster-sweep");
        thread.setDaemon(true);
        return thread;
    });

    /** @param age how old something must be to be removed */
    Sweep(Cluster cluster, Records records, Sessions sessions, Contents contents, Spaces spaces, Keyspace keyspace, Uploads uploads, Locks locks,
            Duration age) {
        this.cluster = cluster;
        this.records = records;
        this.sessions = sessions;
        this.contents = contents;
        this.spaces = spaces;
        this.keyspace = keyspace;
        this.uploads = uploads;
        this.locks = locks;
        this.age = age;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::runQuietly, FIRST.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void runQuietly() {
        try {
            long removed = run();
            if (removed > 0) {
                LOG.info("{} contents that nothing named have been removed from the cluster.", removed);
            }
        } catch (BlobException e) {
            LOG.warn("What is left in the cluster could not be looked for; that is tried again later: {}", e.getMessage());
        } catch (RuntimeException e) { // one that got out would end the sweeping for ever
            LOG.error("What is left in the cluster could not be looked for; that is tried again later", e);
        }
    }

    /**
     * @return how many contents it has removed
     * @throws BlobException if it could not finish; what it has removed is gone, and the next one goes on
     */
    synchronized long run() {
        contents.retry();
        Set<String> inUse = sessions.inUse();
        List<String> over = records.names(Names.sessions()).stream().filter(this::isOld)
                .map(item -> item.name().substring(Names.sessions().length())).filter(session -> !inUse.contains(session)).toList();
        if (over.isEmpty()) {
            return 0;
        }
        Set<String> unnamed = new HashSet<>();
        for (String session : over) {
            cluster.unfinished(Names.contents(session)).stream().filter(parts -> parts.begun().isBefore(limit())).forEach(cluster::abort);
            records.names(Names.contents(session)).stream().filter(this::isOld)
                    .forEach(item -> unnamed.add(item.name().substring(Names.content("").length())));
        }
        // Which buckets there are is asked for after what is kept for buckets, so that a new one is not taken for one that is gone.
        Set<String> kept = new HashSet<>(ids(Names.keys()));
        kept.addAll(ids(Names.parts()));
        List<BucketRecord> buckets = spaces.all();
        for (BucketRecord bucket : buckets) {
            kept.remove(bucket.id());
            // In this order: what belongs to a part now may belong to a key soon, and never the other way.
            parts(bucket, unnamed);
            keys(bucket, unnamed);
        }
        kept.forEach(this::removeBucket);
        long removed = unnamed.stream().filter(contents::remove).count();
        if (removed == unnamed.size()) {
            over.forEach(session -> records.delete(Names.session(session)));
        }
        return removed;
    }

    private Instant limit() {
        return Instant.now().minus(age);
    }

    private boolean isOld(Cluster.Item item) {
        return item.modified().isBefore(limit());
    }

    private void keys(BucketRecord bucket, Set<String> unnamed) {
        KeyWalk walk = new KeyWalk(cluster, bucket.id(), new byte[0], true, PAGE);
        while (walk.hasNext()) {
            List<Cluster.Item> page = new ArrayList<>();
            while (page.size() < PAGE && walk.hasNext()) {
                page.add(walk.next().item());
            }
            for (KeyRecord record : records.all(page, KeyRecord.class)) {
                record.contents().forEach(unnamed::remove);
                if (keyspace.isUntidy(bucket, record)) {
                    locks.key(bucket.name(), record.key(), () -> {
                        keyspace.tidy(bucket, record.key());
                        return record;
                    });
                }
            }
        }
    }

    private void parts(BucketRecord bucket, Set<String> unnamed) {
        Set<String> open = uploads.all(bucket).stream().map(UploadRecord::id).collect(Collectors.toSet());
        for (String upload : ids(Names.parts(bucket.id()))) {
            List<PartRecord> parts = uploads.parts(bucket, upload);
            if (open.contains(upload)) {
                parts.stream().flatMap(part -> part.contents().stream()).forEach(unnamed::remove);
                parts.stream().flatMap(part -> part.leftovers().stream()).forEach(contents::remove);
            } else if (uploads.find(bucket, upload).isEmpty()) {
                uploads.finish(bucket.id(), upload, Set.of());
            }
        }
    }

    /** What comes next after a prefix in names that begin with it, up to a slash. */
    private List<String> ids(String prefix) {
        List<String> ids = new ArrayList<>();
        for (Optional<String> next = next(prefix, ""); next.isPresent(); next = next(prefix, next.get())) {
            ids.add(next.get());
        }
        return ids;
    }

    private Optional<String> next(String prefix, String id) {
        // What comes right after all that is below it.
        String after = id.isEmpty() ? "" : prefix + id + (char) ('/' + 1);
        return cluster.list(prefix, after, 1).items().stream().findFirst()
                .map(item -> item.name().substring(prefix.length(), item.name().indexOf('/', prefix.length())));
    }

    /** What is left of a bucket that is gone: records of keys that are gone, and of uploads that are over. */
    private void removeBucket(String id) {
        for (Cluster.Item item : records.names(Names.keys(id))) {
            if (!Names.isBranch(item.name())) {
                records.get(item.name(), KeyRecord.class).ifPresent(found -> found.value().leftovers().contents().forEach(contents::remove));
            }
            records.delete(item.name());
        }
        ids(Names.parts(id)).forEach(upload -> uploads.finish(id, upload, Set.of()));
    }
}
