package org.kumiki.table.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.Domain;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.Item;
import org.kumiki.table.log.Change.DomainGone;
import org.kumiki.table.log.Change.DomainMade;
import org.kumiki.table.log.Change.ItemsSet;
import org.kumiki.wal.Place;
import org.kumiki.wal.State;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;

/** What the log comes to. Readers take the tables as they are at one moment; the log's thread puts others in their place. */
final class Tables implements State<Change> {

    /** Small enough that a checkpoint's records are no burden, large enough that they are few. */
    private static final int ITEMS_IN_A_RECORD = 64;

    /**
     * All tables at one moment.
     *
     * @param ids    by the numbers of tables
     * @param memory about so many bytes they take
     */
    private record All(TreePMap<DomainId, Table> tables, HashPMap<Long, DomainId> ids, long memory) {

        All with(Table table) {
            DomainId id = table.domain().id();
            return new All(tables.plus(id, table), ids.plus(table.number(), id), memory - memory(id) + table.memory());
        }

        All without(long number) {
            DomainId id = ids.get(number);
            return id == null ? this : new All(tables.minus(id), ids.minus(number), memory - memory(id));
        }

        private long memory(DomainId id) {
            Table table = tables.get(id);
            return table == null ? 0 : table.memory();
        }
    }

    private volatile All all = new All(TreePMap.empty(), HashTreePMap.empty(), 0);
    private volatile long lastNumber;

    Optional<Table> table(DomainId id) {
        return Optional.ofNullable(all.tables().get(id));
    }

    /** In the order of their domains. */
    List<Table> tables() {
        return List.copyOf(all.tables().values());
    }

    /** In the order of their names. */
    List<Table> tables(AccountId owner) {
        List<Table> owned = new ArrayList<>();
        for (Table table : all.tables().tailMap(new DomainId(owner, ""), true).values()) {
            if (!table.domain().id().owner().equals(owner)) {
                break;
            }
            owned.add(table);
        }
        return owned;
    }

    /** About so many bytes of memory all of them take. */
    long memory() {
        return all.memory();
    }

    /** The highest that a table has ever had since the log was opened, or has in it. */
    long lastNumber() {
        return lastNumber;
    }

    @Override
    public void apply(Change change, Place place) {
        if (change instanceof DomainMade made) {
            lastNumber = Math.max(lastNumber, made.number());
            all = all.with(Table.empty(made.number(), new Domain(made.id(), made.created())));
        } else if (change instanceof DomainGone gone) {
            all = all.without(gone.number());
        } else if (change instanceof ItemsSet items) {
            DomainId id = all.ids().get(items.number());
            if (id != null) {
                all = all.with(changed(all.tables().get(id), items));
            }
        }
    }

    private static Table changed(Table before, ItemsSet items) {
        Table table = before;
        for (Item item : items.set()) {
            table = table.with(item);
        }
        for (String name : items.gone()) {
            table = table.without(name);
        }
        return table;
    }

    @Override
    public Snapshot<Change> snapshot() {
        All now = all;
        return target -> {
            for (Table table : now.tables().values()) {
                target.put(new DomainMade(table.number(), table.domain().id(), table.domain().created()));
                List<Item> items = new ArrayList<>();
                for (Item item : table.items().values()) {
                    items.add(item);
                    if (items.size() == ITEMS_IN_A_RECORD) {
                        target.put(new ItemsSet(table.number(), items, List.of()));
                        items.clear();
                    }
                }
                target.put(new ItemsSet(table.number(), items, List.of()));
            }
        };
    }
}
