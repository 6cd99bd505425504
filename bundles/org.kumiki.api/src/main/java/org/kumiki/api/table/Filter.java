package org.kumiki.api.table;

import java.util.List;
import java.util.Objects;

/** Which items are meant. A store need not ask it of every item, if its indexes say of which it may hold. */
public sealed interface Filter {

    boolean holds(Item item);

    /** All items. */
    record Everything() implements Filter {

        @Override
        public boolean holds(Item item) {
            return true;
        }
    }

    /** By the name of the item. */
    record Named(Condition condition) implements Filter {

        public Named {
            Objects.requireNonNull(condition);
        }

        @Override
        public boolean holds(Item item) {
            return condition.holds(item.name());
        }
    }

    /** The condition holds of one value at least: of one and the same, if it is put together of several. */
    record Some(String attribute, Condition condition) implements Filter {

        public Some {
            Objects.requireNonNull(attribute);
            Objects.requireNonNull(condition);
        }

        @Override
        public boolean holds(Item item) {
            return item.values(attribute).stream().anyMatch(condition::holds);
        }
    }

    /** There is such an attribute, and the condition holds of all its values. */
    record Every(String attribute, Condition condition) implements Filter {

        public Every {
            Objects.requireNonNull(attribute);
            Objects.requireNonNull(condition);
        }

        @Override
        public boolean holds(Item item) {
            List<String> values = item.values(attribute);
            return !values.isEmpty() && values.stream().allMatch(condition::holds);
        }
    }

    /** There is such an attribute. */
    record Present(String attribute) implements Filter {

        public Present {
            Objects.requireNonNull(attribute);
        }

        @Override
        public boolean holds(Item item) {
            return !item.values(attribute).isEmpty();
        }
    }

    record Not(Filter filter) implements Filter {

        public Not {
            Objects.requireNonNull(filter);
        }

        @Override
        public boolean holds(Item item) {
            return !filter.holds(item);
        }
    }

    record And(List<Filter> filters) implements Filter {

        public And {
            filters = List.copyOf(filters);
        }

        @Override
        public boolean holds(Item item) {
            return filters.stream().allMatch(filter -> filter.holds(item));
        }
    }

    record Or(List<Filter> filters) implements Filter {

        public Or {
            filters = List.copyOf(filters);
        }

        @Override
        public boolean holds(Item item) {
            return filters.stream().anyMatch(filter -> filter.holds(item));
        }
    }
}
