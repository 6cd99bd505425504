package org.kumiki.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/**
 * Snapshots in a store of blobs, as EBS keeps its snapshots in S3: block by block, by what is in the blocks, so that snapshots of one volume share what
 * has not changed between them. A snapshot is there when its list of blocks is. Nothing is shared between volumes: what one account has kept tells
 * nobody else anything.
 * <p>
 * One process at a time uses the bucket. Thread-safe; calls block.
 */
final class SnapshotArchive {

    /** No client can make a bucket of such a name, and this one has no owner who could reach it. */
    static final String BUCKET = "Kumiki.snapshots";

    private static final String LISTS = "snapshots/";
    private static final String BLOCKS = "blocks/";
    private static final String LINEAGE = "lineage";
    private static final String STATE = "state";
    private static final String CHECKSUM = "sha256";
    private static final String COMPLETE = "complete";
    private static final int PAGE = 1_000;

    private final BlobStore store;
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    SnapshotArchive(BlobStore store) {
        this.store = store;
    }

    boolean has(SnapshotId id) {
        return guarded(() -> list(id).isPresent());
    }

    /**
     * Keeps a raw disk. What was kept under this name before, or was begun, is replaced when it is complete.
     *
     * @param lineage whose snapshots share blocks
     */
    void keep(SnapshotId id, String lineage, FileChannel disk, IntConsumer percent) throws IOException {
        guarded(() -> {
            synchronized (lock(lineage)) { // no block that is found here may be swept meanwhile
                if (store.bucket(BUCKET).isEmpty()) {
                    store.create(new Bucket(BUCKET, Clock.systemUTC().instant(), Map.of()));
                }
                if (list(id).isEmpty()) {
                    put(LISTS + id, new byte[0], Map.of(LINEAGE, lineage, STATE, "begun")); // who deletes it knows what to look for
                }
                byte[] manifest = new SnapshotManifest(disk.size(), blocks(lineage, disk, percent)).bytes();
                put(LISTS + id, manifest, Map.of(LINEAGE, lineage, STATE, COMPLETE, CHECKSUM, sha256(manifest)));
            }
            return null;
        });
    }

    private List<String> blocks(String lineage, FileChannel disk, IntConsumer percent) throws IOException {
        List<String> blocks = new ArrayList<>();
        long size = disk.size();
        byte[] block = new byte[SnapshotManifest.BLOCK];
        for (long at = 0; at < size; at += block.length) {
            if (Thread.interrupted()) {
                throw new IOException("the store is stopping");
            }
            int length = (int) Math.min(block.length, size - at);
            read(disk, ByteBuffer.wrap(block, 0, length), at);
            byte[] content = length == block.length ? block : Arrays.copyOf(block, length);
            blocks.add(isZero(content) ? "" : keep(lineage, content));
            percent.accept((int) (100 * (at + length) / size));
        }
        return blocks;
    }

    private String keep(String lineage, byte[] block) throws IOException {
        String hash = sha256(block);
        String key = BLOCKS + lineage + "/" + hash;
        if (store.find(BUCKET, key).isEmpty()) {
            put(key, block, Map.of());
        }
        return hash;
    }

    /** Writes a snapshot into an empty file, every block of which is what it was when it was kept. */
    void restore(SnapshotId id, FileChannel file) throws IOException {
        guarded(() -> {
            Blob list = list(id).orElseThrow(() -> notFound(id));
            SnapshotManifest manifest = manifest(list);
            for (int i = 0; i < manifest.blocks().size(); i++) {
                if (Thread.interrupted()) {
                    throw new IOException("the store is stopping");
                }
                String hash = manifest.blocks().get(i);
                if (!hash.isEmpty()) {
                    ByteBuffer content = ByteBuffer.wrap(block(id, list.attributes().get(LINEAGE), hash, manifest.length(i)));
                    for (long at = (long) i * SnapshotManifest.BLOCK; content.hasRemaining();) {
                        at += file.write(content, at);
                    }
                }
            }
            if (file.size() < manifest.size()) { // it ends with a hole
                file.write(ByteBuffer.allocate(1), manifest.size() - 1);
            }
            return null;
        });
    }

