package org.kumiki.queue.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.wal.Place;

/**
 * A queue: where its messages are and what state they are in. Not thread-safe: whoever uses it holds the lock of the {@link Queues}.
 * <p>
 * A message that can be received is in {@link #ready}, of a queue with groups only the first one of a group of which none is in flight.
 */
final class LiveQueue {

    private static final long REMEMBERED = QueueStore.REMEMBERED.toMillis();

    private final int number;
    private final Usage usage;
    private final Rows rows = new Rows();
    /** Slots by sequences. */
    private final SlotIndex index = new SlotIndex();
    /** By sequence. */
    private final Agenda ready = new Agenda();
    /** By when messages become visible. */
    private final Agenda hidden = new Agenda();
    /** By when messages were sent. */
    private final Agenda ages = new Agenda();
    /** Null if the queue has no groups. */
    private Groups groups;
    private final Duplicates duplicates = new Duplicates();
    private final Map<String, Attempt> attempts = new LinkedHashMap<>();
    private final long[] counts = new long[Row.IN_FLIGHT + 1];
    private long bytes;
    private long lastSequence;
    private MessageQueue settings;

    // What follows is of this process alone, and not in the log.

    /** Being written down. */
    private final Set<Duplicates.Key> pendingKeys = new HashSet<>();
    private final Set<String> pendingAttempts = new HashSet<>();
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private CompletableFuture<?> lastChange = CompletableFuture.completedFuture(null);
    private int beingReceived;
    private boolean gone;
    /** Whether somebody has been told to look for the waiters. */
    private boolean called;
    /** When waiters are woken to look again, in milliseconds. */
    private long alarm = Long.MAX_VALUE;

    LiveQueue(int number, MessageQueue settings, Usage usage) {
        this.number = number;
        this.settings = settings;
        this.usage = usage;
        groups = settings.settings().ordering().grouped() ? new Groups() : null;
    }

    int number() {
        return number;
    }

    MessageQueue settings() {
        return settings;
    }

    boolean grouped() {
        return groups != null;
    }

    void set(MessageQueue changed, long last) {
        settings = changed;
        lastSequence = Math.max(lastSequence, last);
    }

    void add(Row row) {
        int slot = restore(row);
        link(slot);
    }

    /** Adds a message that has yet to be {@link #link linked}, once all are there. */
    int restore(Row row) {
        int slot = rows.add(row);
        index.put(row.sequence(), slot);
        lastSequence = Math.max(lastSequence, row.sequence());
        usage.add(row.place());
        bytes += row.place().length();
        counts[row.state()]++;
        ages.add(row.sent(), row.sequence());
        ages.sweep(index.size(), (sent, sequence) -> index.get(sequence) != SlotIndex.NONE);
        if (row.state() != Row.VISIBLE) {
            hidden.add(row.due(), row.sequence());
        }
        return slot;
    }

    void linkAll() {
        for (long sequence : index.sortedKeys()) {
            link(index.get(sequence));
        }
    }

    private void link(int slot) {
        if (groups != null) {
            int group = groups.append(slot, rows.group(slot));
            groups.block(group, isBlocking(rows.state(slot)) ? 1 : 0);
            offerHead(group);
        } else if (rows.state(slot) == Row.VISIBLE) {
            addReady(slot);
        }
    }

    private void addReady(int slot) {
        ready.add(rows.sequence(slot), 0);
        ready.sweep((int) counts[Row.VISIBLE], (sequence, none) -> {
            int its = index.get(sequence);
            return its != SlotIndex.NONE && rows.state(its) == Row.VISIBLE;
        });
    }

    /** @return what it was */
    Optional<Row> remove(long sequence) {
        int slot = index.get(sequence);
        if (slot == SlotIndex.NONE) {
            return Optional.empty();
        }
        Row row = rows.row(slot);
        usage.remove(row.place());
        bytes -= row.place().length();
        counts[Row.settled(row.state())]--;
        index.remove(sequence);
        rows.remove(slot);
        if (groups != null) {
            int group = groups.of(slot);
            groups.block(group, isBlocking(row.state()) ? -1 : 0);
            groups.remove(slot);
            offerHead(group);
        }
        if (index.size() == 0) {
            clear();
        }
        return Optional.of(row);
    }

    /** Gives the memory of a backlog back. */
    private void clear() {
        rows.clear();
        index.clear();
        ready.clear();
        hidden.clear();
        ages.clear();
        groups = groups == null ? null : new Groups();
    }

    void removeUpTo(long last) {
        for (long sequence : index.sortedKeys()) {
            if (sequence > last) {
                return;
            }
            remove(sequence);
        }
    }

    void taken(long sequence, long time, long until) {
        int slot = index.get(sequence);
        if (slot != SlotIndex.NONE) {
            rows.received(slot, time);
            hide(slot, until);
        }
    }

