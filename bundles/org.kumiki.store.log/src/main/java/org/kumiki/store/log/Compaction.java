package org.kumiki.store.log;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.JournalException;

/** What a base and the logs after it come to, and how that becomes the next base. */
final class Compaction {

    /** A base is written in frames of so many entries. */
    private static final int ENTRIES_A_FRAME = 500;

    private final Map<List<String>, Entry> latest = new LinkedHashMap<>();
    private long appends;
    private long end;

    /**
     * Takes in one more part.
     *
     * @param isLast whether it may end in the middle of a frame
     * @throws JournalException if it is not what was written
     */
    void add(Directory.Part part, boolean isLast) throws IOException {
        try (FrameReader reader = new FrameReader(part.file())) {
            boolean ended = false;
            for (Optional<Frame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                long number = frame.get().number();
                boolean inOrder = part.isBase() ? appends == 0 || number == appends : number == appends + 1;
                if (!inOrder || ended) {
                    throw reader.damaged();
                }
                appends = number;
                ended = part.isBase() && frame.get().entries().isEmpty();
                frame.get().entries().forEach(this::add);
            }
            if (reader.isTorn() && (part.isBase() || !isLast) || part.isBase() && !ended) {
                throw reader.damaged();
            }
            end = reader.end();
        }
    }

    private void add(Entry entry) {
        List<String> thing = List.of(entry.kind(), entry.key());
        if (entry.value().isPresent()) {
            latest.put(thing, entry);
        } else {
            latest.remove(thing);
        }
    }

    /** The latest entry of each thing, in no order. */
    Collection<Entry> entries() {
        return latest.values();
    }

    /** The number of the last append. */
    long appends() {
        return appends;
    }

    /** Where the whole frames of the last part end. */
    long end() {
        return end;
    }

    /** Writes all of it, ending with an empty frame; false if it was called off. It is on the disk when this returns. */
    boolean write(Path file, BooleanSupplier calledOff) throws IOException {
        Files.deleteIfExists(file);
        try (FileOutputStream out = new FileOutputStream(file.toFile());
                BufferedOutputStream buffer = new BufferedOutputStream(out, 1 << 18)) {
            List<Entry> frame = new ArrayList<>();
            for (Entry entry : latest.values()) {
                frame.add(entry);
                if (frame.size() == ENTRIES_A_FRAME) {
                    if (calledOff.getAsBoolean()) {
                        return false;
                    }
                    buffer.write(new Frame(appends, frame).toBytes());
                    frame.clear();
                }
            }
            if (!frame.isEmpty()) {
                buffer.write(new Frame(appends, frame).toBytes());
            }
            buffer.write(new Frame(appends, List.of()).toBytes());
            buffer.flush();
            out.getFD().sync();
            return true;
        }
    }
}
