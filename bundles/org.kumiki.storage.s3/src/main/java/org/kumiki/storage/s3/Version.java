package org.kumiki.storage.s3;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.kumiki.api.blob.Blob;

/**
 * A version of a key, or a marker, as it is kept.
 *
 * @param at in microseconds since 1970; no two versions of a key have the same
 */
record Version(String id, long at, boolean marker, Map<String, String> attributes, List<Extent> extents) {

    Version {
        attributes = Map.copyOf(attributes);
        extents = List.copyOf(extents);
    }

    Version with(Map<String, String> others) {
        return new Version(id, at, marker, others, extents);
    }

    /** Whether it is the one that somebody has been told of, and not another one that has taken its place. */
    boolean is(Blob blob) {
        return id.equals(blob.version()) && instant(at).equals(blob.modified());
    }

    Blob toBlob(String bucket, String key, boolean latest) {
        return new Blob(bucket, key, id, instant(at), Extent.size(extents), marker, latest, attributes);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
    }

    static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000L + instant.getNano() / 1_000;
    }
}
