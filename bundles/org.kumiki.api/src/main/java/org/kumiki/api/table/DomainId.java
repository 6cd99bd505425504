package org.kumiki.api.table;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.text.Utf8;

import java.util.Comparator;
import java.util.Objects;

/** Which domain: a name is its owner's business, and two owners may have the same. In the order of owners, then of names. */
public record DomainId(AccountId owner, String name) implements Comparable<DomainId> {

    private static final Comparator<DomainId> ORDER = Comparator.comparing(DomainId::owner).thenComparing(DomainId::name, Utf8.ORDER);

    public DomainId {
        Objects.requireNonNull(owner);
        Objects.requireNonNull(name);
    }

    @Override
    public int compareTo(DomainId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return owner + "/" + name;
    }
}
