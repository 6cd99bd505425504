package org.kumiki.console;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.BucketFacts;
import org.kumiki.api.blob.BucketReader;
import org.kumiki.api.blob.Usage;
import org.kumiki.api.identity.Identity;

/** The buckets of a store. Whose one is, and what may be in it, only those know who write its attributes. */
record Buckets(BlobStore store, List<BucketReader> readers, Optional<Identity> identity) implements Shelf<Bucket, Usage, Buckets.Row> {

    /**
     * A bucket as a row.
     *
     * @param owner    null if nobody knows one
     * @param bytes    and {@code objects}: null if the store did not say; {@code trouble} has why
     * @param versions {@code kept} or {@code suspended}; null if there are none
     */
    record Row(String name, Owner owner, long created, Long objects, Long bytes, Long mostObjects, Long mostBytes, String versions,
            boolean locked, String trouble) {
    }

    @Override
    public List<Bucket> all() {
        return store.buckets();
    }

    @Override
    public boolean has(Bucket bucket, String text) {
        return Query.lower(bucket.name()).contains(text) || owner(facts(bucket)).filter(owner -> owner.has(text)).isPresent();
    }

    @Override
    public Usage measure(Bucket bucket) {
        return store.usage(bucket.name());
    }

    @Override
    public long size(Usage usage) {
        return usage.bytes();
    }

    @Override
    public Row row(Bucket bucket, Measured<Usage> usage) {
        Optional<BucketFacts> facts = facts(bucket);
        return new Row(bucket.name(), owner(facts).orElse(null), bucket.created().toEpochMilli(), usage.get(Usage::blobs), usage.get(Usage::bytes),
                facts.flatMap(BucketFacts::mostBlobs).orElse(null), facts.flatMap(BucketFacts::mostBytes).orElse(null),
                facts.map(BucketFacts::versions).filter(versions -> versions != BucketFacts.Versions.NEVER).map(Overview::lower).orElse(null),
                facts.map(BucketFacts::locked).orElse(false), usage.trouble());
    }

    private Optional<BucketFacts> facts(Bucket bucket) {
        return readers.stream().flatMap(reader -> reader.read(bucket).stream()).findFirst();
    }

    private Optional<Owner> owner(Optional<BucketFacts> facts) {
        return facts.map(known -> Owner.of(known.owner(), identity));
    }
}
