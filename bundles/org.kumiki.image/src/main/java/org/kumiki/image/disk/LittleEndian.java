package org.kumiki.image.disk;

import static org.kumiki.image.disk.Refusal.refused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads parts of a disk of a stranger; one that ends too early is refused. */
final class LittleEndian {

    private LittleEndian() {
    }

    /** Exactly so many bytes from a place, their numbers read with the lowest byte first. */
    static ByteBuffer read(FileChannel file, long position, int length, String what) throws IOException {
        if (position < 0 || position > file.size() - length) {
            throw refused("its " + what + " is not where one can be");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) > 0) {
            // a channel may read less than it was asked for
        }
        if (bytes.hasRemaining()) {
            throw refused("its " + what + " is cut off");
        }
        return bytes.flip();
    }
}
