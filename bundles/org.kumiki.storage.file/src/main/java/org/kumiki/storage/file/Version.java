package org.kumiki.storage.file;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.kumiki.api.blob.Blob;

/**
 * A version of a key, or a marker, as it is kept.
 *
 * @param modified in microseconds since 1970; no two versions of a store have the same
 */
record Version(String id, long modified, boolean marker, Map<String, String> attributes, List<Extent> extents) {

    Version {
        attributes = Map.copyOf(attributes);
        extents = List.copyOf(extents);
    }

    long size() {
        return Extent.size(extents);
    }

    Version with(Map<String, String> others) {
        return new Version(id, modified, marker, others, extents);
    }

    /** Whether it is the one that somebody has been told of, and not another one that has taken its place. */
    boolean is(Blob blob) {
        return id.equals(blob.version()) && instant(modified).equals(blob.modified());
    }

    Blob toBlob(String bucket, String key, boolean latest) {
        return new Blob(bucket, key, id, instant(modified), size(), marker, latest, attributes);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
    }
}
