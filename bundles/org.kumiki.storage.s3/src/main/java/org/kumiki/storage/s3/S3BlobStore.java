package org.kumiki.storage.s3;


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
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.osgi.service.metatype.annotations.Designate;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Keeps blobs in a cluster that speaks S3; nothing is kept here. Bytes go into objects that never change, and a small record of each key says what it
 * is made of: the record's write is what makes a change. It is decided on under the lock of its key here, and on the condition there that nobody else
 * has changed the record.
 * <p>
 * It is there as soon as it is configured, whether the cluster answers or not.
 */
@ServiceRanking(S3BlobStore.RANKING)
@Component(configurationPid = S3BlobStore.PID, configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true,
        service = { BlobStore.class, S3BlobStore.class })
@Designate(ocd = Config.class)
public final class S3BlobStore implements BlobStore {

    static final String PID = "org.kumiki.storage.s3";

    /** Before a store that is there without having been configured. */
    static final int RANKING = 100;

    private static final int MAX_PARTS = 10_000;
    private static final int PART_MIB = 8;
    private static final int FEWEST_PARTS = 2;

    private final Cluster cluster;
    private final Workers workers = new Workers();
    private final Locks locks = new Locks();
    private final Records records;
    private final Sessions sessions;
    private final Contents contents;
    private final Usages usages;
    private final Spaces spaces;
    private final Uploads uploads;
    private final Keyspace keyspace;
    private final ContentReader reader;
    private final Intake intake;
    private final Copier copier;
    private final Sweep sweep;

    @Activate
    public S3BlobStore(BundleContext context, Config config) {
        this(settings(config, credentials(context, config)), config.memoryMiB() / PART_MIB, Sessions.LENGTH);
        sweep.start();
    }

    /**
     * @param parts how many parts of 8 MiB may be in memory
     * @param age   how old something must be that the sweep removes
     */
    S3BlobStore(Cluster.Settings settings, int parts, Duration age) {
        cluster = new Cluster(settings);
        records = new Records(cluster, workers);
        sessions = new Sessions(records);
        contents = new Contents(cluster, sessions);
        usages = new Usages(cluster, records, locks);
        spaces = new Spaces(records);
        uploads = new Uploads(records, sessions, contents, workers, usages);
        keyspace = new Keyspace(cluster, records, sessions, contents, uploads, usages);
        reader = new ContentReader(cluster);
        intake = new Intake(cluster, workers, sessions, contents, Math.max(FEWEST_PARTS, parts));
        copier = new Copier(cluster, sessions, contents, reader, intake);
        sweep = new Sweep(cluster, records, sessions, contents, spaces, keyspace, uploads, locks, age);
    }

    private static Cluster.Settings settings(Config config, Credentials credentials) {
        String prefix = config.prefix().isBlank() ? "" : config.prefix().replaceAll("/+$", "") + "/";
        return new Cluster.Settings(URI.create(config.endpoint()), config.region(), config.bucket(), prefix, credentials, config.pathStyle(),
                config.conditionalWrites(), Duration.ofSeconds(config.timeoutSeconds()), Math.max(1, config.attempts()));
    }

    private static Credentials credentials(BundleContext context, Config config) {
        Path data = Path.of(Optional.ofNullable(context.getProperty("kumiki.data")).orElse("data"));
        Path file = config.credentials().isBlank() ? data.resolve("s3-cluster-credentials") : Path.of(config.credentials());
        return new Credentials(file.toAbsolutePath(), config.profile());
    }

    @Deactivate
    void close() {
        sweep.close();
        sessions.close();
        workers.close();
        cluster.close();
    }

    @Override
    public void create(Bucket bucket) {
        locks.bucket(bucket.name(), () -> {
            spaces.create(bucket);
            return bucket;
        });
    }

    @Override
    public Optional<Bucket> bucket(String name) {
        return spaces.find(name).map(BucketRecord::toBucket);
    }

    @Override
    public List<Bucket> buckets() {
        return spaces.all().stream().map(BucketRecord::toBucket).toList();
    }

    @Override
    public Bucket update(String bucket, UnaryOperator<Map<String, String>> change) {
        return locks.bucket(bucket, () -> spaces.update(bucket, change).toBucket());
    }

    @Override
    public void delete(String name) {
        locks.bucket(name, () -> {
            BucketRecord bucket = spaces.require(name);
            boolean empty = new Lister(cluster, records, bucket, new Query("", "", "", "", 1, true)).list().blobs().isEmpty();
            if (!empty || !uploads(bucket).isEmpty()) {
                throw new BlobException(Reason.BUCKET_NOT_EMPTY, "there is something in the bucket " + name);
            }
            spaces.delete(name);
            usages.forget(bucket);
            return bucket;
        });
    }

