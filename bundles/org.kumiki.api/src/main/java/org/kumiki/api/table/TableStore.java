package org.kumiki.api.table;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps domains of items. Thread-safe. Calls that change something block until the change is on stable storage; the others wait for no disk. All fail
 * with a {@link TableException}.
 * <p>
 * A call changes all that it is asked to change or nothing, whoever reads meanwhile and whatever crashes. Every reader sees what was changed before
 * he began. Who may do what, and what names may be, is the fa&ccedil;ade's business.
 */
@ConsumerType
public interface TableStore {

    /** One that is there already is left as it is. */
    Domain create(DomainId id);

    /** With all its items. One that is not there is gone already. */
    void delete(DomainId id);

    Optional<Domain> domain(DomainId id);

    /** In the order of their names. */
    List<Domain> domains(AccountId owner);

    /** Those of all owners. */
    List<Domain> domains();

    DomainSize size(DomainId id);

    /**
     * Changes items.
     *
     * @param changes  of one item each
     * @param expected how the item of the first change must be; nobody changes it meanwhile
     */
    void change(DomainId id, List<ItemChange> changes, Optional<Expectation> expected);

    Optional<Item> item(DomainId id, String name);

    /**
     * Hands out the items that a filter holds of, as they are at one moment, in order, until the taker takes no more or it is time to answer.
     *
     * @return after which place to go on; none, if there are no more such items
     */
    Optional<Position> select(DomainId id, Query query, Taker taker);
}
