package org.kumiki.storage.file;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Keys;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Part;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;
import org.kumiki.api.blob.Sink;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.blob.Upload;
import org.kumiki.api.blob.Usage;
import org.kumiki.api.text.Utf8;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Keeps blobs in files: whatever changes is a record of a log, with the bytes if they are few; many have a file of their own. What the log comes to
 * is in memory. A change is decided on under the lock of its key, and is durable and carried out before the lock is left; and so are those that are
 * decided on under other locks meanwhile, with one flush for all.
 */
@Component(configurationPid = FileBlobStore.PID, immediate = true, service = { BlobStore.class, FileBlobStore.class })
@Designate(ocd = Config.class)
public final class FileBlobStore implements BlobStore {

    static final String PID = "org.kumiki.storage.file";

    private static final int MAX_PARTS = 10_000;

    private final Clock clock = new Clock();
    private final LogFiles files;
    private final Reserve reserve;
    private final Housekeeping housekeeping;
    private final Contents contents;
    private final Index index;
    private final Log log;
    private final Changes changes;
    private final ContentReader reader;
    private final Intake intake;

    @Activate
    public FileBlobStore(BundleContext context, Config config) throws IOException {
        this(directory(context, config.directory()), Disk.REAL, (long) Math.max(1, config.segmentMiB()) << 20);
    }

