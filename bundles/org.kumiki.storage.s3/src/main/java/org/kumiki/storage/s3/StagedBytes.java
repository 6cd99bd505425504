package org.kumiki.storage.s3;

import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.blob.Staged;

/** Bytes that are in the cluster already, and belong to nothing yet. Thread-safe. */
final class StagedBytes implements Staged {

    private enum State {
        /** They may be put, or forgotten. */
        FREE,
        /** Somebody is putting them; they are not forgotten before it is known what comes of it. */
        USED, GONE
    }

    /** What they are in, with the sessions that it was made in. */
    record Piece(Extent extent, Sessions.Session session) {
    }

    private final Contents contents;
    private final List<Piece> pieces;
    private State state = State.FREE;
    private boolean closed;

    StagedBytes(Contents contents, List<Piece> pieces) {
        this.contents = contents;
        this.pieces = List.copyOf(pieces);
    }

    @Override
    public long size() {
        return pieces.stream().mapToLong(piece -> piece.extent().length()).sum();
    }

    /** Where all of them are, one after the other; {@link #release} or {@link #keep} must follow. */
    static List<Extent> use(List<Staged> all) {
        List<Extent> extents = new ArrayList<>();
        int used = 0;
        try {
            for (; used < all.size(); used++) {
                extents.addAll(((StagedBytes) all.get(used)).use());
            }
            return extents;
        } catch (IllegalStateException e) {
            release(all.subList(0, used));
            throw e;
        }
    }

    /** Nothing has become of them. */
    static void release(List<Staged> all) {
        all.forEach(staged -> ((StagedBytes) staged).release());
    }

    /**
     * Something has become of them.
     *
     * @param certain whether it is known that they belong to something now
     */
    static void keep(List<Staged> all, boolean certain) {
        all.forEach(staged -> ((StagedBytes) staged).keep(certain));
    }

    private synchronized List<Extent> use() {
        if (state != State.FREE) {
            throw new IllegalStateException("these bytes have been forgotten, or belong to something");
        }
        state = State.USED;
        return pieces.stream().map(Piece::extent).toList();
    }

    private synchronized void release() {
        state = State.FREE;
        if (closed) {
            forget();
        }
    }

    private synchronized void keep(boolean certain) {
        state = State.GONE;
        pieces.forEach(piece -> piece.session().settled(certain));
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (state == State.FREE) {
            forget();
        }
    }

    private void forget() {
        state = State.GONE;
        pieces.forEach(piece -> piece.session().settled(contents.remove(piece.extent().content())));
    }
}
