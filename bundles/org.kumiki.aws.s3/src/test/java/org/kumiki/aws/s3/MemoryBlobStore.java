package org.kumiki.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Part;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;
import org.kumiki.api.blob.Sink;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.blob.Upload;
import org.kumiki.api.blob.Usage;

/** Blobs in memory, under one lock. */
final class MemoryBlobStore implements BlobStore {

    /** In the order of bytes in UTF-8. */
    private static final Comparator<String> ORDER = (one, other) -> Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8),
            other.getBytes(StandardCharsets.UTF_8));

    private record Version(Blob blob, byte[] bytes) {
    }

    private record Bytes(byte[] content) implements Staged {

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public void close() {
            // there is nothing to give back
        }
    }

    private static final class Room {
        private Bucket bucket;
        /** From the latest to the first. */
        private final TreeMap<String, List<Version>> keys = new TreeMap<>(ORDER);
        private final Map<String, Progress> uploads = new LinkedHashMap<>();
    }

    private static final class Progress {
        private Upload upload;
        private final TreeMap<Integer, Part> parts = new TreeMap<>();
        private final Map<Integer, byte[]> bytes = new HashMap<>();
    }

    private final TreeMap<String, Room> rooms = new TreeMap<>();
    private long count;
    private Callable<?> beforeDelete;

    /** Lets something happen right before the next version is deleted. */
    void beforeDelete(Callable<?> event) {
        beforeDelete = event;
    }

    @Override
    public synchronized void create(Bucket bucket) {
        if (rooms.containsKey(bucket.name())) {
            throw new BlobException(Reason.BUCKET_EXISTS, bucket.name());
        }
        Room room = new Room();
        room.bucket = bucket;
        rooms.put(bucket.name(), room);
    }

    @Override
    public synchronized Optional<Bucket> bucket(String name) {
        return Optional.ofNullable(rooms.get(name)).map(room -> room.bucket);
    }

    @Override
    public synchronized List<Bucket> buckets() {
        return rooms.values().stream().map(room -> room.bucket).toList();
    }

    @Override
    public synchronized Bucket update(String bucket, UnaryOperator<Map<String, String>> change) {
        Room room = room(bucket);
        room.bucket = new Bucket(bucket, room.bucket.created(), change.apply(room.bucket.attributes()));
        return room.bucket;
    }

    @Override
    public synchronized void delete(String bucket) {
        if (!room(bucket).keys.isEmpty() || !room(bucket).uploads.isEmpty()) {
            throw new BlobException(Reason.BUCKET_NOT_EMPTY, bucket);
        }
        rooms.remove(bucket);
    }

    @Override
    public synchronized Usage usage(String bucket) {
        List<Version> versions = room(bucket).keys.values().stream().flatMap(List::stream).filter(version -> !version.blob().marker()).toList();
        long parts = room(bucket).uploads.values().stream().flatMap(progress -> progress.parts.values().stream()).mapToLong(Part::size).sum();
        return new Usage(versions.size(), versions.stream().mapToLong(version -> version.blob().size()).sum() + parts);
    }

    @Override
    public Staged stage(InputStream source) throws IOException {
        return new Bytes(source.readAllBytes());
    }

    @Override
    public synchronized Staged stage(Blob blob, long offset, long length) {
        return new Bytes(Arrays.copyOfRange(bytes(blob), (int) offset, (int) (offset + length)));
    }

    @Override
    public void read(Blob blob, long offset, long length, Sink sink) throws IOException {
        byte[] bytes;
        synchronized (this) {
            bytes = bytes(blob);
        }
        for (long at = offset; at < offset + length; at += 10_000) { // in pieces, as others do
            sink.accept(ByteBuffer.wrap(bytes, (int) at, (int) Math.min(10_000, offset + length - at)).asReadOnlyBuffer());
        }
    }

    @Override
    public synchronized Blob put(String bucket, String key, List<Staged> bytes, Map<String, String> attributes, Keeping keeping,
            Precondition precondition) {
        ByteBuffer whole = ByteBuffer.allocate((int) bytes.stream().mapToLong(Staged::size).sum());
        bytes.forEach(staged -> whole.put(((Bytes) staged).content()));
        return add(bucket, key, whole.array(), false, attributes, keeping, precondition);
    }

    @Override
    public synchronized Blob mark(String bucket, String key, Keeping keeping, Precondition precondition) {
        return add(bucket, key, new byte[0], true, Map.of(), keeping, precondition);
    }

    private Blob add(String bucket, String key, byte[] bytes, boolean marker, Map<String, String> attributes, Keeping keeping,
            Precondition precondition) {
        Room room = room(bucket);
        precondition.check(find(bucket, key));
        List<Version> versions = room.keys.computeIfAbsent(key, name -> new ArrayList<>());
        if (keeping == Keeping.REPLACE) {
            versions.removeIf(version -> version.blob().version().equals(Blob.ONLY));
        }
        String version = keeping == Keeping.REPLACE ? Blob.ONLY : "v%020d".formatted(++count);
        versions.add(0, new Version(new Blob(bucket, key, version, Instant.now(), bytes.length, marker, true, attributes), bytes));
        settle(room, key);
        return versions.get(0).blob();
    }

    /** Says of each version whether it is the latest; a key without any is gone. */
    private static void settle(Room room, String key) {
        List<Version> versions = room.keys.get(key);
        for (int i = 0; i < versions.size(); i++) {
            Blob blob = versions.get(i).blob();
            versions.set(i, new Version(new Blob(blob.bucket(), key, blob.version(), blob.modified(), blob.size(), blob.marker(), i == 0, blob.attributes()),
                    versions.get(i).bytes()));
        }
        if (versions.isEmpty()) {
            room.keys.remove(key);
        }
    }

    @Override
    public synchronized Optional<Blob> find(String bucket, String key) {
        return versions(bucket, key).stream().map(Version::blob).findFirst();
    }

    @Override
    public synchronized Optional<Blob> find(String bucket, String key, String version) {
        return versions(bucket, key).stream().map(Version::blob).filter(blob -> blob.version().equals(version)).findFirst();
    }

    @Override
    public synchronized Blob update(String bucket, String key, String version, UnaryOperator<Map<String, String>> change) {
        List<Version> versions = versions(bucket, key);
        for (int i = 0; i < versions.size(); i++) {
            Blob old = versions.get(i).blob();
            if (old.version().equals(version)) {
                Blob blob = new Blob(bucket, key, version, old.modified(), old.size(), old.marker(), old.latest(), change.apply(old.attributes()));
                versions.set(i, new Version(blob, versions.get(i).bytes()));
                return blob;
            }
        }
        throw new BlobException(Reason.NO_SUCH_BLOB, key);
    }

    @Override
    public Optional<Blob> delete(String bucket, String key, String version, Consumer<Blob> check) {
        if (beforeDelete != null) {
            Callable<?> event = beforeDelete;
            beforeDelete = null;
            try {
                event.call();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        return remove(bucket, key, version, check);
    }

    private synchronized Optional<Blob> remove(String bucket, String key, String version, Consumer<Blob> check) {
        Optional<Blob> blob = find(bucket, key, version);
        blob.ifPresent(found -> {
            check.accept(found);
            versions(bucket, key).removeIf(one -> one.blob().version().equals(version));
            settle(room(bucket), key);
        });
        return blob;
    }

    @Override
    public synchronized Listing list(String bucket, Query query) {
        List<Blob> blobs = new ArrayList<>();
        TreeSet<String> groups = new TreeSet<>(ORDER);
        String last = "";
        String lastVersion = "";
        for (Map.Entry<String, List<Version>> entry : room(bucket).keys.tailMap(query.after(), true).entrySet()) {
            String key = entry.getKey();
            int cut = query.delimiter().isEmpty() || !key.startsWith(query.prefix()) ? -1 : key.indexOf(query.delimiter(), query.prefix().length());
            String group = cut < 0 ? null : key.substring(0, cut + query.delimiter().length());
            List<Blob> shown = shown(entry.getValue(), query, key);
            boolean old = group != null && (query.after().startsWith(group) || groups.contains(group));
            if (!key.startsWith(query.prefix()) || shown.isEmpty() || old) {
                continue;
            }
            for (Blob blob : group == null ? shown : shown.subList(0, 1)) {
                if (blobs.size() + groups.size() == query.limit()) {
                    return new Listing(blobs, List.copyOf(groups), true, last, lastVersion);
                }
                if (group == null) {
                    blobs.add(blob);
                } else {
                    groups.add(group);
                }
                last = group == null ? key : group;
                lastVersion = group == null && query.versions() ? blob.version() : "";
            }
        }
        return new Listing(blobs, List.copyOf(groups), false, last, lastVersion);
    }

    private static List<Blob> shown(List<Version> versions, Query query, String key) {
        List<Blob> blobs = versions.stream().map(Version::blob).filter(blob -> query.versions() || blob.latest() && !blob.marker()).toList();
        if (!key.equals(query.after()) || query.after().isEmpty()) {
            return blobs;
        }
        int marker = blobs.stream().map(Blob::version).toList().indexOf(query.afterVersion());
        return marker < 0 ? List.of() : blobs.subList(marker + 1, blobs.size());
    }

    @Override
    public synchronized Upload begin(String bucket, String key, Map<String, String> attributes) {
        Progress progress = new Progress();
        progress.upload = new Upload(bucket, key, "u%020d".formatted(++count), Instant.now(), attributes);
        room(bucket).uploads.put(progress.upload.id(), progress);
        return progress.upload;
    }

    @Override
    public synchronized Optional<Upload> upload(String bucket, String key, String id) {
        return Optional.ofNullable(room(bucket).uploads.get(id)).map(progress -> progress.upload).filter(upload -> upload.key().equals(key));
    }

    @Override
    public synchronized List<Upload> uploads(String bucket) {
        return room(bucket).uploads.values().stream().map(progress -> progress.upload).sorted(Comparator.comparing(Upload::key, ORDER)).toList();
    }

    @Override
    public synchronized Part put(Upload upload, int number, Staged bytes, Map<String, String> attributes) {
        Progress progress = progress(upload);
        Part part = new Part(number, bytes.size(), Instant.now(), attributes);
        progress.parts.put(number, part);
        progress.bytes.put(number, ((Bytes) bytes).content());
        return part;
    }

    @Override
    public synchronized List<Part> parts(Upload upload) {
        return List.copyOf(progress(upload).parts.values());
    }

    @Override
    public synchronized Blob complete(Upload upload, List<Part> parts, Map<String, String> attributes, Keeping keeping, Precondition precondition) {
        Progress progress = progress(upload);
        if (!parts.stream().allMatch(part -> part.equals(progress.parts.get(part.number())))) {
            throw new BlobException(Reason.NO_SUCH_PART, upload.id());
        }
        List<Staged> bytes = parts.stream().map(part -> (Staged) new Bytes(progress.bytes.get(part.number()))).toList();
        Blob blob = put(upload.bucket(), upload.key(), bytes, attributes, keeping, precondition);
        room(upload.bucket()).uploads.remove(upload.id());
        return blob;
    }

    @Override
    public synchronized void abort(Upload upload) {
        progress(upload);
        room(upload.bucket()).uploads.remove(upload.id());
    }

    private Room room(String bucket) {
        return Optional.ofNullable(rooms.get(bucket)).orElseThrow(() -> new BlobException(Reason.NO_SUCH_BUCKET, bucket));
    }

    private List<Version> versions(String bucket, String key) {
        return room(bucket).keys.getOrDefault(key, List.of());
    }

    private byte[] bytes(Blob blob) {
        return versions(blob.bucket(), blob.key()).stream().filter(version -> version.blob().version().equals(blob.version())).findFirst()
                .orElseThrow(() -> new BlobException(Reason.NO_SUCH_BLOB, blob.key())).bytes();
    }

    private Progress progress(Upload upload) {
        return Optional.ofNullable(room(upload.bucket()).uploads.get(upload.id())).orElseThrow(() -> new BlobException(Reason.NO_SUCH_UPLOAD, upload.id()));
    }
}
