package org.kumiki.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.Journal;
import org.kumiki.api.journal.JournalException;

/** Keeps entries as long as the test runs, and can be told to fail. */
final class MemoryJournal implements Journal {

    private final List<Entry> entries = new ArrayList<>();
    private volatile boolean full;
    volatile Error error;

    @Override
    public synchronized void replay(Consumer<Entry> reader) {
        Map<String, Entry> latest = new LinkedHashMap<>();
        for (Entry entry : entries) {
            latest.put(entry.kind() + "/" + entry.key(), entry);
        }
        latest.values().stream().filter(entry -> entry.value().isPresent()).sorted(Comparator.comparingLong(Entry::sequence)).forEach(reader);
    }

    @Override
    public synchronized void append(List<Entry> added) {
        if (error != null) {
            throw error;
        }
        if (full) {
            throw new JournalException("the disk is full", true, null);
        }
        entries.addAll(added);
    }

    void fill(boolean isFull) {
        full = isFull;
    }

    synchronized long last() {
        return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).sequence();
    }
}
