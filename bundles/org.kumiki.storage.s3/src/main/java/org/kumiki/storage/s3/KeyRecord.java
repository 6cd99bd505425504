package org.kumiki.storage.s3;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Keeping;

/**
 * All that is known of a key, in one object of the cluster: what replaces it is a change that has happened as a whole.
 *
 * @param versions from the latest to the first; none if the key is gone, and only its {@code leftovers} are still to be removed
 * @param writer   the run of a platform that has written this; it has removed the leftovers unless it has died, or failed and remembers it
 */
record KeyRecord(String key, List<Version> versions, String writer, Leftovers leftovers) {

    /**
     * What nobody needs since this record is there.
     *
     * @param uploads that have been completed, with those of their parts that have not become the key's
     */
    record Leftovers(List<String> contents, List<String> uploads) {

        static final Leftovers NONE = new Leftovers(List.of(), List.of());

        Leftovers {
            contents = List.copyOf(contents);
            uploads = List.copyOf(uploads);
        }

        boolean isEmpty() {
            return contents.isEmpty() && uploads.isEmpty();
        }

        Leftovers and(Leftovers others) {
            return new Leftovers(Stream.concat(contents.stream(), others.contents.stream()).distinct().toList(),
                    Stream.concat(uploads.stream(), others.uploads.stream()).distinct().toList());
        }
    }

    KeyRecord {
        versions = List.copyOf(versions);
    }

    static KeyRecord none(String key) {
        return new KeyRecord(key, List.of(), "", Leftovers.NONE);
    }

    Optional<Version> latest() {
        return versions.stream().findFirst();
    }

    /** Of the latest version. */
    Optional<Blob> blob(String bucket) {
        return latest().map(version -> version.toBlob(bucket, key, true));
    }

    Optional<Version> find(String id) {
        return versions.stream().filter(version -> version.id().equals(id)).findFirst();
    }

    boolean isLatest(Version version) {
        return versions.get(0).at() == version.at();
    }

    Blob toBlob(String bucket, Version version) {
        return version.toBlob(bucket, key, isLatest(version));
    }

    /** Those before one, which may be gone. Then its identifier tells when it came; if it does not, they are all given rather than too few. */
    Stream<Version> after(String id) {
        long at = find(id).map(Version::at).or(() -> VersionIds.time(id)).orElse(Long.MAX_VALUE);
        return versions.stream().filter(version -> version.at() < at);
    }

    /** When the next version is: now, but after all others, whatever the clock says. */
    long next() {
        long now = Version.micros(Instant.now());
        return latest().map(version -> Math.max(now, version.at() + 1)).orElse(now);
    }

    /** With a version that is the latest from now on. */
    KeyRecord with(Version version, Keeping keeping) {
        Stream<Version> others = versions.stream().filter(each -> keeping == Keeping.ADD || !each.id().equals(version.id()));
        return with(Stream.concat(Stream.of(version), others).toList());
    }

    KeyRecord without(Version version) {
        return with(versions.stream().filter(each -> each.at() != version.at()).toList());
    }

    /** With other attributes of a version. */
    KeyRecord replaced(Version version) {
        return with(versions.stream().map(each -> each.at() == version.at() ? version : each).toList());
    }

    private KeyRecord with(List<Version> others) {
        return new KeyRecord(key, others, writer, leftovers);
    }

    KeyRecord leaving(String by, Leftovers others) {
        return new KeyRecord(key, versions, by, others);
    }

    List<Extent> extents() {
        return versions.stream().flatMap(version -> version.extents().stream()).toList();
    }

    List<String> contents() {
        return extents().stream().map(Extent::content).distinct().toList();
    }

    /** Blobs, without markers. */
    long blobs() {
        return versions.stream().filter(version -> !version.marker()).count();
    }

    long bytes() {
        return Extent.size(extents());
    }
}
