package org.kumiki.queue.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.kumiki.api.queue.QueueId;
import org.kumiki.queue.log.Change.Added;
import org.kumiki.queue.log.Change.Gone;
import org.kumiki.queue.log.Change.Hidden;
import org.kumiki.queue.log.Change.Key;
import org.kumiki.queue.log.Change.Purged;
import org.kumiki.queue.log.Change.QueueGone;
import org.kumiki.queue.log.Change.QueueSet;
import org.kumiki.queue.log.Change.Redriven;
import org.kumiki.queue.log.Change.Relocated;
import org.kumiki.queue.log.Change.Remembered;
import org.kumiki.queue.log.Change.Repeated;
import org.kumiki.queue.log.Change.Restored;
import org.kumiki.queue.log.Change.Stored;
import org.kumiki.queue.log.Change.Taken;
import org.kumiki.wal.Place;
import org.kumiki.wal.State;
import org.kumiki.wal.WriteAheadLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All queues, as the log says. Whoever looks at one, or decides on something, holds the lock of this, and appends to the log before he gives it back: so
 * the log has decisions in the order in which they were made.
 */
final class Queues implements State<Change> {

    private static final Logger LOG = LoggerFactory.getLogger(Queues.class);
    private static final int MEMORIES = 4_096;
    private static final long MOVE_AT_ONCE = 1 << 20;

    private final Map<Integer, LiveQueue> byNumber = new HashMap<>();
    private final NavigableMap<QueueId, LiveQueue> byId = new TreeMap<>();
    private final Usage usage = new Usage();
    private final Consumer<LiveQueue> wake;
    private int lastQueue;
    private Optional<byte[]> secret = Optional.empty();

    /** @param wake told of a queue for which somebody waits, and in which something may have become visible; it must be quick */
    Queues(Consumer<LiveQueue> wake) {
        this.wake = wake;
    }

    Optional<LiveQueue> find(QueueId id) {
        return Optional.ofNullable(byId.get(id));
    }