    /** @param until 0: it is visible */
    void hide(long sequence, long until) {
        int slot = index.get(sequence);
        if (slot == SlotIndex.NONE) {
            return;
        }
        if (until == 0) {
            turn(slot, Row.VISIBLE);
        } else {
            hide(slot, until);
        }
    }

    private void hide(int slot, long until) {
        rows.setDue(slot, until);
        turn(slot, Row.IN_FLIGHT);
        hidden.add(until, rows.sequence(slot));
        hidden.sweep((int) (counts[Row.DELAYED] + counts[Row.IN_FLIGHT]), (due, sequence) -> {
            int its = index.get(sequence);
            return its != SlotIndex.NONE && isHiddenUntil(its, due);
        });
    }

    void repeat(String name, long until) {
        attempt(name).ifPresent(attempt -> {
            for (long sequence : attempt.sequences()) {
                hide(sequence, until);
            }
            // Its time is that of the first delivery, and so is its place.
            attempts.replace(name, attempt.with(until));
        });
    }

    void relocate(long sequence, Place place) {
        int slot = index.get(sequence);
        if (slot != SlotIndex.NONE) {
            Place before = rows.place(slot);
            usage.remove(before);
            usage.add(place);
            bytes += place.length() - before.length();
            rows.setPlace(slot, place);
        }
    }

    void remember(Duplicates.Memory memory) {
        duplicates.forget(memory.time() - REMEMBERED + 1);
        duplicates.add(memory);
    }

    void remember(Attempt attempt) {
        attempts.remove(attempt.name());
        attempts.put(attempt.name(), attempt);
    }

    void setGone() {
        gone = true;
        removeUpTo(Long.MAX_VALUE);
    }

    private static boolean isBlocking(int state) {
        return state == Row.IN_FLIGHT || (state & Row.PENDING) != 0;
    }

    private void turn(int slot, int state) {
        int before = rows.state(slot);
        rows.setState(slot, state);
        counts[Row.settled(before)]--;
        counts[Row.settled(state)]++;
        if (groups != null) {
            int group = groups.of(slot);
            groups.block(group, (isBlocking(state) ? 1 : 0) - (isBlocking(before) ? 1 : 0));
            offerHead(group);
        } else if (state == Row.VISIBLE) {
            addReady(slot);
        }
    }

    private void offerHead(int group) {
        if (groups.isThere(group) && isReady(group) && groups.offer(group, rows.sequence(groups.head(group)))) {
            addReady(groups.head(group));
        }
    }

    private boolean isReady(int group) {
        return groups.isFree(group) && rows.state(groups.head(group)) == Row.VISIBLE;
    }

    /** Makes visible whose time has come, and forgets what is long ago. */
    void wake(long now) {
        while (!hidden.isEmpty() && hidden.key() <= now) {
            int slot = index.get(hidden.subject());
            if (slot != SlotIndex.NONE && isHiddenUntil(slot, hidden.key())) {
                turn(slot, Row.VISIBLE | rows.state(slot) & Row.PENDING);
            }
            hidden.remove();
        }
        duplicates.forget(now - REMEMBERED + 1);
        Iterator<Attempt> oldest = attempts.values().iterator();
        while (oldest.hasNext() && oldest.next().time() <= now - REMEMBERED) {
            oldest.remove();
        }
    }

    private boolean isHiddenUntil(int slot, long due) {
        return Row.settled(rows.state(slot)) != Row.VISIBLE && rows.due(slot) == due;
    }

    /** When the next message becomes visible by itself, if none is received meanwhile. */
    long nextDue() {
        return hidden.isEmpty() ? Long.MAX_VALUE : hidden.key();
    }

    /** Messages that nobody else gets from now on. */
    record Taking(List<Row> received, List<Long> redriven) {
    }

    /**
     * Takes messages that are ready, and marks them as pending: so many at most to be received, and on the way those that have been received too often.
     *
     * @param redriveAfter how often is too often
     */
    Taking take(int most, int mostRedriven, int redriveAfter, long now) {
        Taking taking = new Taking(new ArrayList<>(), new ArrayList<>());
        while (taking.received().size() < most && taking.redriven().size() < mostRedriven && !ready.isEmpty()) {
            long sequence = ready.key();
            ready.remove();
            int slot = index.get(sequence);
            if (slot == SlotIndex.NONE) {
                continue;
            }
            if (groups == null) {
                takeOne(slot, redriveAfter, now, taking);
            } else {
                int group = groups.of(slot);
                groups.withdraw(group, sequence);
                if (groups.head(group) == slot && isReady(group)) {
                    takeFrom(slot, most, redriveAfter, now, taking);
                }
            }
        }
        return taking;
    }

    private void takeFrom(int head, int most, int redriveAfter, long now, Taking taking) {
        int slot = head;
        while (slot != Groups.NONE && rows.state(slot) == Row.VISIBLE && taking.received().size() < most) {
            int next = groups.next(slot);
            takeOne(slot, redriveAfter, now, taking);
            slot = next;
        }
    }

