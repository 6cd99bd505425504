package org.kumiki.twin.forecast;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.forecast.Undertaking;

/** What was learned, of each technology and type, and of each technology whatever the type. Thread-safe. */
final class Experience {

    /** What is learned. */
    enum Fact {
        BOOT_SECONDS, BYTES_PER_SECOND, DIRTY_BYTES_PER_SECOND,
        /** Of what the model says, by strategy. */
        SECONDS_RATIO, DOWNTIME_RATIO, BYTES_RATIO
    }

    private record Key(Fact fact, String technology, String strategy, String type) {
    }

    private final Map<Key, Newest> learned = new ConcurrentHashMap<>();

    void learn(Fact fact, Undertaking from, double value) {
        for (String type : new String[] { from.type(), "" }) {
            learned.computeIfAbsent(key(fact, from, type), key -> new Newest()).add(value);
        }
    }

    /** Of the same type, else of the same technology; empty if there is neither. */
    OptionalDouble usual(Fact fact, Undertaking of) {
        Newest same = learned.getOrDefault(key(fact, of, of.type()), learned.get(key(fact, of, "")));
        return same == null ? OptionalDouble.empty() : same.median();
    }

    private static Key key(Fact fact, Undertaking of, String type) {
        return new Key(fact, of.technology(), of.strategy().orElse(""), type);
    }
}
