package org.kumiki.engine;

import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/** How far things are that take long. Nobody needs to know after a restart, when they begin anew. Thread-safe. */
final class Percentages {

    private final Map<Object, Integer> known = new ConcurrentHashMap<>();

    void tell(Object thing, int percent) {
        known.put(thing, Math.max(0, Math.min(99, percent))); // all of it is there when the datacenter says so
    }

    void forget(Object thing) {
        known.remove(thing);
    }

    OptionalInt of(Object thing) {
        Integer percent = known.get(thing);
        return percent == null ? OptionalInt.empty() : OptionalInt.of(percent);
    }
}
