package org.kumiki.api.queue;

import java.util.Comparator;
import java.util.Objects;

import org.kumiki.api.model.AccountId;

/** Which queue: a name is its owner's business, and two owners may have the same. */
public record QueueId(AccountId owner, String name) implements Comparable<QueueId> {

    private static final Comparator<QueueId> ORDER = Comparator.comparing(QueueId::owner).thenComparing(QueueId::name);

    public QueueId {
        Objects.requireNonNull(owner);
        Objects.requireNonNull(name);
    }

    @Override
    public int compareTo(QueueId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return owner + "/" + name;
    }
}
