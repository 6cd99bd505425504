package org.kumiki.storage.file;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import org.kumiki.api.blob.Part;
import org.kumiki.api.blob.Upload;

/** An upload with its parts, as it is kept. */
final class Session {

    /** A part, and where its bytes are. */
    record Piece(int number, long modified, Map<String, String> attributes, List<Extent> extents) {

        Piece {
            attributes = Map.copyOf(attributes);
            extents = List.copyOf(extents);
        }

        long size() {
            return Extent.size(extents);
        }

        Part toPart() {
            return new Part(number, size(), Version.instant(modified), attributes);
        }
    }

    private final Upload upload;
    private final ConcurrentNavigableMap<Integer, Piece> pieces = new ConcurrentSkipListMap<>();

    Session(Upload upload) {
        this.upload = upload;
    }

    Upload upload() {
        return upload;
    }

    /** By their numbers; only the index changes it. */
    ConcurrentNavigableMap<Integer, Piece> pieces() {
        return pieces;
    }
}
