package org.kumiki.storage.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.kumiki.api.blob.BlobException;

/** Reads everything, and tells what cannot be read. Others go on meanwhile; what is deleted before it is read is left out. */
final class Scrub {

    /** So many bytes are read between two reports. */
    private static final long REPORT = 1L << 30;

    private final Index index;
    private final ContentReader reader;
    private final List<Defect> defects = new ArrayList<>();
    private long blobs;
    private long bytes;
    private long reported;

    /**
     * Something that cannot be read.
     *
     * @param version of a blob; or the upload that it is a part of
     */
    record Defect(String bucket, String key, String version, String message) {
    }

    /** How far it is. */
    record Progress(long blobs, long bytes, List<Defect> defects) {

        Progress {
            defects = List.copyOf(defects);
        }
    }

    Scrub(Index index, ContentReader reader) {
        this.index = index;
        this.reader = reader;
    }

    /** @param report is told how far it is, every now and then */
    Progress run(Consumer<Progress> report) {
        for (Space space : index.spaces()) {
            String bucket = space.bucket().name();
            for (Map.Entry<String, Versions> key : space.keys().entrySet()) {
                for (Version version : (Iterable<Version>) key.getValue().all()::iterator) {
                    check(bucket, key.getKey(), version.id(), version.extents());
                    report(report);
                }
            }
            for (Session session : space.uploads().values()) {
                for (Session.Piece piece : session.pieces().values()) {
                    check(bucket, session.upload().key(), session.upload().id(), piece.extents());
                    report(report);
                }
            }
        }
        return new Progress(blobs, bytes, defects);
    }

    private void check(String bucket, String key, String version, List<Extent> extents) {
        try {
            if (reader.read(extents, some -> bytes += some.remaining())) {
                blobs++;
            }
        } catch (BlobException e) {
            blobs++;
            defects.add(new Defect(bucket, key, version, e.getMessage()));
        } catch (IOException e) {
            throw new IllegalStateException("counting never fails", e);
        }
    }

    private void report(Consumer<Progress> report) {
        if (bytes - reported >= REPORT) {
            reported = bytes;
            report.accept(new Progress(blobs, bytes, defects));
        }
    }
}
