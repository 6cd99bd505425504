package org.kumiki.api.blob;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps blobs of any length. Thread-safe. Calls block, since bytes flow through them, and fail with a {@link BlobException}.
 * <p>
 * When a call that changes something returns, the change is on stable storage. Whoever reads, or looks after a crash, sees all of a change or nothing
 * of it. Bytes are checked when they are read. Who may do what, and what attributes mean, is the façade's business.
 */
@ConsumerType
public interface BlobStore {

    void create(Bucket bucket);

    Optional<Bucket> bucket(String name);

    /** In the order of their names. */
    List<Bucket> buckets();

    /** Changes the attributes of a bucket; the change is asked for once, and nobody else changes them meanwhile. */
    Bucket update(String bucket, UnaryOperator<Map<String, String>> change);

    /** Fails if there is a version, a marker or an upload in it. */
    void delete(String bucket);

    Usage usage(String bucket);

    /**
     * Takes bytes in, until the end of the source. They are on stable storage when something is made of them, not before.
     *
     * @throws IOException of the source; then nothing is left of them
     */
    Staged stage(InputStream source) throws IOException;

    /** The same bytes as a part of a blob, without their going through anybody's hands where the store can do that. */
    Staged stage(Blob blob, long offset, long length);

    /**
     * Reads a part of a blob. It can be read to its end although it is deleted meanwhile.
     *
     * @throws IOException of the sink
     */
    void read(Blob blob, long offset, long length, Sink sink) throws IOException;

    /** Makes a blob of staged bytes, one after the other, which are its own from then on. It is the latest version of its key. */
    Blob put(String bucket, String key, List<Staged> bytes, Map<String, String> attributes, Keeping keeping, Precondition precondition);

    /** Marks a key as deleted. With {@link Keeping#REPLACE} a version that is {@link Blob#ONLY} is gone after that. */
    Blob mark(String bucket, String key, Keeping keeping, Precondition precondition);

    /** The latest version of a key, which may be a marker. */
    Optional<Blob> find(String bucket, String key);

    Optional<Blob> find(String bucket, String key, String version);

    /** Changes the attributes of a version; the change is asked for once, and nobody else changes the key meanwhile. */
    Blob update(String bucket, String key, String version, UnaryOperator<Map<String, String>> change);

    /**
     * Deletes a version, for ever. The one before it is the latest then, if it was.
     *
     * @param check may refuse, by an exception; it is given what is to be deleted
     * @return what was deleted, if there was such a version
     */
    Optional<Blob> delete(String bucket, String key, String version, Consumer<Blob> check);

    Listing list(String bucket, Query query);

    Upload begin(String bucket, String key, Map<String, String> attributes);

    Optional<Upload> upload(String bucket, String key, String id);

    /** In the order of their keys, and of their beginnings. */
    List<Upload> uploads(String bucket);

    /** A part that comes again takes the place of the one before. */
    Part put(Upload upload, int number, Staged bytes, Map<String, String> attributes);

    /** In the order of their numbers. */
    List<Part> parts(Upload upload);

    /**
     * Makes a blob of parts, in this order; the other parts, and the upload, are gone.
     *
     * @param parts as they must still be, else it fails with {@link BlobException.Reason#NO_SUCH_PART}
     */
    Blob complete(Upload upload, List<Part> parts, Map<String, String> attributes, Keeping keeping, Precondition precondition);

    void abort(Upload upload);
}
