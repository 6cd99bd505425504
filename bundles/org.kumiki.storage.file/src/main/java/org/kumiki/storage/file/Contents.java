package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.kumiki.wal.Place;
import org.kumiki.wal.WriteAheadLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All contents, by their numbers. Those that nobody uses any more are gone, with their files. */
final class Contents {

    private static final Logger LOG = LoggerFactory.getLogger(Contents.class);

    private final ContentFiles files;
    private final Consumer<Path> remover;
    private final AtomicLong last = new AtomicLong();
    private final Map<Long, Content> all = new ConcurrentHashMap<>();
    /** How many bytes of a segment are used. */
    private final Map<Long, AtomicLong> live = new ConcurrentHashMap<>();
    private final AtomicLong liveBytes = new AtomicLong();
    /** Until then the log is being read, which may name a content again after its last use. */
    private volatile boolean settled;

    /** @param remover deletes a file, some time */
    Contents(ContentFiles files, Consumer<Path> remover) {
        this.files = files;
        this.remover = remover;
    }

    ContentFiles files() {
        return files;
    }

    long nextId() {
        return last.incrementAndGet();
    }

    long lastId() {
        return last.get();
    }

    /** That a number has been given. */
    void skipTo(long id) {
        last.accumulateAndGet(id, Math::max);
    }

    Collection<Content> all() {
        return all.values();
    }

    /** A new one, used once. */
    Extent add(long id, boolean inFile, long size) {
        all.put(id, new Content(id, inFile, size, 1));
        return new Extent(id, inFile, size, 0, size);
    }

    /** What the log says: there is one more use of each. */
    void adopt(List<Extent> extents) {
        for (Extent extent : extents) {
            skipTo(extent.content());
            Content content = settled ? all.get(extent.content())
                    : all.computeIfAbsent(extent.content(), id -> new Content(id, extent.inFile(), extent.whole(), 0));
            content.retain();
        }
    }

    /** Uses them once more; or nothing, if one of them is gone. */
    Optional<List<Content>> retain(List<Extent> extents) {
        List<Content> retained = new ArrayList<>(extents.size());
        for (Extent extent : extents) {
            Content content = all.get(extent.content());
            if (content == null || !content.retain()) {
                retained.forEach(this::release);
                return Optional.empty();
            }
            retained.add(content);
        }
        return Optional.of(retained);
    }

    void release(List<Extent> extents) {
        extents.forEach(extent -> release(all.get(extent.content())));
    }

    void release(Content content) {
        if (content.release() && settled) {
            forget(content);
        }
    }

    private void forget(Content content) {
        synchronized (content) {
            if (!content.forget()) {
                return;
            }
            content.place().ifPresent(place -> count(place, -place.length()));
        }
        all.remove(content.id());
        if (content.inFile()) {
            remover.accept(files.file(content.id()));
        }
    }

    /** What the log says: this is where it is now. */
    void place(long id, int size, Place place) {
        skipTo(id);
        Content content = settled ? all.get(id) : all.computeIfAbsent(id, number -> new Content(number, false, size, 0));
        if (content == null) {
            return;
        }
        synchronized (content) {
            if (!content.isGone()) {
                content.place().ifPresent(left -> count(left, -left.length()));
                content.moveTo(place);
                count(place, place.length());
            }
        }
    }

    private void count(Place place, int bytes) {
        live.computeIfAbsent(place.segment(), number -> new AtomicLong()).addAndGet(bytes);
        liveBytes.addAndGet(bytes);
    }

    /** How much of a segment is used. */
    long live(long segment) {
        AtomicLong bytes = live.get(segment);
        return bytes == null ? 0 : bytes.get();
    }

    /** How much of the log is used. */
    long live() {
        return liveBytes.get();
    }

    /** A segment is no longer there. */
    void dropped(long segment) {
        live.remove(segment);
    }

    /** The log has been read: what nobody uses goes. */
    void settle(WriteAheadLog<Change> log) throws IOException {
        for (Content content : List.copyOf(all.values())) {
            if (!content.isUsed()) {
                all.remove(content.id());
                content.place().ifPresent(place -> count(place, -place.length()));
            } else if (!content.inFile() && content.place().filter(log::has).isEmpty()) {
                throw new IOException(content.place().map(place -> log.file(place) + " is missing or too short")
                        .orElse("the content " + content.id() + " is nowhere in the log"));
            }
        }
        Set<Long> found = files.all();
        for (long id : found) {
            skipTo(id);
            Content content = all.get(id);
            if (content == null || !content.inFile()) {
                Files.delete(files.file(id));
            }
        }
        for (Content content : all.values()) {
            if (content.inFile() && !found.contains(content.id())) {
                LOG.error("{} is missing; what is made of it cannot be read", files.file(content.id()));
            }
        }
        settled = true;
    }
}
