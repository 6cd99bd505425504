package org.kumiki.wal;

import java.nio.file.Path;

/** A file of the log. */
final class Segment {

    private final long number;
    private final Path path;
    private final SharedFile file;
    private volatile long size;

    Segment(long number, Path path, long size) {
        this.number = number;
        this.path = path;
        this.file = new SharedFile(path);
        this.size = size;
    }

    long number() {
        return number;
    }

    Path path() {
        return path;
    }

    SharedFile file() {
        return file;
    }

    /** Where its acknowledged records end. */
    long size() {
        return size;
    }

    void grow(long to) {
        size = to;
    }
}
