package org.kumiki.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.Bucket;

/**
 * The buckets. What was found of one is remembered, also that there is none, as nobody else changes them. Thread-safe; changes of one bucket come one
 * at a time.
 */
final class Spaces {

    private static final int MAX_NAME = 255;
    private static final int MAX_KNOWN = 100_000;

    private final Records records;
    private final Map<String, Optional<Records.Found<BucketRecord>>> known = new ConcurrentHashMap<>();

    Spaces(Records records) {
        this.records = records;
    }

    Optional<BucketRecord> find(String name) {
        return found(name).map(Records.Found::value);
    }

    BucketRecord require(String name) {
        return find(name).orElseThrow(() -> Failures.noBucket(name));
    }

    private Optional<Records.Found<BucketRecord>> found(String name) {
        Optional<Records.Found<BucketRecord>> remembered = known.get(name);
        if (remembered != null) {
            return remembered;
        }
        if (name.getBytes(UTF_8).length > MAX_NAME) {
            return Optional.empty();
        }
        Optional<Records.Found<BucketRecord>> found = records.get(Names.bucket(name), BucketRecord.class);
        if (found.isPresent()) {
            // Whoever has changed it meanwhile knows better.
            known.putIfAbsent(name, found);
        }
        return found;
    }

    /** In the order of their names. */
    List<BucketRecord> all() {
        return records.all(Names.buckets(), BucketRecord.class);
    }

    void create(Bucket bucket) {
        String name = bucket.name();
        if (name.isEmpty() || name.getBytes(UTF_8).length > MAX_NAME) {
            throw new IllegalArgumentException("the name of a bucket has 1 to " + MAX_NAME + " bytes");
        }
        if (found(name).isPresent()) {
            throw new BlobException(Reason.BUCKET_EXISTS, "there is a bucket " + name + " already");
        }
        write(new BucketRecord(name, VersionIds.at(Version.micros(Instant.now())), Version.micros(bucket.created()), bucket.attributes()),
                Optional.empty());
    }

    BucketRecord update(String name, UnaryOperator<Map<String, String>> change) {
        Records.Found<BucketRecord> before = found(name).orElseThrow(() -> Failures.noBucket(name));
        BucketRecord changed = before.value().with(change.apply(before.value().attributes()));
        write(changed, Optional.of(before));
        return changed;
    }

    private void write(BucketRecord bucket, Optional<Records.Found<BucketRecord>> before) {
        try {
            known.put(bucket.name(), Optional.of(records.put(Names.bucket(bucket.name()), bucket, before)));
        } catch (BlobException e) {
            known.remove(bucket.name());
            throw e;
        }
    }

    void delete(String name) {
        try {
            records.delete(Names.bucket(name));
        } catch (BlobException e) {
            known.remove(name);
            throw e;
        }
        if (known.size() > MAX_KNOWN) {
            known.values().removeIf(Optional::isEmpty);
        }
        known.put(name, Optional.empty());
    }
}
