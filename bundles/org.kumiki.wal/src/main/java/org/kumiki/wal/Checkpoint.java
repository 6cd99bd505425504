package org.kumiki.wal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A file with the whole state, as the log up to a segment has made it, and perhaps some changes of later ones. */
final class Checkpoint {

    private Checkpoint() {
    }

    /**
     * It is on the disk as a whole when this returns.
     *
     * @throws InterruptedIOException if it is called off
     */
    static <R> void write(Path file, Codec<R> codec, State.Snapshot<R> snapshot, Disk disk, BooleanSupplier calledOff) throws IOException {
        FrameWriter frames = new FrameWriter();
        try (FileChannel out = disk.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            frames.begin(out);
            snapshot.writeTo(record -> {
                if (calledOff.getAsBoolean()) {
                    throw new InterruptedIOException("it is called off");
                }
                frames.put(out, Commit.frame(0, codec, record), 0);
            });
            frames.end(out);
            out.force(true);
        }
    }

    static <R> void read(Path file, Codec<R> codec, State<R> state) throws IOException {
        try (FrameReader<R> reader = new FrameReader<>(file, 0, codec, false)) {
            for (List<FrameReader.Read<R>> read = reader.next(); !read.isEmpty(); read = reader.next()) {
                read.forEach(each -> state.apply(each.record(), each.place()));
            }
            if (!reader.isComplete()) {
                throw new DamagedException(file, reader.end(), null);
            }
        }
    }
}
