package org.kumiki.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Undertaking;
import org.pcollections.TreePMap;

/** The newest undertakings of each kind, so that many of one do not push the few of another out. Thread-safe; reading takes no lock. */
final class ForecastLedger {

    /** Of each kind. */
    static final int KEPT = 1_000;

    /** @param number counts up, in the order in which things were begun */
    record Entry(long number, Foreseen foreseen) {
    }

    private final Map<Undertaking.Kind, Deque<Long>> numbers = new EnumMap<>(Undertaking.Kind.class);
    private volatile TreePMap<Long, Foreseen> all = TreePMap.empty();
    private long last;

    synchronized Entry add(Foreseen foreseen) {
        Entry entry = new Entry(last + 1, foreseen);
        put(entry);
        return entry;
    }

    /** Takes one in that has its number already: as it is now if it is known, else as the newest. */
    synchronized void put(Entry entry) {
        last = Math.max(last, entry.number());
        TreePMap<Long, Foreseen> next = all.plus(entry.number(), entry.foreseen());
        if (!all.containsKey(entry.number())) {
            Deque<Long> same = numbers.computeIfAbsent(entry.foreseen().undertaking().kind(), kind -> new ArrayDeque<>());
            same.addLast(entry.number());
            next = same.size() > KEPT ? next.minus(same.removeFirst()) : next;
        }
        all = next;
    }

    /** Empty if it is not kept any more. */
    synchronized Optional<Entry> change(long number, UnaryOperator<Foreseen> change) {
        Optional<Entry> changed = find(number).map(known -> new Entry(number, change.apply(known)));
        changed.ifPresent(this::put);
        return changed;
    }

    Optional<Foreseen> find(long number) {
        return Optional.ofNullable(all.get(number));
    }

    /** Oldest first. */
    List<Foreseen> all() {
        return List.copyOf(all.values());
    }

    /** Oldest first. */
    List<Entry> entries() {
        return all.entrySet().stream().map(each -> new Entry(each.getKey(), each.getValue())).toList();
    }
}
