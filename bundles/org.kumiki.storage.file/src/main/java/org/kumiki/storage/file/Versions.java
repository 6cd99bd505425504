package org.kumiki.storage.file;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.kumiki.api.blob.Blob;
import org.pcollections.TreePMap;

/**
 * The versions of a key, from the latest to the first; never none. A change makes another one, which shares most with the one before, however many
 * versions there are.
 *
 * @param older all but the latest, by their times, which are negative so that the later ones come first
 * @param only  the one that is {@link Blob#ONLY}, if there is one
 */
record Versions(Version latest, TreePMap<Long, Version> older, Optional<Version> only) {

    static Versions of(Version version) {
        return new Versions(version, TreePMap.empty(), only(version));
    }

    private static Optional<Version> only(Version version) {
        return version.id().equals(Blob.ONLY) ? Optional.of(version) : Optional.empty();
    }

    boolean isLatest(Version version) {
        return latest.modified() == version.modified();
    }

    Stream<Version> all() {
        return Stream.concat(Stream.of(latest), older.values().stream());
    }

    Stream<Version> fromTheFirst() {
        return Stream.concat(older.descendingMap().values().stream(), Stream.of(latest));
    }

    Optional<Version> find(String id) {
        return id.equals(Blob.ONLY) ? only : VersionIds.time(id).flatMap(this::at).filter(version -> version.id().equals(id));
    }

    private Optional<Version> at(long time) {
        return Optional.ofNullable(time == latest.modified() ? latest : older.get(-time));
    }

    /** Those before one, which may be gone. Then its identifier tells when it came; if it does not, they are all given rather than too few. */
    Stream<Version> after(String id) {
        Optional<Long> time = find(id).map(Version::modified).or(() -> VersionIds.time(id));
        return time.isEmpty() || latest.modified() < time.get() ? all() : older.tailMap(-time.get(), false).values().stream();
    }

    /** With one more, instead of one with its identifier. */
    static Versions with(Optional<Versions> before, Version version) {
        Optional<Versions> others = before.flatMap(versions -> versions.without(version.id()));
        return others.map(versions -> versions.plus(version)).orElseGet(() -> of(version));
    }

    private Versions plus(Version version) {
        Version last = latest.modified() > version.modified() ? latest : version;
        Version before = last == latest ? version : latest;
        return new Versions(last, older.plus(-before.modified(), before), only(version).or(() -> only));
    }

    /** Nothing, if there is no other one. */
    Optional<Versions> without(String id) {
        Optional<Version> removed = find(id);
        if (removed.isEmpty()) {
            return Optional.of(this);
        }
        Optional<Version> stays = only.filter(version -> !version.id().equals(id));
        if (!isLatest(removed.get())) {
            return Optional.of(new Versions(latest, older.minus(-removed.get().modified()), stays));
        }
        Optional<Map.Entry<Long, Version>> next = Optional.ofNullable(older.isEmpty() ? null : older.firstEntry());
        return next.map(entry -> new Versions(entry.getValue(), older.minus(entry.getKey()), stays));
    }

    /** With other attributes of one that is there. */
    Versions replaced(Version version) {
        Optional<Version> changed = only(version).or(() -> only);
        return isLatest(version) ? new Versions(version, older, changed) : new Versions(latest, older.plus(-version.modified(), version), changed);
    }
}
