package org.kumiki.twin.forecast;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.kumiki.api.forecast.Undertaking;

/**
 * What was learned, of each technology: of guests of the same type and image, of the same type whatever the image, and of all whatever they are.
 * Thread-safe.
 */
final class Experience {

    /** What is learned. */
    enum Fact {
        BOOT_SECONDS, STOP_SECONDS, COLD_SECONDS, COLD_DOWNTIME,
        /** Of its virtual CPUs, that a guest uses a while after its start. */
        USE, BYTES_PER_SECOND, DIRTY_BYTES_PER_SECOND,
        /** Of what the model says, by strategy. */
        SECONDS_RATIO, DOWNTIME_RATIO, BYTES_RATIO
    }

    /** Of whom something is known; what is empty counts for all. */
    record Of(String technology, String strategy, String type, String image) {

        static Of all(Undertaking undertaking) {
            return new Of(undertaking.technology(), undertaking.strategy().orElse(""), undertaking.guest().type(), undertaking.guest().image().value());
        }

        /** The same whoever directs it. */
        Of undirected() {
            return new Of(technology, "", type, image);
        }

        /** From the few that are most alike to the many. */
        private List<Of> widening() {
            return List.of(this, new Of(technology, strategy, type, ""), new Of(technology, strategy, "", ""));
        }
    }

    private record Key(Fact fact, Of of) {
    }

    private final Map<Key, Newest> learned = new ConcurrentHashMap<>();

    void learn(Fact fact, Of from, double value) {
        from.widening().forEach(each -> learned.computeIfAbsent(new Key(fact, each), key -> new Newest()).add(value));
    }

    /** Of those most alike of whom anything is known; empty if there are none. */
    OptionalDouble usual(Fact fact, Of of) {
        return of.widening().stream().flatMap(each -> Stream.ofNullable(learned.get(new Key(fact, each)))).findFirst().map(Newest::median)
                .orElse(OptionalDouble.empty());
    }
}
