package org.kumiki.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** The instances that should be alive. Thread-safe. */
final class Population {

    private final List<String> alive = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);

    synchronized void add(Collection<String> instances) {
        alive.addAll(instances);
    }

    synchronized int size() {
        return alive.size();
    }

    synchronized List<String> all() {
        return List.copyOf(alive);
    }

    /** One of them, which stays. */
    synchronized Optional<String> pick() {
        return alive.isEmpty() ? Optional.empty() : Optional.of(alive.get(random.nextInt(alive.size())));
    }

    /** One of them, which will not be handed out again. */
    synchronized Optional<String> take() {
        if (alive.isEmpty()) {
            return Optional.empty();
        }
        int index = random.nextInt(alive.size());
        String last = alive.remove(alive.size() - 1);
        return Optional.of(index == alive.size() ? last : alive.set(index, last));
    }
}
