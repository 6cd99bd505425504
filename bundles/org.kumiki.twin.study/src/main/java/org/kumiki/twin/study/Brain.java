package org.kumiki.twin.study;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * A policy, a scheduler or a migration strategy that a scenario asks for.
 *
 * @param name       of its bundle
 * @param parameters those that differ from what it has by itself: numbers, truths and texts
 */
public record Brain(String name, Map<String, Object> parameters) implements Serializable {

    public Brain {
        parameters = new TreeMap<>(parameters); // sorted, as it is written into digests
    }

    @Override
    public Map<String, Object> parameters() {
        return new TreeMap<>(parameters);
    }
}
