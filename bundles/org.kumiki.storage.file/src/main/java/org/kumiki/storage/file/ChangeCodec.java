package org.kumiki.storage.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Upload;
import org.kumiki.storage.file.Change.BucketGone;
import org.kumiki.storage.file.Change.BucketSet;
import org.kumiki.storage.file.Change.Bytes;
import org.kumiki.storage.file.Change.Given;
import org.kumiki.storage.file.Change.Origin;
import org.kumiki.storage.file.Change.PartAdded;
import org.kumiki.storage.file.Change.Placed;
import org.kumiki.storage.file.Change.UploadBegun;
import org.kumiki.storage.file.Change.UploadGone;
import org.kumiki.storage.file.Change.VersionAdded;
import org.kumiki.storage.file.Change.VersionChanged;
import org.kumiki.storage.file.Change.VersionGone;
import org.kumiki.wal.Codec;
import org.kumiki.wal.Decoder;
import org.kumiki.wal.Encoder;
import org.kumiki.wal.Place;

/** How changes are written. The number of a kind never changes. */
final class ChangeCodec implements Codec<Change> {

    private static final int BYTES = 1;
    private static final int PLACED = 2;
    private static final int ORIGIN = 3;
    private static final int BUCKET_SET = 4;
    private static final int BUCKET_GONE = 5;
    private static final int VERSION_ADDED = 6;
    private static final int VERSION_CHANGED = 7;
    private static final int VERSION_GONE = 8;
    private static final int UPLOAD_BEGUN = 9;
    private static final int UPLOAD_GONE = 10;
    private static final int PART_ADDED = 11;
    private static final int GIVEN = 12;

    @Override
    public void write(Change change, Encoder out) {
        if (change instanceof Bytes bytes) {
            out.putByte(BYTES).put(bytes.content()).put(bytes.bytes());
        } else if (change instanceof VersionAdded added) {
            put(out.putByte(VERSION_ADDED), added.bucket(), added.key(), added.upload());
            put(added.version(), out);
        } else if (change instanceof VersionChanged changed) {
            put(out.putByte(VERSION_CHANGED), changed.bucket(), changed.key(), changed.version());
            put(changed.attributes(), out);
        } else if (change instanceof VersionGone gone) {
            put(out.putByte(VERSION_GONE), gone.bucket(), gone.key(), gone.version());
        } else if (change instanceof UploadBegun begun) {
            put(begun.upload(), out.putByte(UPLOAD_BEGUN));
        } else if (change instanceof UploadGone gone) {
            put(out.putByte(UPLOAD_GONE), gone.bucket(), gone.upload());
        } else if (change instanceof PartAdded added) {
            put(out.putByte(PART_ADDED), added.bucket(), added.upload());
            put(added.piece(), out);
        } else if (change instanceof Placed placed) {
            Place at = placed.at();
            out.putByte(PLACED).put(placed.content()).put(placed.size()).put(at.segment()).put(at.position()).put(at.length());
        } else if (change instanceof BucketSet set) {
            put(set.bucket(), out.putByte(BUCKET_SET));
        } else if (change instanceof BucketGone gone) {
            put(out.putByte(BUCKET_GONE), gone.bucket());
        } else if (change instanceof Given given) {
            out.putByte(GIVEN).put(given.content()).put(given.time());
        } else {
            throw new IllegalArgumentException(change + " is written no more");
        }
    }

    @Override
    public Change read(Decoder in) {
        int kind = in.unsignedByte();
        return switch (kind) {
            case BYTES -> new Bytes(in.number(), in.rest());
            case PLACED -> new Placed(in.number(), in.integer(), new Place(in.number(), in.number(), in.integer()));
            case ORIGIN -> new Origin(in.number(), new Given(in.number(), in.number()));
            case BUCKET_SET -> new BucketSet(new Bucket(text(in), Version.instant(in.number()), attributes(in)));
            case BUCKET_GONE -> new BucketGone(text(in));
            case VERSION_ADDED -> new VersionAdded(text(in), text(in), text(in),
                    new Version(text(in), in.number(), in.flag(), attributes(in), extents(in)));
            case VERSION_CHANGED -> new VersionChanged(text(in), text(in), text(in), attributes(in));
            case VERSION_GONE -> new VersionGone(text(in), text(in), text(in));
            case UPLOAD_BEGUN -> new UploadBegun(new Upload(text(in), text(in), text(in), Version.instant(in.number()), attributes(in)));
            case UPLOAD_GONE -> new UploadGone(text(in), text(in));
            case PART_ADDED -> new PartAdded(text(in), text(in), new Session.Piece(in.integer(), in.number(), attributes(in), extents(in)));
            case GIVEN -> new Given(in.number(), in.number());
            default -> throw new IllegalArgumentException("a record of the unknown kind " + kind);
        };
    }

    /** What {@link Bytes} of a content say, without a copy of them; nothing, if the record says something else. */
    static Optional<ByteBuffer> bytes(long content, ByteBuffer record) {
        return record.get() == BYTES && record.getLong() == content ? Optional.of(record.slice()) : Optional.empty();
    }

    @Override
    public boolean makesRoom(Change change) {
        return change instanceof BucketGone || change instanceof VersionGone || change instanceof UploadGone;
    }

    @Override
    public OptionalLong salt(Change change) {
        return change instanceof Origin origin ? OptionalLong.of(origin.salt()) : OptionalLong.empty();
    }

    private static void put(Bucket bucket, Encoder out) {
        put(out, bucket.name());
        put(bucket.attributes(), out.put(Clock.micros(bucket.created())));
    }

    private static void put(Version version, Encoder out) {
        put(out, version.id());
        put(version.attributes(), out.put(version.modified()).put(version.marker()));
        put(version.extents(), out);
    }

    private static void put(Upload upload, Encoder out) {
        put(out, upload.bucket(), upload.key(), upload.id());
        put(upload.attributes(), out.put(Clock.micros(upload.begun())));
    }

    private static void put(Session.Piece piece, Encoder out) {
        put(piece.attributes(), out.put(piece.number()).put(piece.modified()));
        put(piece.extents(), out);
    }

    private static void put(List<Extent> extents, Encoder out) {
        out.put(extents.size());
        for (Extent extent : extents) {
            out.put(extent.content()).put(extent.inFile()).put(extent.whole()).put(extent.offset()).put(extent.length());
        }
    }

    private static List<Extent> extents(Decoder in) {
        int count = in.integer();
        List<Extent> extents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            extents.add(new Extent(in.number(), in.flag(), in.number(), in.number(), in.number()));
        }
        return extents;
    }

    private static void put(Map<String, String> attributes, Encoder out) {
        out.put(attributes.size());
        attributes.forEach((name, value) -> put(out, name, value));
    }

    private static Map<String, String> attributes(Decoder in) {
        int count = in.integer();
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put(text(in), text(in));
        }
        return attributes;
    }

    /** With four bytes for the length of each, as there have always been. */
    private static void put(Encoder out, String... texts) {
        for (String text : texts) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.put(utf8.length).put(utf8);
        }
    }

    private static String text(Decoder in) {
        return new String(in.bytes(in.integer()), StandardCharsets.UTF_8);
    }
}
