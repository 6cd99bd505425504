package org.kumiki.storage.file;

import java.nio.ByteBuffer;
import java.util.Map;

import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Upload;
import org.kumiki.wal.Place;

/**
 * What a record of the log says. Whoever carries the changes of a log out again after some of them have been carried out, up to the end of it, gets
 * what he would have got without that. This is what lets a checkpoint be taken while changes go on.
 */
sealed interface Change {

    /** @param place of the record */
    void applyTo(Index index, Place place);

    /** A content that is short enough to be in the log, and may have been there before, somewhere else. */
    record Bytes(long content, ByteBuffer bytes) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.contents().place(content, bytes.remaining(), place);
        }
    }

    /** Where a content of a segment before the checkpoint is. */
    record Placed(long content, int size, Place at) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.contents().place(content, size, at);
        }
    }

    /** Which numbers and times have been given so far, though nothing may be left that has them. */
    record Given(long content, long time) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.contents().skipTo(content);
            index.clock().skipTo(time);
        }
    }

    /**
     * What segments and checkpoints began with, and checkpoints ended with, when the store had a log of its own.
     *
     * @param salt of the records after it
     */
    record Origin(long salt, Given given) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            given.applyTo(index, place);
        }
    }

    /** A bucket comes, or has other attributes. */
    record BucketSet(Bucket bucket) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.set(bucket);
        }
    }

    record BucketGone(String bucket) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.remove(bucket);
        }
    }

    /**
     * A key has a latest version, which takes the place of one with its identifier.
     *
     * @param upload that it was made of, and that is gone with this; or empty
     */
    record VersionAdded(String bucket, String key, String upload, Version version) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.add(bucket, key, version);
            index.removeUpload(bucket, upload);
        }
    }

    record VersionChanged(String bucket, String key, String version, Map<String, String> attributes) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.change(bucket, key, version, attributes);
        }
    }

    record VersionGone(String bucket, String key, String version) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.remove(bucket, key, version);
        }
    }

    record UploadBegun(Upload upload) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.begin(upload);
        }
    }

    record UploadGone(String bucket, String upload) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.removeUpload(bucket, upload);
        }
    }

    record PartAdded(String bucket, String upload, Session.Piece piece) implements Change {

        @Override
        public void applyTo(Index index, Place place) {
            index.add(bucket, upload, piece);
        }
    }
}
