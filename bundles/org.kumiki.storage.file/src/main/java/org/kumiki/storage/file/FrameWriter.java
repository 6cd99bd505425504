package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes records to a file, many at once. */
final class FrameWriter {

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);

    /** @param start where the batch starts that the record belongs to */
    void put(FileChannel file, Frame frame, long start) throws IOException {
        put(file, frame.header(start));
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
