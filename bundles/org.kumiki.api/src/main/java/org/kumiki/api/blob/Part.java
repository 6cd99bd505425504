package org.kumiki.api.blob;

import java.time.Instant;
import java.util.Map;

/**
 * A part of an {@link Upload}.
 *
 * @param number     from 1 to 10,000
 * @param attributes whatever the façade wants to remember of it
 */
public record Part(int number, long size, Instant modified, Map<String, String> attributes) {

    public Part {
        attributes = Map.copyOf(attributes);
    }
}
