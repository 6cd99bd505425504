package org.kumiki.console;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.identity.Identity;
import org.kumiki.api.table.Domain;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.TableStore;

/** The domains of a store. */
record Domains(TableStore store, Optional<Identity> identity) implements Shelf<Domain, DomainSize, Domains.Row> {

    /**
     * A domain as a row.
     *
     * @param attributes how many different names they have
     * @param bytes      and the other figures: null if the store did not say; {@code trouble} has why
     */
    record Row(Owner owner, String name, long created, Long items, Long attributes, Long values, Long bytes, String trouble) {
    }

    @Override
    public List<Domain> all() {
        return store.domains();
    }

    @Override
    public boolean has(Domain domain, String text) {
        return Query.lower(domain.id().name()).contains(text) || owner(domain).has(text);
    }

    @Override
    public DomainSize measure(Domain domain) {
        return store.size(domain.id());
    }

    @Override
    public long size(DomainSize size) {
        return size.bytes();
    }

    @Override
    public Row row(Domain domain, Measured<DomainSize> size) {
        return new Row(owner(domain), domain.id().name(), domain.created().toEpochMilli(), size.get(DomainSize::items),
                size.get(DomainSize::attributes), size.get(DomainSize::values), size.get(DomainSize::bytes), size.trouble());
    }

    private Owner owner(Domain domain) {
        return Owner.of(domain.id().owner(), identity);
    }
}
