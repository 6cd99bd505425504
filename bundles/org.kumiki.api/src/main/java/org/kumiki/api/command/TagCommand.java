package org.kumiki.api.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be asked of tags. Resources of every kind are named by their identifiers. */
public sealed interface TagCommand<R> extends Command<R> {

    /** Sets tags, over older ones of the same key. */
    record Set(List<String> resources, Map<String, String> tags) implements TagCommand<Void> {

        public Set {
            resources = List.copyOf(resources);
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Takes tags away.
     *
     * @param tags a key without a value stands for any value; none at all for every tag
     */
    record Remove(List<String> resources, Map<String, Optional<String>> tags) implements TagCommand<Void> {

        public Remove {
            resources = List.copyOf(resources);
            tags = Map.copyOf(tags);
        }
    }
}
