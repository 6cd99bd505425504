package org.kumiki.api.object;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

import org.kumiki.api.model.AccountId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The objects of accounts, in the clear and within what each account may do, for other services of the platform. Whoever knows the rules of buckets
 * implements it. Thread-safe. Calls block, since bytes flow through them, and fail with an {@link ObjectException}.
 */
@ConsumerType
public interface ObjectAccess {

    /** The whole of an object that an account may read, as it is now. */
    ObjectSlice find(AccountId account, String bucket, String key);

    /**
     * Opens what was found, if the account still may read it and nothing has taken its place.
     *
     * @return exactly as many bytes as were promised; reading fails with an {@link IOException} if there are fewer, or if they are damaged
     */
    InputStream open(AccountId account, ObjectSlice slice);

    /** Fails unless an account may make objects of this name. */
    void requireWritable(AccountId account, String bucket, String key);

    /**
     * Makes an object, which appears as a whole or not at all and belongs to the account.
     *
     * @param tags of the object
     * @throws IOException of the content; then nothing is made
     */
    void put(AccountId account, String bucket, String key, InputStream content, Map<String, String> tags) throws IOException;
}
