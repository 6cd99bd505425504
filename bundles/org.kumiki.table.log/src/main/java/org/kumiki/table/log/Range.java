package org.kumiki.table.log;

import java.util.Objects;
import java.util.Optional;

import org.kumiki.api.table.ByteOrder;

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
        return new Range(prefix, afterAllWith(prefix));
    }

    private static Optional<String> afterAllWith(String prefix) {
        String rest = prefix;
        while (!rest.isEmpty()) {
            int last = rest.codePointBefore(rest.length());
            rest = rest.substring(0, rest.length() - Character.charCount(last));
            if (last < Character.MAX_CODE_POINT) {
                int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
                return Optional.of(rest + Character.toString(next));
            }
        }
        return Optional.empty();
    }

    boolean isEmpty() {
        return to.isPresent() && ByteOrder.TEXT.compare(from, to.get()) >= 0;
    }

    Range and(Range other) {
        return new Range(ByteOrder.TEXT.compare(from, other.from) >= 0 ? from : other.from, earlier(to, other.to));
    }

    private static Optional<String> earlier(Optional<String> one, Optional<String> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return ByteOrder.TEXT.compare(one.get(), other.get()) <= 0 ? one : other;
    }
}
