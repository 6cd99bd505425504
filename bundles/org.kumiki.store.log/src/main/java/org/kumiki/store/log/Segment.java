package org.kumiki.store.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** The file that is appended to. A frame is in it as a whole, and on the disk, or is cut off again. */
final class Segment implements AutoCloseable {

    /** Opens a file for reading and writing. */
    interface Opener {

        RandomAccessFile open(Path path) throws IOException;
    }

    /** Not a channel, which would be closed if the thread were interrupted. */
    private final RandomAccessFile file;
    private long end;
    /** Something was written that may be on the disk, and is not acknowledged. */
    private boolean torn;

    /** @param end where the frames end that are to be kept */
    Segment(RandomAccessFile file, long end) {
        this.file = file;
        this.end = end;
    }

    long size() {
        return end;
    }

    /** @throws IOException if it is not on the disk; it will not be there later either */
    void append(byte[] frame) throws IOException {
        cutOff();
        try {
            file.seek(end);
            torn = true;
            file.write(frame);
            file.getFD().sync();
            torn = false;
        } catch (IOException e) {
            try {
                cutOff();
            } catch (IOException again) {
                // The next append begins with it.
                e.addSuppressed(again);
            }
            throw e;
        }
        end += frame.length;
    }

    /** Removes what is left of an append that failed, or that the process died in. */
    void cutOff() throws IOException {
        if (torn || file.length() != end) {
            file.setLength(end);
            file.getFD().sync();
            torn = false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (torn) {
                cutOff();
            }
        } finally {
            file.close();
        }
    }
}