    /** @param segmentBytes after how many bytes a segment of the log is long enough */
    FileBlobStore(Path directory, Disk disk, long segmentBytes) throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        files = new LogFiles(directory, disk);
        try {
            contents = new Contents(new ContentFiles(directory.resolve("content"), disk), file -> removeLater(file));
            index = new Index(contents, clock);
            reserve = new Reserve(directory.resolve("reserve"), disk);
            housekeeping = new Housekeeping(files, disk, index, segmentBytes, reserve);
            log = new Log(files, disk, index, segmentBytes, reserve, housekeeping::look);
            changes = new Changes(index, log);
            reader = new ContentReader(contents, log);
            intake = new Intake(contents, disk);
            open();
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private static Path directory(BundleContext context, String configured) {
        Path data = Path.of(Optional.ofNullable(context.getProperty("kumiki.data")).orElse("data"));
        return (configured.isBlank() ? data.resolve("blobs") : Path.of(configured)).toAbsolutePath();
    }

    private void removeLater(Path file) {
        housekeeping.remove(file);
    }

    private void open() throws IOException {
        long first = files.newestCheckpoint().orElse(1);
        if (files.newestCheckpoint().isPresent()) {
            Checkpoint.read(files.checkpoint(first), index);
        }
        files.removeCheckpointsBefore(first);
        try {
            log.open(first);
            contents.settle(log);
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
        housekeeping.start(log, reader, first);
        log.start();
    }

    @Deactivate
    void close() throws IOException {
        housekeeping.close();
        try {
            log.close();
        } finally {
            reserve.close();
            files.close();
        }
    }

    @Override
    public void create(Bucket bucket) {
        changes.ofName(bucket.name(), () -> {
            if (index.space(bucket.name()).isPresent()) {
                throw new BlobException(Reason.BUCKET_EXISTS, "there is a bucket " + bucket.name() + " already");
            }
            Bucket kept = new Bucket(bucket.name(), Version.instant(Clock.micros(bucket.created())), bucket.attributes());
            changes.commit(new Change.BucketSet(kept));
            return kept;
        });
    }

    @Override
    public Optional<Bucket> bucket(String name) {
        return index.space(name).map(Space::bucket);
    }

    @Override
    public List<Bucket> buckets() {
        return index.spaces().stream().map(Space::bucket).toList();
    }

    @Override
    public Bucket update(String bucket, UnaryOperator<Map<String, String>> change) {
        return changes.ofBucket(bucket, space -> {
            Bucket before = space.bucket();
            Bucket changed = new Bucket(before.name(), before.created(), change.apply(before.attributes()));
            changes.commit(new Change.BucketSet(changed));
            return changed;
        });
    }

    @Override
    public void delete(String bucket) {
        changes.ofBucket(bucket, space -> {
            if (!space.isEmpty()) {
                throw new BlobException(Reason.BUCKET_NOT_EMPTY, "there is something in the bucket " + bucket);
            }
            changes.commit(new Change.BucketGone(bucket));
            return space;
        });
    }

    @Override
    public Usage usage(String bucket) {
        return index.require(bucket).usage();
    }

    @Override
    public Staged stage(InputStream source) throws IOException {
        return intake.take(source);
    }

    @Override
    public Staged stage(Blob blob, long offset, long length) {
        List<Extent> extents = Extent.slice(version(blob).extents(), offset, length);
        if (length <= Intake.SMALL) {
            // A few bytes must not keep many.
            return StagedBytes.small(contents, bytes(blob, offset, (int) length));
        }
        contents.retain(extents).orElseThrow(() -> Failures.noBlob(blob.bucket(), blob.key()));
        return StagedBytes.shared(contents, extents);
    }

    @Override
    public void read(Blob blob, long offset, long length, Sink sink) throws IOException {
        List<Extent> extents = Extent.slice(version(blob).extents(), offset, length);
        if (!reader.read(extents, sink)) {
            throw Failures.noBlob(blob.bucket(), blob.key());
        }
    }

    private byte[] bytes(Blob blob, long offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            read(blob, offset, length, bytes::put);
        } catch (IOException e) {
            throw new IllegalStateException("memory can always be written to", e);
        }
        return bytes.array();
    }

    private Version version(Blob blob) {
        return versions(blob.bucket(), blob.key()).flatMap(versions -> versions.find(blob.version())).filter(version -> version.is(blob))
                .orElseThrow(() -> Failures.noBlob(blob.bucket(), blob.key()));
    }

    @Override
    public Blob put(String bucket, String key, List<Staged> bytes, Map<String, String> attributes, Keeping keeping, Precondition precondition) {
        Keys.check(key);
        Commit commit = new Commit();
        List<Extent> extents = StagedBytes.addAll(bytes, commit);
        return changes.using(extents, () -> changes.ofKey(bucket, key, space -> {
            precondition.check(find(bucket, key));
            Version version = version(keeping, false, attributes, extents);
            changes.commit(commit.add(new Change.VersionAdded(bucket, key, "", version)));
            bytes.forEach(Staged::close);
            return version.toBlob(bucket, key, true);
        }));
    }

    @Override
    public Blob mark(String bucket, String key, Keeping keeping, Precondition precondition) {
        Keys.check(key);
        return changes.ofKey(bucket, key, space -> {
            precondition.check(find(bucket, key));
            Version marker = version(keeping, true, Map.of(), List.of());
            changes.commit(new Change.VersionAdded(bucket, key, "", marker));
            return marker.toBlob(bucket, key, true);
        });
    }

    private Version version(Keeping keeping, boolean marker, Map<String, String> attributes, List<Extent> extents) {
        long time = clock.next();
        return new Version(keeping == Keeping.REPLACE ? Blob.ONLY : VersionIds.at(time), time, marker, attributes, extents);
    }

    @Override
    public Optional<Blob> find(String bucket, String key) {
        return versions(bucket, key).map(versions -> versions.latest().toBlob(bucket, key, true));
    }

    @Override
    public Optional<Blob> find(String bucket, String key, String version) {
        return versions(bucket, key).flatMap(versions -> versions.find(version)
                .map(found -> found.toBlob(bucket, key, versions.isLatest(found))));
    }

    private Optional<Versions> versions(String bucket, String key) {
        return Optional.ofNullable(index.require(bucket).keys().get(key));
    }

    @Override
    public Blob update(String bucket, String key, String version, UnaryOperator<Map<String, String>> change) {
        return changes.ofKey(bucket, key, space -> {
            Blob before = find(bucket, key, version).orElseThrow(() -> Failures.noBlob(bucket, key));
            changes.commit(new Change.VersionChanged(bucket, key, version, Map.copyOf(change.apply(before.attributes()))));
            return find(bucket, key, version).orElseThrow();
        });
    }

    @Override
    public Optional<Blob> delete(String bucket, String key, String version, Consumer<Blob> check) {
        return changes.ofKey(bucket, key, space -> {
            Optional<Blob> found = find(bucket, key, version);
            found.ifPresent(blob -> {
                check.accept(blob);
                changes.commit(new Change.VersionGone(bucket, key, version));
            });
            return found;
        });
    }

    @Override
    public Listing list(String bucket, Query query) {
        return Lister.list(bucket, index.require(bucket).keys(), query);
    }

    @Override
    public Upload begin(String bucket, String key, Map<String, String> attributes) {
        Keys.check(key);
        return changes.ofKey(bucket, key, space -> {
            long time = clock.next();
            Upload upload = new Upload(bucket, key, VersionIds.at(time), Version.instant(time), attributes);
            changes.commit(new Change.UploadBegun(upload));
            return upload;
        });
    }

    @Override
    public Optional<Upload> upload(String bucket, String key, String id) {
        return Optional.ofNullable(index.require(bucket).uploads().get(id)).map(Session::upload).filter(upload -> upload.key().equals(key));
    }

    @Override
    public List<Upload> uploads(String bucket) {
        return index.require(bucket).uploads().values().stream().map(Session::upload)
                .sorted(Comparator.comparing(Upload::key, Utf8.ORDER).thenComparing(Upload::id)).toList();
    }

    @Override
    public Part put(Upload upload, int number, Staged bytes, Map<String, String> attributes) {
        if (number < 1 || number > MAX_PARTS) {
            throw new IllegalArgumentException("parts have numbers from 1 to " + MAX_PARTS);
        }
        Commit commit = new Commit();
        List<Extent> extents = StagedBytes.addAll(List.of(bytes), commit);
        return changes.using(extents, () -> changes.ofKey(upload.bucket(), upload.key(), space -> {
            session(space, upload);
            Session.Piece piece = new Session.Piece(number, clock.next(), attributes, extents);
            changes.commit(commit.add(new Change.PartAdded(upload.bucket(), upload.id(), piece)));
            bytes.close();
            return piece.toPart();
        }));
    }

    @Override
    public List<Part> parts(Upload upload) {
        return session(index.require(upload.bucket()), upload).pieces().values().stream().map(Session.Piece::toPart).toList();
    }

    @Override
    public Blob complete(Upload upload, List<Part> parts, Map<String, String> attributes, Keeping keeping, Precondition precondition) {
        String bucket = upload.bucket();
        String key = upload.key();
        return changes.ofKey(bucket, key, space -> {
            Session session = session(space, upload);
            List<Extent> extents = parts.stream().flatMap(part -> piece(session, part).extents().stream()).toList();
            precondition.check(find(bucket, key));
            Version version = version(keeping, false, attributes, extents);
            changes.commit(new Change.VersionAdded(bucket, key, upload.id(), version));
            return version.toBlob(bucket, key, true);
        });
    }

    @Override
    public void abort(Upload upload) {
        changes.ofKey(upload.bucket(), upload.key(), space -> {
            session(space, upload);
            changes.commit(new Change.UploadGone(upload.bucket(), upload.id()));
            return space;
        });
    }

    private static Session session(Space space, Upload upload) {
        return Optional.ofNullable(space.uploads().get(upload.id())).filter(session -> session.upload().key().equals(upload.key()))
                .orElseThrow(() -> Failures.noUpload(upload.id()));
    }

    private static Session.Piece piece(Session session, Part part) {
        return Optional.ofNullable(session.pieces().get(part.number())).filter(piece -> piece.toPart().equals(part))
                .orElseThrow(() -> new BlobException(Reason.NO_SUCH_PART, "part " + part.number() + " has not been brought, or again since"));
    }

    /** What an operator may want to do with it, beyond what everybody does with a store. */
    Scrub scrub() {
        return new Scrub(index, reader);
    }
}
