package org.kumiki.table.log;

import org.kumiki.api.text.Utf8;

import java.util.Objects;
import java.util.Optional;


/**
 * Texts that follow one another.
 *
 * @param from the first
 * @param to   the first after them; none: there is no last
 */
record Range(String from, Optional<String> to) {

    static final Range EVERYTHING = new Range("", Optional.empty());

    /** Nothing comes between a text and itself with this behind it. */
    private static final char LEAST = '\0';

    Range {
        Objects.requireNonNull(from);
        Objects.requireNonNull(to);
    }

    static Range only(String text) {
        return new Range(text, Optional.of(text + LEAST));
    }

    static Range before(String text) {
        return new Range("", Optional.of(text));
    }

    static Range upTo(String text) {
        return new Range("", Optional.of(text + LEAST));
    }

    static Range from(String text) {
        return new Range(text, Optional.empty());
    }

    static Range after(String text) {
        return new Range(text + LEAST, Optional.empty());
    }

    static Range between(String low, String high) {
        return new Range(low, Optional.of(high + LEAST));
    }

    static Range startingWith(String prefix) {
        return new Range(prefix, Utf8.beyond(prefix));
    }

    boolean isEmpty() {
        return to.isPresent() && Utf8.ORDER.compare(from, to.get()) >= 0;
    }

    Range and(Range other) {
        return new Range(Utf8.ORDER.compare(from, other.from) >= 0 ? from : other.from, earlier(to, other.to));
    }

    private static Optional<String> earlier(Optional<String> one, Optional<String> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return Utf8.ORDER.compare(one.get(), other.get()) <= 0 ? one : other;
    }
}
