package org.kumiki.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

import org.kumiki.api.blob.BlobException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of keys. A change is decided on what the cluster has, and has happened when the cluster has its record. Only then is removed what nobody
 * needs any more; the record names it, so that whoever comes after a crash can go on with that. Changes of one key come one at a time.
 */
final class Keyspace {

    private static final Logger LOG = LoggerFactory.getLogger(Keyspace.class);
    private static final int REMEMBERED_BRANCHES = 10_000;

    private final Cluster cluster;
    private final Records records;
    private final Sessions sessions;
    private final Contents contents;
    private final Uploads uploads;
    private final Usages usages;
    /** Records that this run may have written, and does not know whether it has. */
    private final Set<String> undecided = ConcurrentHashMap.newKeySet();
    private final Set<String> branches = ConcurrentHashMap.newKeySet();

    /**
     * What becomes of a key.
     *
     * @param after  the same as before if nothing does
     * @param upload that the key's latest version is made of; or null
     */
    record Change<T>(KeyRecord after, String upload, T answer) {

        static <T> Change<T> to(KeyRecord after, T answer) {
            return new Change<>(after, null, answer);
        }
    }

    Keyspace(Cluster cluster, Records records, Sessions sessions, Contents contents, Uploads uploads, Usages usages) {
        this.cluster = cluster;
        this.records = records;
        this.sessions = sessions;
        this.contents = contents;
        this.uploads = uploads;
        this.usages = usages;
    }

    /** What is known of a key, if it has a version. */
    Optional<KeyRecord> find(BucketRecord bucket, String key) {
        return records.get(name(bucket, key), KeyRecord.class).map(Records.Found::value).filter(record -> record.latest().isPresent());
    }

    /** The same as it was a while ago, without asking the cluster. */
    Optional<KeyRecord> remembered(BucketRecord bucket, String key) {
        return records.remembered(name(bucket, key), KeyRecord.class).map(Records.Found::value);
    }

    /** Whether an upload that is being completed has been. */
    boolean isCompleted(BucketRecord bucket, UploadRecord upload) {
        return upload.completing() && records.get(name(bucket, upload.key()), KeyRecord.class)
                .filter(found -> found.value().leftovers().uploads().contains(upload.id())).isPresent();
    }

    private static String name(BucketRecord bucket, String key) {
        return Names.key(bucket.id(), key.getBytes(UTF_8));
    }

    <T> T change(BucketRecord bucket, String key, Function<KeyRecord, Change<T>> decide) {
        String name = name(bucket, key);
        Optional<Records.Found<KeyRecord>> found = records.get(name, KeyRecord.class);
        KeyRecord before = found.map(Records.Found::value).orElseGet(() -> KeyRecord.none(key));
        Change<T> change = decide.apply(before);
        if (change.after() != before) {
            write(bucket, name, found, before, change);
        }
        return change.answer();
    }

    private void write(BucketRecord bucket, String name, Optional<Records.Found<KeyRecord>> found, KeyRecord before, Change<?> change) {
        sessions.require();
        Set<String> needed = new HashSet<>(change.after().contents());
        List<String> dropped = before.contents().stream().filter(content -> !needed.contains(content)).toList();
        KeyRecord.Leftovers leftovers = new KeyRecord.Leftovers(dropped, change.upload() == null ? List.of() : List.of(change.upload()));
        KeyRecord after = change.after().leaving(sessions.run(), settle(bucket, name, before).and(leftovers));
        branch(bucket, before.key());
        try {
            records.put(name, after, found);
        } catch (UndecidedException e) {
            undecided.add(name);
            sessions.unclean();
            throw e;
        }
        undecided.remove(name);
        usages.changed(bucket.id(), after.key(), after.blobs() - before.blobs(), after.bytes() - before.bytes());
        tidy(bucket, name, after, remove(bucket, after, leftovers, remaining -> true));
    }

    /** Makes sure that lists lead to a key that is too long for one name. */
    private void branch(BucketRecord bucket, String key) {
        for (String branch : Names.branches(bucket.id(), key.getBytes(UTF_8))) {
            if (!branches.contains(branch)) {
                cluster.mark(branch);
                if (branches.size() < REMEMBERED_BRANCHES) {
                    branches.add(branch);
                }
            }
        }
    }

    /** Removes what an earlier change has left, and gives what remains of it. */
    private KeyRecord.Leftovers settle(BucketRecord bucket, String name, KeyRecord record) {
        boolean ours = record.writer().equals(sessions.run()) && !undecided.contains(name);
        return remove(bucket, record, record.leftovers(), each -> !ours || contents.remains(each) || uploads.remains(each));
    }

    private KeyRecord.Leftovers remove(BucketRecord bucket, KeyRecord record, KeyRecord.Leftovers leftovers, Predicate<String> there) {
        List<String> remainingContents = leftovers.contents().stream().filter(there).filter(content -> !contents.remove(content)).toList();
        List<String> remainingUploads = new ArrayList<>();
        for (String upload : leftovers.uploads()) {
            if (there.test(upload) && !uploads.finish(bucket.id(), upload, new HashSet<>(record.contents()))) {
                remainingUploads.add(upload);
            }
        }
        return new KeyRecord.Leftovers(remainingContents, remainingUploads);
    }

    /** A record that says nothing goes, too. */
    private void tidy(BucketRecord bucket, String name, KeyRecord record, KeyRecord.Leftovers remaining) {
        if (record.latest().isPresent()) {
            return;
        }
        if (!remaining.isEmpty()) {
            sessions.unclean();
            return;
        }
        try {
            records.delete(name);
        } catch (BlobException e) {
            LOG.warn("A key of the bucket {} that is gone is left to the sweep: {}", bucket.name(), e.getMessage());
            sessions.unclean();
        }
    }

    /** Finishes what a run that has died did not. */
    void tidy(BucketRecord bucket, String key) {
        String name = name(bucket, key);
        Optional<Records.Found<KeyRecord>> found = records.get(name, KeyRecord.class);
        if (found.isEmpty()) {
            return;
        }
        KeyRecord record = found.get().value();
        KeyRecord.Leftovers remaining = settle(bucket, name, record);
        if (record.latest().isPresent() && !record.leftovers().isEmpty()) {
            records.put(name, record.leaving(sessions.run(), remaining), found);
        }
        tidy(bucket, name, record, remaining);
    }

    /** Whether there is something left of a change that this run has not made, or that it does not know of. */
    boolean isUntidy(BucketRecord bucket, KeyRecord record) {
        boolean ours = record.writer().equals(sessions.run()) && !undecided.contains(name(bucket, record.key()));
        return record.latest().isEmpty() || !ours && !record.leftovers().isEmpty();
    }
}
