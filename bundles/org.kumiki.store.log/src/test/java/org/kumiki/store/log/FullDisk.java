package org.kumiki.store.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Files on a disk that has room for so many more bytes, and may refuse to shorten a file as well. */
final class FullDisk implements Segment.Opener {

    long room = Long.MAX_VALUE;
    boolean stuck;

    @Override
    public RandomAccessFile open(Path path) throws IOException {
        return new RandomAccessFile(path.toFile(), "rw") {
            @Override
            public void write(byte[] bytes) throws IOException {
                int fits = (int) Math.min(room, bytes.length);
                write(bytes, 0, fits);
                room -= fits;
                if (fits < bytes.length) {
                    throw new IOException("No space left on device");
                }
            }

            @Override
            public void setLength(long length) throws IOException {
                if (stuck) {
                    throw new IOException("Input/output error");
                }
                super.setLength(length);
            }
        };
    }
}
