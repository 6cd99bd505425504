package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes records to a file, many at once. */
final class FrameWriter {

    /** Of an origin, which tells the salt of all others. */
    static final long NO_SALT = 0;
    static final int ORIGIN_SIZE = Frame.of(new Change.Origin(0, 0, 0)).size();

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private long salt;

    /** Writes the first record of a file. */
    void begin(FileChannel file, Change.Origin origin) throws IOException {
        Frame frame = Frame.of(origin);
        put(file, frame.header(0, NO_SALT));
        put(file, ByteBuffer.wrap(frame.payload()));
        flush(file);
    }

    /** Goes on with a file that has been begun. */
    void goOn(long saltOfFile) {
        salt = saltOfFile;
    }

    /** @param start where the batch starts that the record belongs to */
    void put(FileChannel file, Frame frame, long start) throws IOException {
        put(file, frame.header(start, salt));
        put(file, ByteBuffer.wrap(frame.payload()));
    }

    private void put(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            if (!buffer.hasRemaining()) {
                flush(file);
            }
        }
    }

    void flush(FileChannel file) throws IOException {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        } finally {
            buffer.clear();
        }
    }
}