    private byte[] block(SnapshotId id, String lineage, String hash, int length) throws IOException {
        Optional<Blob> blob = store.find(BUCKET, BLOCKS + lineage + "/" + hash);
        byte[] content = blob.isPresent() ? read(blob.get()) : new byte[0];
        if (content.length != length || !sha256(content).equals(hash)) {
            throw new StorageException(Reason.UNAVAILABLE, "A block of the snapshot " + id + " is " + (blob.isEmpty() ? "lost" : "damaged")
                    + ", so it cannot be restored.");
        }
        return content;
    }

    /** Takes a snapshot away, and every block that no other of its lineage needs. It is no error if there is none. */
    void delete(SnapshotId id) throws IOException {
        guarded(() -> {
            Optional<Blob> known = store.bucket(BUCKET).flatMap(bucket -> store.find(BUCKET, LISTS + id));
            if (known.isEmpty()) {
                return null;
            }
            String lineage = known.get().attributes().get(LINEAGE);
            synchronized (lock(lineage)) {
                // Until its blocks are swept the list stays, so that a crash in the middle of it leaves somebody who knows of them.
                store.update(BUCKET, LISTS + id, Blob.ONLY, attributes -> {
                    Map<String, String> changed = new HashMap<>(attributes);
                    changed.put(STATE, "deleted");
                    return changed;
                });
                Set<String> needed = new HashSet<>();
                for (Blob list : all(LISTS)) {
                    if (lineage.equals(list.attributes().get(LINEAGE)) && isComplete(list)) {
                        needed.addAll(manifest(list).contents());
                    }
                }
                String prefix = BLOCKS + lineage + "/";
                for (Blob block : all(prefix)) {
                    if (!needed.contains(block.key().substring(prefix.length()))) {
                        remove(block.key());
                    }
                }
                remove(LISTS + id);
            }
            return null;
        });
    }

    private Object lock(String lineage) {
        return locks.computeIfAbsent(lineage, key -> new Object());
    }

    private Optional<Blob> list(SnapshotId id) {
        return store.bucket(BUCKET).isEmpty() ? Optional.empty() : store.find(BUCKET, LISTS + id).filter(SnapshotArchive::isComplete);
    }

    private static boolean isComplete(Blob list) {
        return COMPLETE.equals(list.attributes().get(STATE));
    }

    private SnapshotManifest manifest(Blob list) throws IOException {
        byte[] bytes = read(list);
        if (!sha256(bytes).equals(list.attributes().get(CHECKSUM))) {
            throw new StorageException(Reason.UNAVAILABLE, "The list of blocks of " + list.key() + " is damaged.");
        }
        return SnapshotManifest.of(bytes);
    }

    private List<Blob> all(String prefix) {
        List<Blob> all = new ArrayList<>();
        Listing page = store.list(BUCKET, new Query(prefix, "", "", "", PAGE, false));
        all.addAll(page.blobs());
        while (page.truncated()) {
            page = store.list(BUCKET, new Query(prefix, "", page.last(), "", PAGE, false));
            all.addAll(page.blobs());
        }
        return all;
    }

    private void put(String key, byte[] content, Map<String, String> attributes) throws IOException {
        try (Staged staged = store.stage(new ByteArrayInputStream(content))) {
            store.put(BUCKET, key, List.of(staged), attributes, Keeping.REPLACE, Precondition.NONE);
        }
    }

    private void remove(String key) {
        store.delete(BUCKET, key, Blob.ONLY, blob -> { });
    }

    private byte[] read(Blob blob) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream((int) blob.size());
        store.read(blob, 0, blob.size(), bytes -> {
            byte[] some = new byte[bytes.remaining()];
            bytes.get(some);
            content.write(some);
        });
        return content.toByteArray();
    }

    private static void read(FileChannel file, ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int count = file.read(into, at);
            if (count < 0) {
                throw new IOException("the snapshot became shorter while it was read");
            }
            at += count;
        }
    }

    private static boolean isZero(byte[] content) {
        for (byte one : content) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static StorageException notFound(SnapshotId id) {
        return new StorageException(Reason.NOT_FOUND, "There is no " + id + " in the store.");
    }

    private interface Work<T, E extends Exception> {
        T run() throws E;
    }

    private static <T, E extends Exception> T guarded(Work<T, E> work) throws E {
        try {
            return work.run();
        } catch (BlobException e) {
            throw new StorageException(e.reason() == BlobException.Reason.FULL ? Reason.FULL : Reason.UNAVAILABLE,
                    "The store of snapshots: " + e.getMessage(), e);
        }
    }
}
