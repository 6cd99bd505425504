package org.kumiki.api.blob;

import java.time.Instant;
import java.util.Map;

/**
 * A space of names.
 *
 * @param attributes whatever the façade wants to remember of it; a store does not look at them
 */
public record Bucket(String name, Instant created, Map<String, String> attributes) {

    public Bucket {
        attributes = Map.copyOf(attributes);
    }
}
