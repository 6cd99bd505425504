package org.kumiki.api.blob;

import java.time.Instant;
import java.util.Map;

/**
 * One version of a named sequence of bytes. It never changes, but for its attributes.
 *
 * @param key        1 to 1,024 bytes of UTF-8, whatever they are
 * @param version    {@link #ONLY}, or an identifier that a store gives: later ones are not like earlier ones
 * @param marker     that its key is deleted from here on; without bytes
 * @param latest     whether it is what the key alone stands for
 * @param attributes whatever the façade wants to remember of it; a store does not look at them
 */
public record Blob(String bucket, String key, String version, Instant modified, long size, boolean marker, boolean latest,
        Map<String, String> attributes) {

    /** The version of what was put while versions were not kept. There is at most one of a key, among others or alone. */
    public static final String ONLY = "null";

    public Blob {
        attributes = Map.copyOf(attributes);
    }
}
