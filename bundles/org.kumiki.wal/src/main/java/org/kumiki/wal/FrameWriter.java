package org.kumiki.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;

/** Writes records to a file, many at once. */
final class FrameWriter {

    /** Of the first record, which tells the salt of all others. */
    static final long NO_SALT = 0;
    static final int ORIGIN_SIZE = Frame.HEADER + Long.BYTES;

    private final SecureRandom random = new SecureRandom();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private long salt;

    /** Writes the first record of a file, which is not flushed. */
    void begin(FileChannel file) throws IOException {
        long next = random.nextLong();
        salt = NO_SALT;
        put(file, own(next), 0);
        write(file);
        salt = next;
    }

    /** Goes on with a file that has been begun. */
    void goOn(long saltOfFile) {
        salt = saltOfFile;
    }

    /** Writes the last record of a checkpoint. */
    void end(FileChannel file) throws IOException {
        put(file, own(salt), 0);
        write(file);
    }

    private static Frame own(long salt) {
        return Frame.of(Frame.OWN, ByteBuffer.allocate(Long.BYTES).putLong(0, salt).array());
    }

    /** @param start where the batch starts that the record belongs to */
    void put(FileChannel file, Frame frame, long start) throws IOException {
        if (buffer.remaining() < Frame.HEADER) {
            write(file);
        }
        frame.putHeader(buffer, start, salt);
        ByteBuffer payload = ByteBuffer.wrap(frame.payload());
        while (payload.hasRemaining()) {
            int count = Math.min(payload.remaining(), buffer.remaining());
            buffer.put(payload.slice(payload.position(), count));
            payload.position(payload.position() + count);
            if (!buffer.hasRemaining()) {
                write(file);
            }
        }
    }

    /** Writes what is still in memory. */
    void write(FileChannel file) throws IOException {
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
