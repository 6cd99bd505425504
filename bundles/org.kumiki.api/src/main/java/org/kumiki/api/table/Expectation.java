package org.kumiki.api.table;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.kumiki.api.table.TableException.Reason;

/**
 * How an item must be for a change to happen.
 *
 * @param value the only value that the attribute must have; none: there must be no such attribute
 */
public record Expectation(String attribute, Optional<String> value) {

    public Expectation {
        Objects.requireNonNull(attribute);
        Objects.requireNonNull(value);
    }

    /**
     * Decides on an item, or on its absence.
     *
     * @throws TableException if it is otherwise; its message says how
     */
    public void check(Optional<Item> item) {
        List<String> values = item.map(found -> found.values(attribute)).orElse(List.of());
        if (value.isEmpty()) {
            if (!values.isEmpty()) {
                throw new TableException(Reason.UNEXPECTED, "Attribute (" + attribute + ") value exists");
            }
        } else if (values.isEmpty()) {
            throw new TableException(Reason.NO_SUCH_ATTRIBUTE, "Attribute (" + attribute + ") does not exist");
        } else if (values.size() > 1) {
            throw new TableException(Reason.SEVERAL_VALUES, "Attribute (" + attribute + ") is multi-valued");
        } else if (!values.get(0).equals(value.get())) {
            throw new TableException(Reason.UNEXPECTED,
                    "Attribute (" + attribute + ") value is (" + values.get(0) + ") but was expected (" + value.get() + ")");
        }
    }
}
