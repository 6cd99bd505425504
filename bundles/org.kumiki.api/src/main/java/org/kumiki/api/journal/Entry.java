package org.kumiki.api.journal;

import java.util.Objects;
import java.util.Optional;

/**
 * One fact.
 *
 * @param sequence counts up from 1 without a gap
 * @param kind     what it is about, e.g. {@code instance}; at most 32 characters
 * @param key      which one of them; at most 255 characters
 * @param value    JSON text; absent if the thing is gone
 */
public record Entry(long sequence, String kind, String key, Optional<String> value) {

    public Entry {
        if (sequence < 1 || kind.isEmpty() || kind.length() > 32 || key.length() > 255) {
            throw new IllegalArgumentException("entry " + sequence + " of kind " + kind + ", key " + key);
        }
        Objects.requireNonNull(value);
    }
}
