package org.kumiki.aws.simpledb;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

import org.kumiki.api.table.Sorting;

/** What a select expression says. */
record Select(Output output, String domain, Optional<Expression> where, Optional<Sorting> order, OptionalInt limit) {

    Select {
        Objects.requireNonNull(output);
        Objects.requireNonNull(domain);
        Objects.requireNonNull(where);
        Objects.requireNonNull(order);
        Objects.requireNonNull(limit);
    }

    /** What is to be told of items. */
    sealed interface Output {

        record Everything() implements Output {
        }

        record Names() implements Output {
        }

        record Count() implements Output {
        }

        record Listed(List<String> attributes) implements Output {

            public Listed {
                attributes = List.copyOf(attributes);
            }
        }
    }
}
