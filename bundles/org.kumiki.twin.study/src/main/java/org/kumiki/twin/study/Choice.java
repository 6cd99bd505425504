package org.kumiki.twin.study;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * A policy that a study compares with others.
 *
 * @param label      by which tables and plots call it
 * @param policy     its name; {@link #NONE} for none, so that machines stay where they are put first
 * @param parameters those that differ from what the policy has by itself: numbers, truths and texts
 */
public record Choice(String label, String policy, Map<String, Object> parameters) implements Serializable {

    public static final String NONE = "none";

    public Choice {
        parameters = new TreeMap<>(parameters); // sorted, as it is written into digests
    }

    @Override
    public Map<String, Object> parameters() {
        return new TreeMap<>(parameters);
    }
}
