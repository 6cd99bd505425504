package org.kumiki.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps forecasts in a file, a line each as it is now; a later line of the same number counts. The file is begun anew when it has more lines than
 * are worth reading, and when nobody knows how its last line ends. Used by one thread at a time.
 */
final class ForecastFile {

    private static final Logger LOG = LoggerFactory.getLogger(ForecastFile.class);
    private static final int MOST_LINES = 20_000;

    private final Path file;
    private final Records records = new Records();
    /** As many as are there, or more than may be there if the file must be begun anew. */
    private int lines = Integer.MAX_VALUE;

    ForecastFile(Path file) {
        this.file = file;
    }

    /** What is kept, in the order in which it was written. A line that was not written to its end is left out, and so is one that cannot be read. */
    List<ForecastLedger.Entry> read() throws IOException {
        List<ForecastLedger.Entry> entries = new ArrayList<>();
        String text = Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        int begin = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
            try {
                entries.add(records.read(text.substring(begin, end), ForecastLedger.Entry.class));
            } catch (IOException e) {
                LOG.warn("a line of {} cannot be read, and is left out", file, e);
            }
            begin = end + 1;
        }
        lines = begin == text.length() ? entries.size() : Integer.MAX_VALUE;
        return entries;
    }

    /**
     * Adds some.
     *
     * @param all all there are, should the file be begun anew
     */
    void add(Collection<ForecastLedger.Entry> some, Supplier<List<ForecastLedger.Entry>> all) throws IOException {
        boolean anew = lines > MOST_LINES - some.size();
        Collection<ForecastLedger.Entry> entries = anew ? all.get() : some;
        int before = anew ? 0 : lines;
        lines = Integer.MAX_VALUE; // until these are written
        if (anew) {
            Path next = file.resolveSibling(file.getFileName() + ".new");
            write(next, entries, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } else {
            write(file, entries, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        lines = before + entries.size();
    }

    private void write(Path path, Collection<ForecastLedger.Entry> entries, StandardOpenOption... how) throws IOException {
        StringBuilder text = new StringBuilder();
        for (ForecastLedger.Entry entry : entries) {
            text.append(records.write(entry)).append('\n');
        }
        try (FileChannel channel = FileChannel.open(path, how)) {
            for (ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)); bytes.hasRemaining();) {
                channel.write(bytes);
            }
            channel.force(false);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
