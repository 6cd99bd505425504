package org.kumiki.api.blob;

import java.time.Instant;
import java.util.Map;

/**
 * A blob that is brought part by part.
 *
 * @param attributes whatever the façade wants to remember of it
 */
public record Upload(String bucket, String key, String id, Instant begun, Map<String, String> attributes) {

    public Upload {
        attributes = Map.copyOf(attributes);
    }
}
