package org.kumiki.aws.simpledb;

import java.util.List;

import org.kumiki.api.table.Condition;

/** The part of a select expression after {@code where}, as it is written. {@link Meaning} says what it means. */
sealed interface Expression {

    /**
     * What is compared.
     *
     * @param attribute empty for the name of the item
     */
    record Operand(Kind kind, String attribute) {

        enum Kind {
            ATTRIBUTE, EVERY, ITEM_NAME
        }
    }

    record Comparison(Operand operand, Condition condition) implements Expression {
    }

    record IsNull(Operand operand) implements Expression {
    }

    record IsNotNull(Operand operand) implements Expression {
    }

    record Not(Expression expression) implements Expression {
    }

    record And(List<Expression> expressions) implements Expression {

        public And {
            expressions = List.copyOf(expressions);
        }
    }

    record Or(List<Expression> expressions) implements Expression {

        public Or {
            expressions = List.copyOf(expressions);
        }
    }

    record Intersection(List<Expression> expressions) implements Expression {

        public Intersection {
            expressions = List.copyOf(expressions);
        }
    }
}
