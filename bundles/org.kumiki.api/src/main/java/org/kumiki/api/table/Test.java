package org.kumiki.api.table;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A question about one text. All texts compare by {@link ByteOrder#TEXT}. */
public sealed interface Test {

    boolean holds(String text);

    /** How a text compares with another. */
    enum Operator {
        EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL
    }

    record Compared(Operator operator, String with) implements Test {

        public Compared {
            Objects.requireNonNull(operator);
            Objects.requireNonNull(with);
        }

        @Override
        public boolean holds(String text) {
            return switch (operator) {
                case EQUAL -> text.equals(with);
                case NOT_EQUAL -> !text.equals(with);
                case LESS -> ByteOrder.TEXT.compare(text, with) < 0;
                case LESS_OR_EQUAL -> ByteOrder.TEXT.compare(text, with) <= 0;
                case GREATER -> ByteOrder.TEXT.compare(text, with) > 0;
                case GREATER_OR_EQUAL -> ByteOrder.TEXT.compare(text, with) >= 0;
            };
        }
    }

    record Between(String low, String high) implements Test {

        public Between {
            Objects.requireNonNull(low);
            Objects.requireNonNull(high);
        }

        @Override
        public boolean holds(String text) {
            return ByteOrder.TEXT.compare(low, text) <= 0 && ByteOrder.TEXT.compare(text, high) <= 0;
        }
    }

    record Among(Set<String> texts) implements Test {

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
    record Like(String part, boolean open, boolean ended) implements Test {

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

    record Not(Test test) implements Test {

        public Not {
            Objects.requireNonNull(test);
        }

        @Override
        public boolean holds(String text) {
            return !test.holds(text);
        }
    }

    record All(List<Test> tests) implements Test {

        public All {
            tests = List.copyOf(tests);
        }

        @Override
        public boolean holds(String text) {
            return tests.stream().allMatch(test -> test.holds(text));
        }
    }

    record Any(List<Test> tests) implements Test {

        public Any {
            tests = List.copyOf(tests);
        }

        @Override
        public boolean holds(String text) {
            return tests.stream().anyMatch(test -> test.holds(text));
        }
    }
}
