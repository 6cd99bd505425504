package org.kumiki.storage.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

import org.kumiki.wal.Disk;

/** Takes bytes in: few of them stay in memory until they go to the log, many go to a file of their own at once. */
final class Intake {

    /** How many are few. */
    static final int SMALL = 1 << 16;

    /** A byte more than that tells few from many. */
    private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[SMALL + 1]);

    private final Contents contents;
    private final Disk disk;

    Intake(Contents contents, Disk disk) {
        this.contents = contents;
        this.disk = disk;
    }

    /** @throws IOException of the source */
    StagedBytes take(InputStream source) throws IOException {
        byte[] buffer = BUFFER.get();
        int count = source.readNBytes(buffer, 0, buffer.length);
        if (count <= SMALL) {
            return StagedBytes.small(contents, Arrays.copyOf(buffer, count));
        }
        long id = contents.nextId();
        try (ContentWriter writer = new ContentWriter(id, contents.files(), disk)) {
            while (count > 0) {
                writer.write(ByteBuffer.wrap(buffer, 0, count));
                count = source.read(buffer);
            }
            return StagedBytes.large(contents, contents.add(id, true, writer.finish()));
        }
    }
}
