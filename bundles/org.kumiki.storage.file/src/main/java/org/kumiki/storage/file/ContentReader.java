package org.kumiki.storage.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.Sink;
import org.kumiki.wal.DamagedException;
import org.kumiki.wal.Place;
import org.kumiki.wal.WriteAheadLog;

/** Reads contents. No byte goes out that is not right. */
final class ContentReader {

    private final Contents contents;
    private final WriteAheadLog<Change> log;

    ContentReader(Contents contents, WriteAheadLog<Change> log) {
        this.contents = contents;
        this.log = log;
    }

    /**
     * Reads one after the other. They stay until that is done, whoever deletes them.
     *
     * @return false if one of them is gone already; then nothing has been read
     * @throws IOException of the sink
     */
    boolean read(List<Extent> extents, Sink sink) throws IOException {
        Optional<List<Content>> used = contents.retain(extents);
        if (used.isEmpty()) {
            return false;
        }
        try {
            for (int i = 0; i < extents.size(); i++) {
                read(used.get().get(i), extents.get(i).offset(), extents.get(i).length(), sink);
            }
            return true;
        } finally {
            used.get().forEach(contents::release);
        }
    }

    /** @throws IOException of the sink */
    void read(Content content, long offset, long length, Sink sink) throws IOException {
        if (length == 0) {
            return;
        }
        if (content.inFile()) {
            readFile(content, offset, length, sink);
            return;
        }
        ByteBuffer buffer = Buffers.take();
        try {
            sink.accept(record(content, buffer).slice((int) offset, (int) length));
        } finally {
            Buffers.giveBack(buffer);
        }
    }

    private ByteBuffer record(Content content, ByteBuffer buffer) {
        while (true) {
            Place place = content.place().orElseThrow();
            try {
                return ChangeCodec.bytes(content.id(), log.read(place, buffer.clear()))
                        .orElseThrow(() -> corrupt(log.file(place), place.position(), null));
            } catch (DamagedException e) {
                throw corrupt(log.file(place), place.position(), e);
            } catch (IOException e) {
                // It may have been moved to another segment meanwhile, and the one that it was in may be gone.
                if (content.place().filter(place::equals).isPresent()) {
                    throw Failures.of(log.file(place) + " cannot be read", e);
                }
            }
        }
    }

    private void readFile(Content content, long offset, long length, Sink sink) throws IOException {
        Path path = contents.files().file(content.id());
        long first = offset / Blocks.DATA;
        long last = (offset + length - 1) / Blocks.DATA;
        BlockBuffer buffer = BlockBuffer.take();
        try (FileChannel file = open(path)) {
            for (long block = first; block <= last; block += BlockBuffer.COUNT) {
                int count = (int) Math.min(last - block + 1, BlockBuffer.COUNT);
                load(file, path, content, block, count, buffer);
                int from = (int) Math.max(0, offset - block * Blocks.DATA);
                int to = (int) Math.min(count * Blocks.DATA, offset + length - block * Blocks.DATA);
                sink.accept(buffer.data(from, to - from));
            }
        } finally {
            BlockBuffer.giveBack(buffer);
        }
    }

    private static FileChannel open(Path path) {
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw corrupt(path, 0, e);
        } catch (IOException e) {
            throw Failures.of(path + " cannot be read", e);
        }
    }

    /** Reads blocks, from one on, and verifies them. */
    private static void load(FileChannel file, Path path, Content content, long block, int count, BlockBuffer buffer) {
        try {
            buffer.read(file, block * Blocks.SIZE, count, Blocks.length(content.size(), block + count - 1));
        } catch (EOFException e) {
            throw corrupt(path, block * Blocks.SIZE, e);
        } catch (IOException e) {
            throw Failures.of(path + " cannot be read", e);
        }
        for (int i = 0; i < count; i++) {
            ByteBuffer data = buffer.data(i * Blocks.DATA, Blocks.length(content.size(), block + i));
            if (buffer.checksum(i) != Blocks.checksum(content.id(), block + i, data)) {
                throw corrupt(path, (block + i) * Blocks.SIZE, null);
            }
        }
    }

    private static BlobException corrupt(Path file, long position, Exception cause) {
        return new BlobException(Reason.CORRUPT, file + " is not as it was written at byte " + position, cause);
    }
}
