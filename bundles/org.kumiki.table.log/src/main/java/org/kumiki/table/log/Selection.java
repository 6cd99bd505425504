package org.kumiki.table.log;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.table.Item;
import org.kumiki.api.table.Position;
import org.kumiki.api.table.Query;
import org.kumiki.api.table.TableException;
import org.kumiki.api.table.TableException.Reason;
import org.kumiki.api.table.Taker;

/**
 * One query to one domain. There are two ways to answer it: to walk along the index that has the items in the order that is asked for, until enough
 * are found; or to gather the items that another index says the filter may hold of, and to sort those. Which one looks at fewer items depends on how
 * many are wanted, and on how rare those are that the filter holds of; indexes tell how many entries they have in a range without walking through it.
 */
final class Selection {

    /** To gather an item, and to sort it, takes about so much longer than to walk past it. */
    private static final long GATHERING = 3;
    private static final int LOOK_AT_CLOCK = 128;

    private final Table table;
    private final Query query;
    private final Taker taker;
    private final long deadline;
    private int looks;

    Selection(Table table, Query query, Taker taker) {
        this.table = table;
        this.query = query;
        this.taker = taker;
        this.deadline = System.nanoTime() + query.patience().toNanos();
    }

    /** As {@link org.kumiki.api.table.TableStore#select}. */
    Optional<Position> run() {
        Optional<Cover> cover = Cover.of(table, query.filter());
        Route route = Route.of(table, query);
        if (cover.isPresent() && isFewer(cover.get().size(), route.length())) {
            return gather(cover.get());
        }
        return walk(route);
    }

    private boolean isFewer(long found, long length) {
        if (found == 0) {
            return true;
        }
        double steps = Math.min(length, (double) query.wanted() * length / found); // if those that are found are spread evenly
        return GATHERING * found < steps;
    }

    private Optional<Position> gather(Cover cover) {
        List<Position> positions = new ArrayList<>();
        cover.forEach(table, item -> {
            if (isLate()) {
                throw new TableException(Reason.TIMEOUT, "the items were not found in time");
            }
            query.sorting().position(item).filter(this::isAfter).filter(position -> query.filter().holds(item)).ifPresent(positions::add);
        });
        positions.sort(query.sorting()::compare);
        Optional<Position> last = query.after();
        for (Position position : positions) {
            if (!taker.take(table.items().get(position.item()))) {
                return last;
            }
            last = Optional.of(position);
        }
        return Optional.empty();
    }

    private boolean isAfter(Position position) {
        return query.after().isEmpty() || query.sorting().compare(position, query.after().get()) > 0;
    }

    private Optional<Position> walk(Route route) {
        Optional<Position> last = query.after();
        for (Iterator<Position> steps : route.steps()) {
            while (steps.hasNext()) {
                if (isLate()) {
                    return last;
                }
                Position position = steps.next();
                Item item = table.items().get(position.item());
                if (isTheItems(position, item) && query.filter().holds(item) && !taker.take(item)) {
                    return last;
                }
                last = Optional.of(position);
            }
        }
        return Optional.empty();
    }

    /** An item that has several values is met several times, but belongs to one of them. */
    private boolean isTheItems(Position position, Item item) {
        return query.sorting().position(item).filter(position::equals).isPresent();
    }

    /** Not before something has been looked at: so there is always a place to go on after. */
    private boolean isLate() {
        return ++looks % LOOK_AT_CLOCK == 0 && System.nanoTime() - deadline > 0;
    }
}
