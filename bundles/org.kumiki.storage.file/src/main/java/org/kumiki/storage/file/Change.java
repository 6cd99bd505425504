package org.kumiki.storage.file;

import java.nio.ByteBuffer;
import java.util.Map;

import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Upload;

/**
 * What a record of the log says. Whoever carries the changes of a log out again after some of them have been carried out, up to the end of it, gets
 * what he would have got without that. This is what lets a checkpoint be taken while changes go on.
 */
sealed interface Change {

    /** The first byte of a record. The number of a kind never changes. */
    byte kind();

    void writeTo(Encoder out);

    /** Whether it is what somebody does who makes room. */
    default boolean makesRoom() {
        return false;
    }

    /** @param place of the record */
    void applyTo(Index index, Place place);

    /** What the bytes of a record say. */
    static Change read(ByteBuffer record) {
        byte kind = record.get();
        Decoder in = new Decoder(record);
        return switch (kind) {
            case Bytes.KIND -> new Bytes(in.number(), in.rest());
            case Placed.KIND -> new Placed(in.number(), in.integer(), new Place(in.number(), in.number(), in.integer()));
            case Origin.KIND -> new Origin(in.number(), in.number(), in.number());
            case BucketSet.KIND -> new BucketSet(new Bucket(in.text(), Version.instant(in.number()), in.attributes()));
            case BucketGone.KIND -> new BucketGone(in.text());
            case VersionAdded.KIND -> new VersionAdded(in.text(), in.text(), in.text(),
                    new Version(in.text(), in.number(), in.flag(), in.attributes(), in.extents()));
            case VersionChanged.KIND -> new VersionChanged(in.text(), in.text(), in.text(), in.attributes());
            case VersionGone.KIND -> new VersionGone(in.text(), in.text(), in.text());
            case UploadBegun.KIND -> new UploadBegun(new Upload(in.text(), in.text(), in.text(), Version.instant(in.number()), in.attributes()));
            case UploadGone.KIND -> new UploadGone(in.text(), in.text());
            case PartAdded.KIND -> new PartAdded(in.text(), in.text(),
                    new Session.Piece(in.integer(), in.number(), in.attributes(), in.extents()));
            default -> throw new IllegalArgumentException("a record of the unknown kind " + kind);
        };
    }

    /** A content that is short enough to be in the log, and may have been there before, somewhere else. */
    record Bytes(long content, ByteBuffer bytes) implements Change {

        static final byte KIND = 1;
        /** What comes before the bytes in a record. */
        static final int PREFIX = Byte.BYTES + Long.BYTES;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            throw new UnsupportedOperationException("its record is made without a copy");
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.contents().place(content, bytes.remaining(), place);
        }
    }

    /** Where a content of a segment before the checkpoint is. */
    record Placed(long content, int size, Place at) implements Change {

        static final byte KIND = 2;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(content).put(size).put(at.segment()).put(at.position()).put(at.length());
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.contents().place(content, size, at);
        }
    }

    /**
     * The first record of a segment or checkpoint: which numbers have been given so far, though nothing may be left that has them.
     *
     * @param salt of the records after it
     */
    record Origin(long salt, long content, long time) implements Change {

        static final byte KIND = 3;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(salt).put(content).put(time);
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.contents().skipTo(content);
            index.clock().skipTo(time);
        }
    }

    /** A bucket comes, or has other attributes. */
    record BucketSet(Bucket bucket) implements Change {

        static final byte KIND = 4;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(bucket.name()).put(Clock.micros(bucket.created())).put(bucket.attributes());
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.set(bucket);
        }
    }

    record BucketGone(String bucket) implements Change {

        static final byte KIND = 5;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(bucket);
        }

        @Override
        public boolean makesRoom() {
            return true;
        }

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

        static final byte KIND = 6;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(bucket).put(key).put(upload).put(version.id()).put(version.modified()).put(version.marker()).put(version.attributes())
                    .put(version.extents());
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.add(bucket, key, version);
            index.removeUpload(bucket, upload);
        }
    }

    record VersionChanged(String bucket, String key, String version, Map<String, String> attributes) implements Change {

        static final byte KIND = 7;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(bucket).put(key).put(version).put(attributes);
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.change(bucket, key, version, attributes);
        }
    }

    record VersionGone(String bucket, String key, String version) implements Change {

        static final byte KIND = 8;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(bucket).put(key).put(version);
        }

        @Override
        public boolean makesRoom() {
            return true;
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.remove(bucket, key, version);
        }
    }

    record UploadBegun(Upload upload) implements Change {

        static final byte KIND = 9;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(upload.bucket()).put(upload.key()).put(upload.id()).put(Clock.micros(upload.begun())).put(upload.attributes());
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.begin(upload);
        }
    }

    record UploadGone(String bucket, String upload) implements Change {

        static final byte KIND = 10;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(bucket).put(upload);
        }

        @Override
        public boolean makesRoom() {
            return true;
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.removeUpload(bucket, upload);
        }
    }

    record PartAdded(String bucket, String upload, Session.Piece piece) implements Change {

        static final byte KIND = 11;

        @Override
        public byte kind() {
            return KIND;
        }

        @Override
        public void writeTo(Encoder out) {
            out.put(bucket).put(upload).put(piece.number()).put(piece.modified()).put(piece.attributes()).put(piece.extents());
        }

        @Override
        public void applyTo(Index index, Place place) {
            index.add(bucket, upload, piece);
        }
    }
}
