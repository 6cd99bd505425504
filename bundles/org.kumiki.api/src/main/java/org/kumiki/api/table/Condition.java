package org.kumiki.api.table;

import org.kumiki.api.text.Utf8;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A question about one text. All texts compare by {@link Utf8#ORDER#TEXT}. */
public sealed interface Condition {

    boolean holds(String text);

    /** How a text compares with another. */
    enum Operator {
        EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL
    }

    record Compared(Operator operator, String with) implements Condition {

        public Compared {
            Objects.requireNonNull(operator);
            Objects.requireNonNull(with);
        }

        @Override
        public boolean holds(String text) {
            return switch (operator) {
                case EQUAL -> text.equals(with);
                case NOT_EQUAL -> !text.equals(with);
                case LESS -> Utf8.ORDER.compare(text, with) < 0;
                case LESS_OR_EQUAL -> Utf8.ORDER.compare(text, with) <= 0;
                case GREATER -> Utf8.ORDER.compare(text, with) > 0;
                case GREATER_OR_EQUAL -> Utf8.ORDER.compare(text, with) >= 0;
            };
        }
    }

    record Between(String low, String high) implements Condition {

        public Between {
            Objects.requireNonNull(low);
            Objects.requireNonNull(high);
        }

        @Override
        public boolean holds(String text) {
            return Utf8.ORDER.compare(low, text) <= 0 && Utf8.ORDER.compare(text, high) <= 0;
        }
    }

    record Among(Set<String> texts) implements Condition {

        public Among {
            texts = Set.copyOf(texts);
        }

        @Override
        public boolean holds(String text) {
            return texts.contains(text);
        }
    }

    /**
     * It has a part where that belongs.
     *
     * @param open  whether something may come before the part
     * @param ended whether nothing may come after it
     */
    record Like(String part, boolean open, boolean ended) implements Condition {

        public Like {
            Objects.requireNonNull(part);
        }

        @Override
        public boolean holds(String text) {
            if (open) {
                return ended ? text.endsWith(part) : text.contains(part);
            }
            return ended ? text.equals(part) : text.startsWith(part);
        }
    }

    record Not(Condition condition) implements Condition {

        public Not {
            Objects.requireNonNull(condition);
        }

        @Override
        public boolean holds(String text) {
            return !condition.holds(text);
        }
    }

    record All(List<Condition> conditions) implements Condition {

        public All {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(String text) {
            return conditions.stream().allMatch(condition -> condition.holds(text));
        }
    }

    record Any(List<Condition> conditions) implements Condition {

        public Any {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(String text) {
            return conditions.stream().anyMatch(condition -> condition.holds(text));
        }
    }
}
