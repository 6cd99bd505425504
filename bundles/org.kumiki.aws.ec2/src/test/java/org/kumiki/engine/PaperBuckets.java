package org.kumiki.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.object.ObjectAccess;
import org.kumiki.api.object.ObjectException;
import org.kumiki.api.object.ObjectException.Reason;
import org.kumiki.api.object.ObjectSlice;

/** Buckets on paper, each its owner's alone. */
public final class PaperBuckets implements ObjectAccess {

    private final Map<String, AccountId> owners = new ConcurrentHashMap<>();
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> tags = new ConcurrentHashMap<>();

    public void own(String bucket, AccountId owner) {
        owners.put(bucket, owner);
    }

    public void put(String location, byte[] content) {
        objects.put(location, content);
    }

    public byte[] get(String location) {
        return objects.get(location);
    }

    public Map<String, String> tags(String location) {
        return tags.get(location);
    }

    @Override
    public ObjectSlice find(AccountId account, String bucket, String key) {
        requireWritable(account, bucket, key);
        byte[] content = objects.get(bucket + "/" + key);
        if (content == null) {
            throw new ObjectException(Reason.NO_SUCH_OBJECT, "There is no object '" + bucket + "/" + key + "'.");
        }
        if (key.startsWith("sealed")) {
            throw new ObjectException(Reason.SEALED, "The object is encrypted with a key that only its client has.");
        }
        return new ObjectSlice(bucket, key, "v", "e", 0, content.length);
    }

    @Override
    public InputStream open(AccountId account, ObjectSlice slice) {
        return new ByteArrayInputStream(objects.get(slice.location()), (int) slice.offset(), (int) slice.length());
    }

    @Override
    public void requireWritable(AccountId account, String bucket, String key) {
        if (!owners.containsKey(bucket)) {
            throw new ObjectException(Reason.NO_SUCH_BUCKET, "There is no bucket '" + bucket + "'.");
        }
        if (!owners.get(bucket).equals(account)) {
            throw new ObjectException(Reason.DENIED, "Access to '" + bucket + "/" + key + "' is denied.");
        }
    }

    @Override
    public void put(AccountId account, String bucket, String key, InputStream content, Map<String, String> newTags) throws IOException {
        requireWritable(account, bucket, key);
        objects.put(bucket + "/" + key, content.readAllBytes());
        tags.put(bucket + "/" + key, newTags);
    }
}
