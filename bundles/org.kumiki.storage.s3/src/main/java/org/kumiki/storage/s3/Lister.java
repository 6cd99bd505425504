package org.kumiki.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Query;
import org.kumiki.api.text.Utf8;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds what a query asks for. Of some keys at a time, the records are read side by side. A group is left by a jump behind its last key, however many
 * there are.
 */
final class Lister {

    private static final int CHUNK = 128;
    private static final int PAGE = 1_000;

    private final Cluster cluster;
    private final Records records;
    private final BucketRecord bucket;
    private final Query query;

    private final List<Blob> blobs = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private String last = "";
    private String lastVersion = "";
    private boolean truncated;
    /** A group whose first keys are all deleted, so that more of them have to be looked at. */
    private String doubtful = "";

    Lister(Cluster cluster, Records records, BucketRecord bucket, Query query) {
        this.cluster = cluster;
        this.records = records;
        this.bucket = bucket;
        this.query = query;
    }

    Listing list() {
        if (query.limit() > 0) {
            Optional<KeyWalk> ahead = begin();
            while (ahead.isPresent() && !truncated) {
                ahead = step(ahead.get());
            }
        }
        return new Listing(blobs, groups, truncated, last, lastVersion);
    }

    /** The keys that the first one listed is among. */
    private Optional<KeyWalk> begin() {
        String after = query.after();
        if (Utf8.ORDER.compare(after, query.prefix()) < 0) {
            return Optional.of(walk(query.prefix(), true));
        }
        Optional<String> group = group(after);
        if (group.isPresent()) {
            return beyond(group.get());
        }
        // A key goes on with its other versions, if that is asked for.
        boolean again = query.versions() && !query.afterVersion().isEmpty() || after.isEmpty();
        return Optional.of(walk(after, again));
    }

    private KeyWalk walk(String from, boolean inclusive) {
        return new KeyWalk(cluster, bucket.id(), from.getBytes(UTF_8), inclusive, query.delimiter().isEmpty() ? wanted(PAGE) : wanted(CHUNK));
    }

    /** How many more keys there can be use for, and one that shows that there are more. */
    private int wanted(int most) {
        return Math.min(most, query.limit() - blobs.size() - groups.size() + 1);
    }

    /** Where to go on. */
    private Optional<KeyWalk> step(KeyWalk ahead) {
        List<KeyWalk.Entry> chunk = chunk(ahead);
        if (chunk.isEmpty()) {
            return Optional.empty();
        }
        for (KeyRecord record : records.all(chunk.stream().map(KeyWalk.Entry::item).toList(), KeyRecord.class)) {
            Optional<String> group = group(record.key());
            if (group.isEmpty()) {
                list(record);
            } else if (isListed(record)) {
                if (hasRoom()) {
                    groups.add(group.get());
                    last = group.get();
                    lastVersion = "";
                }
                return beyond(group.get());
            }
            if (truncated) {
                return Optional.empty();
            }
        }
        doubtful = group(chunk.get(chunk.size() - 1).key()).orElse("");
        return Optional.of(ahead);
    }

    /** The next keys, up to the first of a group. */
    private List<KeyWalk.Entry> chunk(Iterator<KeyWalk.Entry> ahead) {
        List<KeyWalk.Entry> chunk = new ArrayList<>();
        while (chunk.size() < wanted(CHUNK) && ahead.hasNext()) {
            KeyWalk.Entry entry = ahead.next();
            if (!entry.key().startsWith(query.prefix())) {
                return chunk;
            }
            chunk.add(entry);
            Optional<String> group = group(entry.key());
            if (group.isPresent() && !group.get().equals(doubtful)) {
                return chunk;
            }
        }
        return chunk;
    }

    private boolean isListed(KeyRecord record) {
        return query.versions() ? record.latest().isPresent() : record.latest().filter(version -> !version.marker()).isPresent();
    }

    private void list(KeyRecord record) {
        for (Version version : (Iterable<Version>) listed(record)::iterator) {
            if (!hasRoom()) {
                return;
            }
            blobs.add(record.toBlob(bucket.name(), version));
            last = record.key();
            lastVersion = query.versions() ? version.id() : "";
        }
    }

    private Stream<Version> listed(KeyRecord record) {
        if (!query.versions()) {
            return record.latest().filter(version -> !version.marker()).stream();
        }
        return record.key().equals(query.after()) ? record.after(query.afterVersion()) : record.versions().stream();
    }

    /** Whether there is room for one more; there is more if there is none. */
    private boolean hasRoom() {
        truncated = blobs.size() + groups.size() >= query.limit();
        return !truncated;
    }

    private Optional<String> group(String key) {
        if (query.delimiter().isEmpty() || !key.startsWith(query.prefix())) {
            return Optional.empty();
        }
        int at = key.indexOf(query.delimiter(), query.prefix().length());
        return at < 0 ? Optional.empty() : Optional.of(key.substring(0, at + query.delimiter().length()));
    }

    private Optional<KeyWalk> beyond(String group) {
        return Utf8.beyond(group).map(next -> walk(next, true));
    }
}