    @Override
    public Usage usage(String bucket) {
        return usages.of(spaces.require(bucket));
    }

    @Override
    public Staged stage(InputStream source) throws IOException {
        return intake.take(source);
    }

    @Override
    public Staged stage(Blob blob, long offset, long length) {
        List<Extent> extents = Extent.slice(version(blob).extents(), offset, length);
        Contents.Reading reading = contents.read(extents);
        try {
            return copier.copy(extents).orElseThrow(() -> lost(blob));
        } catch (BlobException e) {
            version(blob); // If it is gone meanwhile, that is why.
            throw e;
        } finally {
            reading.end();
        }
    }

    @Override
    public void read(Blob blob, long offset, long length, Sink sink) throws IOException {
        Optional<Version> remembered = keyspace.remembered(spaces.require(blob.bucket()), blob.key()).flatMap(record -> version(record, blob));
        if (remembered.isPresent() && read(remembered.get(), offset, length, sink)) {
            return;
        }
        if (!read(version(blob), offset, length, sink)) {
            throw lost(blob);
        }
    }

    private boolean read(Version version, long offset, long length, Sink sink) throws IOException {
        List<Extent> extents = Extent.slice(version.extents(), offset, length);
        Contents.Reading reading = contents.read(extents);
        try {
            return reader.read(extents, sink);
        } finally {
            reading.end();
        }
    }

    private Version version(Blob blob) {
        return keyspace.find(spaces.require(blob.bucket()), blob.key()).flatMap(record -> version(record, blob))
                .orElseThrow(() -> Failures.noBlob(blob.bucket(), blob.key()));
    }

    private static Optional<Version> version(KeyRecord record, Blob blob) {
        return record.find(blob.version()).filter(version -> version.is(blob));
    }

    /** Of a blob whose bytes are not there: either it has been deleted right now, or they have been lost. */
    private BlobException lost(Blob blob) {
        version(blob);
        return Failures.corrupt("with bytes of " + blob.key(), "it is gone");
    }

    @Override
    public Blob put(String bucket, String key, List<Staged> bytes, Map<String, String> attributes, Keeping keeping, Precondition precondition) {
        Keys.check(key);
        return using(bytes, extents -> change(bucket, key, before -> {
            precondition.check(before.blob(bucket));
            return added(bucket, before, version(before, keeping, false, attributes, extents), keeping, null);
        }));
    }

    @Override
    public Blob mark(String bucket, String key, Keeping keeping, Precondition precondition) {
        Keys.check(key);
        return change(bucket, key, before -> {
            precondition.check(before.blob(bucket));
            return added(bucket, before, version(before, keeping, true, Map.of(), List.of()), keeping, null);
        });
    }

    private static Version version(KeyRecord before, Keeping keeping, boolean marker, Map<String, String> attributes, List<Extent> extents) {
        long at = before.next();
        return new Version(keeping == Keeping.REPLACE ? Blob.ONLY : VersionIds.at(at), at, marker, attributes, extents);
    }

    private static Keyspace.Change<Blob> added(String bucket, KeyRecord before, Version version, Keeping keeping, String upload) {
        return new Keyspace.Change<>(before.with(version, keeping), upload, version.toBlob(bucket, before.key(), true));
    }

    private <T> T change(String bucket, String key, Function<KeyRecord, Keyspace.Change<T>> decide) {
        return locks.key(bucket, key, () -> keyspace.change(spaces.require(bucket), key, decide));
    }

    /** Makes something of staged bytes, which are free again if nothing becomes of them. */
    private static <T> T using(List<Staged> bytes, Function<List<Extent>, T> change) {
        List<Extent> extents = StagedBytes.use(bytes);
        try {
            T made = change.apply(extents);
            StagedBytes.keep(bytes, true);
            return made;
        } catch (UndecidedException e) {
            StagedBytes.keep(bytes, false);
            throw e;
        } catch (RuntimeException e) {
            StagedBytes.release(bytes);
            throw e;
        }
    }

    @Override
    public Optional<Blob> find(String bucket, String key) {
        return keyspace.find(spaces.require(bucket), key).flatMap(record -> record.blob(bucket));
    }

    @Override
    public Optional<Blob> find(String bucket, String key, String version) {
        return keyspace.find(spaces.require(bucket), key).flatMap(record -> record.find(version).map(found -> record.toBlob(bucket, found)));
    }

