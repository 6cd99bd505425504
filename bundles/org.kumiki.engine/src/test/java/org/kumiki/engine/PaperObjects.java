package org.kumiki.engine;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.object.ObjectAccess;
import org.kumiki.api.object.ObjectException;
import org.kumiki.api.object.ObjectException.Reason;
import org.kumiki.api.object.ObjectSlice;

/** Buckets on paper. Each is its owner's alone. */
final class PaperObjects implements ObjectAccess {

    final Map<String, AccountId> buckets = new ConcurrentHashMap<>();
    final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    final Map<String, Map<String, String>> tags = new ConcurrentHashMap<>();
    /** What reading waits for, after the first half of the bytes. */
    volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    volatile boolean full;

    @Override
    public ObjectSlice find(AccountId account, String bucket, String key) {
        return new ObjectSlice(bucket, key, "v", etag(read(account, bucket, key)), 0, read(account, bucket, key).length);
    }

    private static String etag(byte[] content) {
        return Integer.toString(Arrays.hashCode(content));
    }

    private byte[] read(AccountId account, String bucket, String key) {
        requireWritable(account, bucket, key);
        byte[] content = objects.get(bucket + "/" + key);
        if (content == null) {
            throw new ObjectException(Reason.NO_SUCH_OBJECT, "There is no object '" + bucket + "/" + key + "'.");
        }
        return content;
    }

    @Override
    public InputStream open(AccountId account, ObjectSlice slice) {
        byte[] content = read(account, slice.bucket(), slice.key());
        if (!etag(content).equals(slice.etag())) {
            throw new ObjectException(Reason.NO_SUCH_OBJECT, "The object '" + slice.location() + "' was replaced meanwhile.");
        }
        CompletableFuture<Void> awaited = gate;
        return new FilterInputStream(new ByteArrayInputStream(content, (int) slice.offset(), (int) slice.length())) {

            private boolean begun;

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (begun) {
                    awaited.join();
                }
                begun = true;
                return super.read(bytes, offset, Math.min(length, (int) Math.max(1, slice.length() / 2)));
            }
        };
    }

    @Override
    public void requireWritable(AccountId account, String bucket, String key) {
        AccountId owner = buckets.get(bucket);
        if (owner == null) {
            throw new ObjectException(Reason.NO_SUCH_BUCKET, "There is no bucket '" + bucket + "'.");
        }
        if (!owner.equals(account)) {
            throw new ObjectException(Reason.DENIED, "Access to '" + bucket + "' is denied.");
        }
    }

    @Override
    public void put(AccountId account, String bucket, String key, InputStream content, Map<String, String> newTags) throws IOException {
        requireWritable(account, bucket, key);
        byte[] bytes = content.readAllBytes();
        if (full) {
            throw new ObjectException(Reason.FULL, "The disk is full.");
        }
        objects.put(bucket + "/" + key, bytes);
        tags.put(bucket + "/" + key, newTags);
    }
}
