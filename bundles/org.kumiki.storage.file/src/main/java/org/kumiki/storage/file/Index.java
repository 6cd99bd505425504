package org.kumiki.storage.file;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Upload;
import org.kumiki.wal.Place;
import org.kumiki.wal.State;
import org.kumiki.wal.WriteAheadLog;

/**
 * What the log comes to: buckets, versions, uploads, and where their bytes are. One thread changes it, and never asks whether a change may be; many
 * read it, without a lock. What a change names and is not there was removed by a later change that has been carried out already.
 */
final class Index implements State<Change> {

    private final Contents contents;
    private final Clock clock;
    private final NavigableMap<String, Space> spaces = new ConcurrentSkipListMap<>();

    Index(Contents contents, Clock clock) {
        this.contents = contents;
        this.clock = clock;
    }

    Contents contents() {
        return contents;
    }

    Clock clock() {
        return clock;
    }

    /** In the order of their names. */
    List<Space> spaces() {
        return List.copyOf(spaces.values());
    }

    Optional<Space> space(String bucket) {
        return Optional.ofNullable(spaces.get(bucket));
    }

    Space require(String bucket) {
        return space(bucket).orElseThrow(() -> Failures.noBucket(bucket));
    }

    @Override
    public void apply(Change change, Place place) {
        change.applyTo(this, place);
    }

    void set(Bucket bucket) {
        Space space = spaces.get(bucket.name());
        if (space == null) {
            spaces.put(bucket.name(), new Space(bucket));
        } else {
            space.setBucket(bucket);
        }
    }

    void remove(String bucket) {
        Space space = spaces.remove(bucket);
        if (space != null) {
            space.keys().values().forEach(versions -> versions.all().forEach(version -> contents.release(version.extents())));
            space.uploads().values().forEach(this::release);
        }
    }

    void add(String bucket, String key, Version version) {
        clock.skipTo(version.modified());
        space(bucket).ifPresent(space -> {
            Optional<Versions> before = Optional.ofNullable(space.keys().get(key));
            contents.adopt(version.extents());
            count(space, version, 1);
            space.keys().put(key, Versions.with(before, version));
            before.flatMap(versions -> versions.find(version.id())).ifPresent(replaced -> drop(space, replaced));
        });
    }

    void change(String bucket, String key, String version, Map<String, String> attributes) {
        space(bucket).ifPresent(space -> space.keys().computeIfPresent(key,
                (same, versions) -> versions.find(version).map(found -> versions.replaced(found.with(attributes))).orElse(versions)));
    }

    void remove(String bucket, String key, String version) {
        space(bucket).ifPresent(space -> {
            Versions versions = space.keys().get(key);
            Optional<Version> removed = Optional.ofNullable(versions).flatMap(all -> all.find(version));
            if (removed.isPresent()) {
                versions.without(version).ifPresentOrElse(others -> space.keys().put(key, others), () -> space.keys().remove(key));
                drop(space, removed.get());
            }
        });
    }

    private void drop(Space space, Version version) {
        count(space, version, -1);
        contents.release(version.extents());
    }

    private static void count(Space space, Version version, int sign) {
        space.count(version.marker() ? 0 : sign, sign * version.size());
    }

    void begin(Upload upload) {
        clock.skipTo(Clock.micros(upload.begun()));
        removeUpload(upload.bucket(), upload.id());
        space(upload.bucket()).ifPresent(space -> space.uploads().put(upload.id(), new Session(upload)));
    }

    void add(String bucket, String upload, Session.Piece piece) {
        clock.skipTo(piece.modified());
        space(bucket).ifPresent(space -> {
            Session session = space.uploads().get(upload);
            if (session != null) {
                contents.adopt(piece.extents());
                Session.Piece replaced = session.pieces().put(piece.number(), piece);
                space.count(0, piece.size() - (replaced == null ? 0 : replaced.size()));
                if (replaced != null) {
                    contents.release(replaced.extents());
                }
            }
        });
    }

    void removeUpload(String bucket, String upload) {
        space(bucket).ifPresent(space -> {
            Session removed = space.uploads().remove(upload);
            if (removed != null) {
                space.count(0, -removed.pieces().values().stream().mapToLong(Session.Piece::size).sum());
                release(removed);
            }
        });
    }

    private void release(Session session) {
        session.pieces().values().forEach(piece -> contents.release(piece.extents()));
    }

    /** Of changes that are carried out while it is written it has some, and the log has them all. */
    @Override
    public Snapshot<Change> snapshot() {
        return this::writeTo;
    }

    private void writeTo(Target<Change> target) throws IOException {
        target.put(new Change.Given(contents.lastId(), clock.last()));
        for (Content content : contents.all()) {
            Optional<Place> place = content.place();
            if (place.isPresent()) {
                target.put(new Change.Placed(content.id(), (int) content.size(), place.get()));
            }
        }
        for (Space space : spaces()) {
            String bucket = space.bucket().name();
            target.put(new Change.BucketSet(space.bucket()));
            for (Map.Entry<String, Versions> key : space.keys().entrySet()) {
                for (Version version : (Iterable<Version>) key.getValue().fromTheFirst()::iterator) {
                    target.put(new Change.VersionAdded(bucket, key.getKey(), "", version));
                }
            }
            for (Session session : space.uploads().values()) {
                target.put(new Change.UploadBegun(session.upload()));
                for (Session.Piece piece : session.pieces().values()) {
                    target.put(new Change.PartAdded(bucket, session.upload().id(), piece));
                }
            }
        }
    }

    @Override
    public long live(long segment) {
        return contents.live(segment);
    }

    @Override
    public long live() {
        return contents.live();
    }

    @Override
    public void move(Set<Long> segments, WriteAheadLog<Change> log) throws IOException {
        new Relocation(contents, log).run(segments);
    }

    @Override
    public void removed(long segment) {
        contents.dropped(segment);
    }
}
