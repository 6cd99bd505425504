package org.kumiki.storage.file;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Query;
import org.kumiki.api.text.Utf8;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what a query asks for. A group is left by a jump behind its last key, however many there are. */
final class Lister {

    private final String bucket;
    private final NavigableMap<String, Versions> keys;
    private final Query query;

    private final List<Blob> blobs = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private String last = "";
    private String lastVersion = "";
    private boolean truncated;

    private Lister(String bucket, NavigableMap<String, Versions> keys, Query query) {
        this.bucket = bucket;
        this.keys = keys;
        this.query = query;
    }

    static Listing list(String bucket, NavigableMap<String, Versions> keys, Query query) {
        Lister lister = new Lister(bucket, keys, query);
        if (query.limit() > 0) {
            lister.walk();
        }
        return new Listing(lister.blobs, lister.groups, lister.truncated, lister.last, lister.lastVersion);
    }

    private void walk() {
        Optional<NavigableMap<String, Versions>> ahead = begin();
        while (ahead.isPresent() && !truncated) {
            ahead = walk(ahead.get());
        }
    }

    /** The keys that the first one listed is among. */
    private Optional<NavigableMap<String, Versions>> begin() {
        String after = query.after();
        if (Utf8.ORDER.compare(after, query.prefix()) < 0) {
            return Optional.of(keys.tailMap(query.prefix(), true));
        }
        Optional<String> group = group(after);
        if (group.isPresent()) {
            return beyond(group.get());
        }
        // A key goes on with its other versions, if that is asked for.
        boolean again = query.versions() && !query.afterVersion().isEmpty() || after.isEmpty();
        return Optional.of(keys.tailMap(after, again));
    }

    /** Where to go on, when a group has been left. */
    private Optional<NavigableMap<String, Versions>> walk(NavigableMap<String, Versions> ahead) {
        for (Iterator<Map.Entry<String, Versions>> entries = ahead.entrySet().iterator(); entries.hasNext();) {
            Map.Entry<String, Versions> entry = entries.next();
            String key = entry.getKey();
            if (!key.startsWith(query.prefix())) {
                return Optional.empty();
            }
            Optional<String> group = group(key);
            if (group.isEmpty()) {
                list(key, entry.getValue());
            } else if (query.versions() || !entry.getValue().latest().marker()) {
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
        return Optional.empty();
    }

    private void list(String key, Versions versions) {
        for (Version version : (Iterable<Version>) listed(key, versions)::iterator) {
            if (!hasRoom()) {
                return;
            }
            blobs.add(version.toBlob(bucket, key, versions.isLatest(version)));
            last = key;
            lastVersion = query.versions() ? version.id() : "";
        }
    }

    private Stream<Version> listed(String key, Versions versions) {
        if (!query.versions()) {
            return versions.latest().marker() ? Stream.empty() : Stream.of(versions.latest());
        }
        return key.equals(query.after()) ? versions.after(query.afterVersion()) : versions.all();
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

    private Optional<NavigableMap<String, Versions>> beyond(String group) {
        return Utf8.beyond(group).map(next -> keys.tailMap(next, true));
    }
}
