package org.kumiki.table.log;

import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

import org.kumiki.api.table.DomainId;

/**
 * Who decides on something has it to himself until what he has decided is durable. Things share locks, of which there are few: those of items are
 * taken in the order of their numbers, so that nobody waits for somebody who waits for him.
 */
final class Locks {

    /** So many that two batches seldom meet. */
    private static final int ITEMS = 16_384;
    private static final int DOMAINS = 64;

    private final List<ReentrantLock> items = IntStream.range(0, ITEMS).mapToObj(number -> new ReentrantLock()).toList();
    private final List<ReentrantReadWriteLock> domains = IntStream.range(0, DOMAINS).mapToObj(number -> new ReentrantReadWriteLock()).toList();

    /** Decides on a domain as a whole. */
    void ofDomain(DomainId id, Runnable decision) {
        locked(List.of(domain(id).writeLock()), decision);
    }

    /** Decides on items, while others decide on other items of the domain. */
    void ofItems(DomainId id, List<String> names, Runnable decision) {
        List<ReentrantLock> ordered = names.stream().map(name -> Math.floorMod(31 * id.hashCode() + name.hashCode(), ITEMS)).distinct().sorted()
                .map(items::get).toList();
        locked(List.of(domain(id).readLock()), () -> locked(ordered, decision));
    }

    private ReentrantReadWriteLock domain(DomainId id) {
        return domains.get(Math.floorMod(id.hashCode(), DOMAINS));
    }

    private static void locked(List<? extends Lock> locks, Runnable decision) {
        locks.forEach(Lock::lock);
        try {
            decision.run();
        } finally {
            locks.forEach(Lock::unlock);
        }
    }
}