    private void takeOne(int slot, int redriveAfter, long now, Taking taking) {
        if (rows.state(slot) != Row.VISIBLE || isOld(slot, now)) {
            return;
        }
        Row row = rows.row(slot);
        if (row.receives() >= redriveAfter) {
            taking.redriven().add(row.sequence());
        } else {
            taking.received().add(row);
        }
        turn(slot, Row.VISIBLE | Row.PENDING);
    }

    private boolean isOld(int slot, long now) {
        return isOld(rows.sent(slot), now);
    }

    /** Whether a message that was sent at a time has been kept long enough. */
    boolean isOld(long sent, long now) {
        return sent + settings.settings().retention().toMillis() <= now;
    }

    /** Removes messages that are too old; so many at most, and none that is pending. */
    List<Long> removeOld(int most, long now) {
        List<Long> old = new ArrayList<>();
        while (old.size() < most && !ages.isEmpty()) {
            long sequence = ages.subject();
            int slot = index.get(sequence);
            if (slot != SlotIndex.NONE) {
                if (!isOld(slot, now) || isPending(slot)) {
                    break;
                }
                old.add(sequence);
            }
            ages.remove();
            remove(sequence);
        }
        return old;
    }

    Optional<Row> find(long sequence) {
        int slot = index.get(sequence);
        return slot == SlotIndex.NONE ? Optional.empty() : Optional.of(rows.row(slot));
    }

    boolean isPending(long sequence) {
        int slot = index.get(sequence);
        return slot != SlotIndex.NONE && isPending(slot);
    }

    private boolean isPending(int slot) {
        return (rows.state(slot) & Row.PENDING) != 0;
    }

    /** Nothing else may change it from now on. */
    void mark(long sequence) {
        int slot = index.get(sequence);
        turn(slot, rows.state(slot) | Row.PENDING);
    }

    /** Nothing is being written down of them any more. If that failed, they are as before, or as their time has made them meanwhile. */
    void unmark(Collection<Long> sequences) {
        for (long sequence : sequences) {
            int slot = index.get(sequence);
            if (slot != SlotIndex.NONE && isPending(slot)) {
                turn(slot, Row.settled(rows.state(slot)));
            }
        }
    }

    /** Sequences of messages whose content is in some segments. */
    List<Long> in(Set<Long> segments) {
        List<Long> found = new ArrayList<>();
        for (long sequence : index.sortedKeys()) {
            if (segments.contains((long) rows.segment(index.get(sequence)))) {
                found.add(sequence);
            }
        }
        return found;
    }

    Duplicates duplicates() {
        return duplicates;
    }

    Optional<Attempt> attempt(String name) {
        return Optional.ofNullable(attempts.get(name));
    }

    Set<Duplicates.Key> pendingKeys() {
        return pendingKeys;
    }

    Set<String> pendingAttempts() {
        return pendingAttempts;
    }

    long lastSequence() {
        return lastSequence;
    }

    /** @return the first of so many */
    long newSequences(int count) {
        long first = lastSequence + 1;
        lastSequence += count;
        return first;
    }

    Deque<Waiter> waiters() {
        return waiters;
    }

    /** @return whether somebody must look for the waiters, and nobody has been told so since the last time that this was {@link #answered} */
    boolean call() {
        boolean isNew = !called && !waiters.isEmpty();
        called |= isNew;
        return isNew;
    }

    void answered() {
        called = false;
    }

    boolean isGone() {
        return gone;
    }

    /** How many more may be in flight. */
    int roomInFlight() {
        int limit = groups == null ? QueueStore.IN_FLIGHT : QueueStore.IN_FLIGHT_OF_GROUPS;
        return (int) Math.max(0, limit - counts[Row.IN_FLIGHT] - beingReceived);
    }

    void receiving(int more) {
        beingReceived += more;
    }

    /** Completed when what was decided on until now is carried out, or has failed. */
    CompletableFuture<?> lastChange() {
        return lastChange;
    }

    void changes(CompletableFuture<?> settled) {
        lastChange = lastChange.isDone() ? settled : CompletableFuture.allOf(lastChange, settled);
    }

    long alarm() {
        return alarm;
    }

    void setAlarm(long time) {
        alarm = time;
    }

    long count(int state) {
        return counts[state];
    }

    long size() {
        return index.size();
    }

    long bytes() {
        return bytes;
    }

    /** When the oldest was sent, if there is any. */
    Optional<Long> oldest() {
        while (!ages.isEmpty() && index.get(ages.subject()) == SlotIndex.NONE) {
            ages.remove();
        }
        return ages.isEmpty() ? Optional.empty() : Optional.of(ages.key());
    }

    /** A queue as it was at some moment, for any thread. */
    record Frozen(int number, long lastSequence, MessageQueue settings, Rows.Frozen rows, Duplicates duplicates, List<Attempt> attempts) {
    }

    Frozen freeze() {
        return new Frozen(number, lastSequence, settings, rows.freeze(), duplicates.copy(), List.copyOf(attempts.values()));
    }
}