    Optional<LiveQueue> find(int number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    Collection<LiveQueue> all() {
        return byId.values();
    }

    int newQueue() {
        return ++lastQueue;
    }

    Optional<byte[]> secret() {
        return secret;
    }

    @Override
    public synchronized void apply(Change change, Place place) {
        if (change instanceof Added added) {
            find(added.content().queue()).ifPresent(queue -> add(queue, added, place));
        } else if (change instanceof Taken taken) {
            change(taken.queue(), queue -> take(queue, taken));
        } else if (change instanceof Gone gone) {
            change(gone.queue(), queue -> gone.sequences().forEach(queue::remove));
        } else if (change instanceof Hidden hidden) {
            change(hidden.queue(), queue -> hide(queue, hidden));
        } else if (change instanceof Repeated repeated) {
            change(repeated.queue(), queue -> queue.repeat(repeated.attempt(), repeated.until()));
        } else if (change instanceof Redriven redriven) {
            redrive(redriven);
        } else if (change instanceof Purged purged) {
            change(purged.queue(), queue -> queue.removeUpTo(purged.last()));
        } else if (change instanceof Relocated relocated) {
            find(relocated.queue()).ifPresent(queue -> queue.relocate(relocated.sequence(), place));
        } else if (change instanceof QueueSet set) {
            set(set);
        } else if (change instanceof QueueGone gone) {
            remove(gone.queue());
        } else {
            restore(change);
        }
    }

    private void restore(Change change) {
        if (change instanceof Stored stored) {
            find(stored.queue()).ifPresent(queue -> stored.rows().forEach(queue::restore));
        } else if (change instanceof Remembered remembered) {
            find(remembered.queue()).ifPresent(queue -> {
                remembered.sent().forEach(queue::remember);
                remembered.attempts().forEach(queue::remember);
            });
        } else if (change instanceof Restored restored) {
            find(restored.queue()).ifPresent(LiveQueue::linkAll);
        } else if (change instanceof Key key) {
            secret = Optional.of(key.secret());
            lastQueue = Math.max(lastQueue, key.lastQueue());
        }
    }

    private void change(int number, Consumer<LiveQueue> change) {
        find(number).ifPresent(queue -> {
            change.accept(queue);
            woken(queue);
        });
    }

    private void woken(LiveQueue queue) {
        if (queue.call()) {
            wake.accept(queue);
        }
    }

    private void add(LiveQueue queue, Added added, Place place) {
        Content content = added.content();
        long group = queue.grouped() ? Groups.hash(content.group().orElse("")) : 0;
        queue.add(new Row(content.sequence(), place, added.due(), added.sent(), 0, 0, 0, added.due() == 0 ? Row.VISIBLE : Row.DELAYED, group));
        if (queue.grouped() && !added.moved()) {
            content.deduplication().ifPresent(deduplication -> queue.remember(new Duplicates.Memory(
                    Duplicates.Key.of(queue.settings().settings().ordering(), content.group(), deduplication), content.sequence(), added.sent())));
        }
        woken(queue);
    }

    private static void take(LiveQueue queue, Taken taken) {
        taken.sequences().forEach(sequence -> queue.taken(sequence, taken.time(), taken.until()));
        taken.attempt().ifPresent(name -> queue.remember(new Attempt(name, taken.time(), taken.until(), taken.sequences().stream().mapToLong(Long::longValue).toArray(),
                taken.sequences().stream().mapToInt(sequence -> queue.find(sequence).map(Row::receives).orElse(0)).toArray())));
    }

    private static void hide(LiveQueue queue, Hidden hidden) {
        for (int i = 0; i < hidden.sequences().size(); i++) {
            queue.hide(hidden.sequences().get(i), hidden.until().get(i));
        }
    }

    private void redrive(Redriven redriven) {
        Optional<LiveQueue> from = find(redriven.queue());
        Optional<LiveQueue> to = find(redriven.to());
        if (from.isEmpty() || to.isEmpty()) {
            return;
        }
        long sequence = redriven.first();
        for (long each : redriven.sequences()) {
            Optional<Row> row = from.get().remove(each);
            if (row.isPresent()) {
                long group = !to.get().grouped() ? 0 : row.get().group() == 0 ? Groups.hash("") : row.get().group();
                to.get().add(new Row(sequence, row.get().place(), 0, row.get().sent(), 0, 0, redriven.queue(), Row.VISIBLE, group));
            }
            sequence++;
        }
        woken(from.get());
        woken(to.get());
    }

    private void set(QueueSet set) {
        LiveQueue queue = byNumber.computeIfAbsent(set.queue(), number -> new LiveQueue(number, set.settings(), usage));
        queue.set(set.settings(), set.lastSequence());
        byId.put(set.settings().id(), queue);
        lastQueue = Math.max(lastQueue, set.queue());
        woken(queue);
    }

    private void remove(int number) {
        LiveQueue queue = byNumber.remove(number);
        if (queue != null) {
            byId.remove(queue.settings().id());
            queue.setGone();
            woken(queue);
        }
    }

    @Override
    public synchronized Snapshot<Change> snapshot() {
        Key key = new Key(secret.orElseThrow(), lastQueue);
        List<LiveQueue.Frozen> frozen = byNumber.values().stream().map(LiveQueue::freeze).toList();
        return target -> {
            target.put(key);
            for (LiveQueue.Frozen queue : frozen) {
                write(queue, target);
            }
        };
    }

    private static void write(LiveQueue.Frozen queue, Target<Change> target) throws IOException {
        target.put(new QueueSet(queue.number(), queue.lastSequence(), queue.settings()));
        queue.rows().forEachBlock(rows -> target.put(new Stored(queue.number(), rows)));
        List<Duplicates.Memory> some = new ArrayList<>();
        for (Iterator<Duplicates.Memory> all = queue.duplicates().all(); all.hasNext();) {
            some.add(all.next());
            if (some.size() == MEMORIES) {
                target.put(new Remembered(queue.number(), List.copyOf(some), List.of()));
                some.clear();
            }
        }
        target.put(new Remembered(queue.number(), some, queue.attempts()));
        target.put(new Restored(queue.number()));
    }

    @Override
    public long live(long segment) {
        return usage.of(segment);
    }

    @Override
    public long live() {
        return usage.total();
    }

    @Override
    public void removed(long segment) {
        usage.forget(segment);
    }

    @Override
    public void move(Set<Long> segments, WriteAheadLog<Change> log) throws IOException {
        List<LiveQueue> queues;
        synchronized (this) {
            queues = List.copyOf(byId.values());
        }
        for (LiveQueue queue : queues) {
            List<Long> sequences;
            synchronized (this) {
                sequences = queue.in(segments);
            }
            move(queue, sequences, log);
        }
    }

    private void move(LiveQueue queue, List<Long> sequences, WriteAheadLog<Change> log) throws IOException {
        long bytes = 0;
        List<Change> some = new ArrayList<>();
        for (long sequence : sequences) {
            Optional<Place> place;
            synchronized (this) {
                place = queue.find(sequence).map(Row::place);
            }
            if (place.isEmpty()) {
                continue;
            }
            try {
                some.add(new Relocated(queue.number(), sequence, content(log.read(place.get()))));
            } catch (IOException e) {
                LOG.error("A message of the queue {} that cannot be read stays where it is", queue.settings().id(), e);
            }
            bytes += place.get().length();
            if (bytes >= MOVE_AT_ONCE) {
                log.append(some).join();
                some = new ArrayList<>();
                bytes = 0;
            }
        }
        log.append(some).join();
    }

    /** Of a record that has one. */
    static Content content(Change change) {
        if (change instanceof Added added) {
            return added.content();
        }
        if (change instanceof Relocated relocated) {
            return relocated.content();
        }
        throw new IllegalArgumentException("no message is in " + change);
    }
}
