package org.kumiki.store.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.Journal;
import org.kumiki.api.journal.JournalException;
import org.kumiki.api.journal.JournalStore;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the journal in files that are only ever appended to: one frame and one fsync an append. When enough has gathered, a thread in the
 * background writes what it all comes to into one file, the base, and the others go.
 */
@JournalStore(kind = "log")
@Component(configurationPid = LogJournal.PID)
@Designate(ocd = Config.class)
public final class LogJournal implements Journal {

    static final String PID = "org.kumiki.store.log";

    private static final Logger LOG = LoggerFactory.getLogger(LogJournal.class);
    private static final long CLOSE_SECONDS = 30;

    private final Path path;
    private final long logBytes;
    private final Segment.Opener opener;
    private final ExecutorService background = Executors.newSingleThreadExecutor(task -> new Thread(task, "kumiki-journal"));
    private volatile boolean closed;

    /** Null until the journal is used for the first time. */
    private Directory directory;
    private Witness witness;
    private Segment segment;
    private long segmentNumber;
    private long appends;

    @Activate
    public LogJournal(BundleContext context, Config config) {
        this(Path.of(Optional.ofNullable(context.getProperty("kumiki.data")).orElse("data")).resolve("journal"),
                (long) config.logMiB() << 20, file -> new RandomAccessFile(file.toFile(), "rw"));
    }

    /** @param logBytes after how many bytes a log is long enough */
    LogJournal(Path path, long logBytes, Segment.Opener opener) {
        this.path = path;
        this.logBytes = logBytes;
        this.opener = opener;
    }

    @Override
    public synchronized void replay(Consumer<Entry> reader) {
        try {
            Compaction whole = segment == null ? open() : read(directory.parts());
            whole.entries().stream().sorted(Comparator.comparingLong(Entry::sequence)).forEach(reader);
        } catch (IOException e) {
            throw new JournalException("the journal cannot be read: " + e.getMessage(), true, e);
        }
    }

    @Override
    public synchronized void append(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        try {
            if (segment == null) {
                open();
            }
            if (segment.size() >= logBytes) {
                beginNextLog();
            }
            segment.append(new Frame(appends + 1, entries).toBytes());
            appends++;
        } catch (IOException e) {
            throw new JournalException("the journal cannot be written: " + e.getMessage(), true, e);
        }
        witness.write(appends);
    }

    @Deactivate
    void close() throws IOException {
        closed = true;
        background.shutdown();
        try {
            if (!background.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The journal is closed while its logs are being put together");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        release();
    }

    /** Reads everything, and gets ready to go on where it ends. */
    private Compaction open() throws IOException {
        if (closed) {
            throw new IOException("it has been closed");
        }
        try {
            directory = new Directory(path);
            witness = new Witness(directory.resolve("appends"));
            List<Directory.Part> parts = directory.parts();
            Compaction whole = read(parts);
            if (whole.appends() < witness.read()) {
                throw new JournalException("the journal is damaged: it ends with append " + whole.appends() + ", and there have been "
                        + witness.read(), false, null);
            }
            appends = whole.appends();
            Optional<Directory.Part> last = parts.isEmpty() ? Optional.empty() : Optional.of(parts.get(parts.size() - 1));
            segmentNumber = last.map(Directory.Part::number).orElse(0L);
            if (last.isPresent() && !last.get().isBase()) {
                segment = new Segment(opener.open(last.get().file()), whole.end());
            } else {
                segmentNumber++;
                segment = new Segment(opener.open(directory.newLog(segmentNumber)), 0);
            }
            return whole;
        } catch (IOException | JournalException e) {
            release();
            throw e;
        }
    }

    private static Compaction read(List<Directory.Part> parts) throws IOException {
        Compaction whole = new Compaction();
        for (Directory.Part part : parts) {
            whole.add(part, part == parts.get(parts.size() - 1));
        }
        return whole;
    }

    private void beginNextLog() throws IOException {
        segment.cutOff();
        Segment next = new Segment(opener.open(directory.newLog(segmentNumber + 1)), 0);
        segment.close();
        segment = next;
        segmentNumber++;
        long before = segmentNumber - 1;
        background.execute(() -> compact(before));
    }

    /** Puts the base and the logs up to a number together, if the logs are worth it. Nobody else touches those. */
    private void compact(long upTo) {
        try {
            List<Directory.Part> parts = directory.parts().stream().filter(part -> part.number() <= upTo).toList();
            long base = size(parts, true);
            if (size(parts, false) >= base) {
                Compaction whole = new Compaction();
                for (Directory.Part part : parts) {
                    whole.add(part, false);
                }
                Path draft = directory.draft(upTo);
                if (whole.write(draft, () -> closed)) {
                    install(draft, upTo);
                }
            }
        } catch (IOException | JournalException e) {
            LOG.warn("The logs of the journal could not be put together; they stay as they are", e);
        }
    }

    private synchronized void install(Path draft, long number) throws IOException {
        directory.install(draft, number);
    }

    private static long size(List<Directory.Part> parts, boolean bases) throws IOException {
        long size = 0;
        for (Directory.Part part : parts) {
            size += part.isBase() == bases ? Files.size(part.file()) : 0;
        }
        return size;
    }

    private synchronized void release() throws IOException {
        for (AutoCloseable open : new AutoCloseable[] { segment, witness, directory }) {
            try {
                if (open != null) {
                    open.close();
                }
            } catch (Exception e) {
                LOG.warn("A file of the journal did not close", e);
            }
        }
        segment = null;
        witness = null;
        directory = null;
    }
}