    @Override
    public Blob update(String bucket, String key, String version, UnaryOperator<Map<String, String>> change) {
        return change(bucket, key, before -> {
            Version changed = before.find(version).map(found -> found.with(change.apply(found.attributes())))
                    .orElseThrow(() -> Failures.noBlob(bucket, key));
            KeyRecord after = before.replaced(changed);
            return Keyspace.Change.to(after, after.toBlob(bucket, changed));
        });
    }

    @Override
    public Optional<Blob> delete(String bucket, String key, String version, Consumer<Blob> check) {
        return change(bucket, key, before -> {
            Optional<Version> found = before.find(version);
            Optional<Blob> blob = found.map(each -> before.toBlob(bucket, each));
            blob.ifPresent(check);
            return Keyspace.Change.to(found.map(before::without).orElse(before), blob);
        });
    }

    @Override
    public Listing list(String bucket, Query query) {
        return new Lister(cluster, records, spaces.require(bucket), query).list();
    }

    @Override
    public Upload begin(String bucket, String key, Map<String, String> attributes) {
        Keys.check(key);
        return locks.key(bucket, key, () -> uploads.begin(spaces.require(bucket), key, attributes).toUpload(bucket));
    }

    @Override
    public Optional<Upload> upload(String bucket, String key, String id) {
        return found(spaces.require(bucket), key, id).map(found -> found.value().toUpload(bucket));
    }

    private Optional<Records.Found<UploadRecord>> found(BucketRecord bucket, String key, String id) {
        return uploads.find(bucket, id).filter(found -> found.value().key().equals(key) && !keyspace.isCompleted(bucket, found.value()));
    }

    private Records.Found<UploadRecord> require(BucketRecord bucket, Upload upload) {
        return found(bucket, upload.key(), upload.id()).orElseThrow(() -> Failures.noUpload(upload.id()));
    }

    @Override
    public List<Upload> uploads(String bucket) {
        return uploads(spaces.require(bucket)).stream().map(upload -> upload.toUpload(bucket)).toList();
    }

    private List<UploadRecord> uploads(BucketRecord bucket) {
        return uploads.all(bucket).stream().filter(upload -> !keyspace.isCompleted(bucket, upload)).toList();
    }

    @Override
    public Part put(Upload upload, int number, Staged bytes, Map<String, String> attributes) {
        if (number < 1 || number > MAX_PARTS) {
            throw new IllegalArgumentException("parts have numbers from 1 to " + MAX_PARTS);
        }
        return using(List.of(bytes), extents -> locks.key(upload.bucket(), upload.key(), () -> {
            BucketRecord bucket = spaces.require(upload.bucket());
            require(bucket, upload);
            return uploads.put(bucket, upload.id(), number, extents, attributes);
        }));
    }

    @Override
    public List<Part> parts(Upload upload) {
        BucketRecord bucket = spaces.require(upload.bucket());
        require(bucket, upload);
        return uploads.parts(bucket, upload.id()).stream().map(PartRecord::toPart).toList();
    }

    @Override
    public Blob complete(Upload upload, List<Part> parts, Map<String, String> attributes, Keeping keeping, Precondition precondition) {
        return change(upload.bucket(), upload.key(), before -> {
            BucketRecord bucket = spaces.require(upload.bucket());
            Records.Found<UploadRecord> found = require(bucket, upload);
            Map<Integer, PartRecord> brought = uploads.parts(bucket, upload.id()).stream().collect(Collectors.toMap(PartRecord::number, part -> part));
            List<Extent> extents = parts.stream().flatMap(part -> Optional.ofNullable(brought.get(part.number()))
                    .filter(record -> record.toPart().equals(part)).orElseThrow(() -> Uploads.noPart(part.number())).extents().stream()).toList();
            precondition.check(before.blob(upload.bucket()));
            uploads.completing(bucket, found);
            return added(upload.bucket(), before, version(before, keeping, false, attributes, extents), keeping, upload.id());
        });
    }

    @Override
    public void abort(Upload upload) {
        locks.key(upload.bucket(), upload.key(), () -> {
            BucketRecord bucket = spaces.require(upload.bucket());
            require(bucket, upload);
            uploads.abort(bucket, upload.id());
            return bucket;
        });
    }

    /** What an operator may want to know, beyond what everybody does with a store. */
    Cluster cluster() {
        return cluster;
    }

    Sweep sweep() {
        return sweep;
    }
}
