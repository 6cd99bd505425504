package org.kumiki.storage.file;

import java.util.Optional;

import org.kumiki.wal.Place;

/** A sequence of bytes that never changes and that blobs are made of. It is there as long as somebody uses it: a version, a part, or a reader. */
final class Content {

    private static final int GONE = -1;

    private final long id;
    private final boolean inFile;
    private final long size;
    private Place place;
    private int users;

    Content(long id, boolean inFile, long size, int users) {
        this.id = id;
        this.inFile = inFile;
        this.size = size;
        this.users = users;
    }

    long id() {
        return id;
    }

    /** Whether it has a file of its own; else it is in the log. */
    boolean inFile() {
        return inFile;
    }

    long size() {
        return size;
    }

    /** Where it is in the log, if it is there yet. */
    synchronized Optional<Place> place() {
        return Optional.ofNullable(place);
    }

    synchronized void moveTo(Place to) {
        place = to;
    }

    synchronized boolean isGone() {
        return users == GONE;
    }

    synchronized boolean isUsed() {
        return users > 0;
    }

    /** False if it is gone. */
    synchronized boolean retain() {
        if (users == GONE) {
            return false;
        }
        users++;
        return true;
    }

    /** Whether nobody uses it now. */
    synchronized boolean release() {
        users--;
        return users == 0;
    }

    /** Whether nobody uses it, so that it is gone from now on. */
    synchronized boolean forget() {
        if (users == 0) {
            users = GONE;
            return true;
        }
        return false;
    }
}
