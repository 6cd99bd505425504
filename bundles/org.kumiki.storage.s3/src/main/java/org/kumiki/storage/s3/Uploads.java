package org.kumiki.storage.s3;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.Part;
import org.kumiki.api.text.Utf8;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The records of uploads and their parts. An upload that is being completed says so before the record of its key is written, which then names it: so
 * it is known at any time whether it has been. Changes of the uploads of one key come one at a time.
 */
final class Uploads {

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    private final Records records;
    private final Sessions sessions;
    private final Contents contents;
    private final Workers workers;
    private final Usages usages;
    /** Completed uploads that this run could not remove. */
    private final Set<String> remaining = ConcurrentHashMap.newKeySet();

    Uploads(Records records, Sessions sessions, Contents contents, Workers workers, Usages usages) {
        this.records = records;
        this.sessions = sessions;
        this.contents = contents;
        this.workers = workers;
        this.usages = usages;
    }

    UploadRecord begin(BucketRecord bucket, String key, Map<String, String> attributes) {
        long begun = Version.micros(Instant.now());
        UploadRecord upload = new UploadRecord(key, VersionIds.at(begun), begun, false, attributes);
        records.put(Names.upload(bucket.id(), upload.id()), upload, Optional.empty());
        return upload;
    }

    Optional<Records.Found<UploadRecord>> find(BucketRecord bucket, String id) {
        return VersionIds.time(id).flatMap(time -> records.get(Names.upload(bucket.id(), id), UploadRecord.class));
    }

    /** In the order of their keys, and of their beginnings. */
    List<UploadRecord> all(BucketRecord bucket) {
        return records.all(Names.uploads(bucket.id()), UploadRecord.class).stream()
                .sorted(Comparator.comparing(UploadRecord::key, Utf8.ORDER).thenComparing(UploadRecord::id)).toList();
    }

    boolean any(BucketRecord bucket) {
        return !records.names(Names.uploads(bucket.id())).isEmpty();
    }

    /** In the order of their numbers. */
    List<PartRecord> parts(BucketRecord bucket, String upload) {
        return records.all(Names.parts(bucket.id(), upload), PartRecord.class);
    }

    /** A part that comes again takes the place of the one before. */
    Part put(BucketRecord bucket, String upload, int number, List<Extent> extents, Map<String, String> attributes) {
        String name = Names.part(bucket.id(), upload, number);
        Optional<Records.Found<PartRecord>> found = records.get(name, PartRecord.class);
        List<String> dropped = new ArrayList<>();
        found.map(Records.Found::value).ifPresent(before -> {
            dropped.addAll(before.contents());
            dropped.addAll(before.leftovers());
        });
        sessions.require();
        long now = Version.micros(Instant.now());
        long at = found.map(before -> Math.max(now, before.value().at() + 1)).orElse(now);
        PartRecord part = new PartRecord(number, at, attributes, extents, sessions.run(), dropped);
        records.put(name, part, found);
        usages.partsChanged(bucket.id(), Extent.size(extents) - found.map(before -> Extent.size(before.value().extents())).orElse(0L));
        dropped.forEach(contents::remove);
        return part.toPart();
    }

    void completing(BucketRecord bucket, Records.Found<UploadRecord> upload) {
        records.put(Names.upload(bucket.id(), upload.value().id()), upload.value().completed(), Optional.of(upload));
    }

    /** The record of the upload goes first: from then on it is gone, and the rest is only to be removed. */
    void abort(BucketRecord bucket, String id) {
        sessions.require();
        try {
            records.delete(Names.upload(bucket.id(), id));
        } catch (BlobException e) {
            sessions.unclean();
            throw e;
        }
        finish(bucket.id(), id, Set.of());
    }

    /**
     * Removes an upload that is over, and what is left of its parts.
     *
     * @param used contents that belong to the blob that was made of it
     * @return whether nothing is left
     */
    boolean finish(String bucketId, String id, Set<String> used) {
        remaining.add(id);
        try {
            List<PartRecord> parts = records.all(Names.parts(bucketId, id), PartRecord.class);
            boolean done = workers.all(parts, part -> finish(bucketId, id, part, used)).stream().allMatch(each -> each);
            if (done) {
                records.delete(Names.upload(bucketId, id));
                remaining.remove(id);
            }
            return done;
        } catch (BlobException e) {
            LOG.warn("Parts of an upload that is over are left to the sweep: {}", e.getMessage());
            sessions.unclean();
            return false;
        }
    }

    private boolean finish(String bucketId, String id, PartRecord part, Set<String> used) {
        Set<String> unused = new HashSet<>(part.contents());
        unused.addAll(part.leftovers());
        unused.removeAll(used);
        if (!unused.stream().map(contents::remove).reduce(true, Boolean::logicalAnd)) {
            sessions.unclean();
            return false;
        }
        records.delete(Names.part(bucketId, id, part.number()));
        usages.partsChanged(bucketId, -Extent.size(part.extents()));
        return true;
    }

    /** Whether an upload is over and this run has not removed it yet. */
    boolean remains(String id) {
        return remaining.contains(id);
    }

    static BlobException noPart(int number) {
        return new BlobException(Reason.NO_SUCH_PART, "part " + number + " has not been brought, or again since");
    }
}
