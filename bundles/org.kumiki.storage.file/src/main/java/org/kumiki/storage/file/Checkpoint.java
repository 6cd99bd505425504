package org.kumiki.storage.file;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A file with the whole index, as the log up to a segment has made it, and perhaps some changes of later ones. It begins and ends with an origin. */
final class Checkpoint {

    private Checkpoint() {
    }

    /**
     * It is on the disk as a whole when this returns.
     *
     * @throws InterruptedIOException if it is called off
     */
    static void write(Path file, Index index, Disk disk, BooleanSupplier calledOff) throws IOException {
        FrameWriter frames = new FrameWriter();
        try (FileChannel out = disk.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            Change.Origin origin = index.origin();
            frames.begin(out, origin);
            frames.goOn(origin.salt());
            index.forEach(change -> {
                if (calledOff.getAsBoolean()) {
                    throw new InterruptedIOException("it is called off");
                }
                frames.put(out, Frame.of(change), 0);
            });
            frames.put(out, Frame.of(origin), 0);
            frames.flush(out);
            out.force(true);
        }
    }

    static void read(Path file, Index index) throws IOException {
        try (FrameReader reader = new FrameReader(file, 0, false)) {
            int origins = 0;
            for (Optional<FrameReader.Read> read = reader.next(); read.isPresent(); read = reader.next()) {
                read.get().change().applyTo(index, read.get().place());
                origins += read.get().change() instanceof Change.Origin ? 1 : 0;
            }
            if (origins != 2) {
                throw new DamagedException(file, reader.end(), null);
            }
        }
    }
}
