package org.kumiki.aws.simpledb;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import org.kumiki.api.table.Sorting;
import org.kumiki.api.table.Condition;
import org.kumiki.api.table.Condition.Operator;
import org.kumiki.aws.simpledb.Expression.Operand;
import org.kumiki.aws.simpledb.Token.Kind;
import org.kumiki.aws.wire.AwsException;

/**
 * Reads select expressions.
 *
 * <pre>
 * select       = "select" output "from" name ["where" expression] ["order" "by" key ["asc" | "desc"]] ["limit" number]
 * output       = "*" | "itemName" "(" ")" | "count" "(" "*" ")" | name {"," name}
 * key          = name | "itemName" "(" ")"
 * expression   = disjunction {"intersection" disjunction}
 * disjunction  = conjunction {"or" conjunction}
 * conjunction  = negation {"and" negation}
 * negation     = "not" negation | "(" expression ")" | operand condition
 * operand      = key | "every" "(" name ")"
 * condition         = ("=" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=") text | ["not"] "like" text | "between" text "and" text
 *              | ["not"] "in" "(" text {"," text} ")" | "is" ["not"] "null"
 * </pre>
 *
 * A name is a word that is not reserved, or stands in backticks; a text stands in single or double quotes. A quote within is doubled.
 */
final class Parser {

    private static final int DEEPEST = 64;
    private static final char ANYTHING = '%';
    private static final char ESCAPE = '\\';

    private final List<Token> tokens;
    private int next;
    private int depth;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** @throws AwsException InvalidQueryExpression, or InvalidParameterValue if the limit is out of its range */
    static Select parse(String expression) {
        return new Parser(Lexer.tokens(expression)).select();
    }

    private Select select() {
        require("select");
        Select.Output output = output();
        require("from");
        String domain = name();
        Optional<Expression> where = accept("where") ? Optional.of(expression()) : Optional.empty();
        Optional<Sorting> order = accept("order") ? Optional.of(order()) : Optional.empty();
        OptionalInt limit = accept("limit") ? OptionalInt.of(limit()) : OptionalInt.empty();
        if (peek().kind() != Kind.END) {
            throw Refusals.syntax();
        }
        return new Select(output, domain, where, order, limit);
    }

    private Select.Output output() {
        if (acceptSign("*")) {
            return new Select.Output.Everything();
        }
        if (acceptCall("itemName")) {
            requireSign(")");
            return new Select.Output.Names();
        }
        if (acceptCall("count")) {
            requireSign("*");
            requireSign(")");
            return new Select.Output.Count();
        }
        return new Select.Output.Listed(listed(this::name));
    }

    private Sorting order() {
        require("by");
        Optional<String> attribute = Optional.empty();
        if (acceptCall("itemName")) {
            requireSign(")");
        } else {
            attribute = Optional.of(name());
        }
        boolean descending = accept("desc");
        if (!descending) {
            accept("asc");
        }
        return new Sorting(attribute, descending);
    }

    private int limit() {
        String number = take(Kind.NUMBER);
        int limit = number.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(number);
        if (limit < 1 || limit > Bounds.MOST_ITEMS) {
            throw AwsException.invalid("Limit", number, "Limit must be between 1 and " + Bounds.MOST_ITEMS + ".");
        }
        return limit;
    }

    private Expression expression() {
        if (++depth > DEEPEST) {
            throw Refusals.syntax();
        }
        Expression expression = chain("intersection", this::disjunction, Expression.Intersection::new);
        depth--;
        return expression;
    }

    private Expression disjunction() {
        return chain("or", this::conjunction, Expression.Or::new);
    }

    private Expression conjunction() {
        return chain("and", this::negation, Expression.And::new);
    }

    private Expression chain(String word, Supplier<Expression> part, Function<List<Expression>, Expression> together) {
        List<Expression> parts = new ArrayList<>();
        do {
            parts.add(part.get());
        } while (accept(word));
        return parts.size() == 1 ? parts.get(0) : together.apply(parts);
    }

    private Expression negation() {
        if (accept("not")) {
            if (++depth > DEEPEST) {
                throw Refusals.syntax();
            }
            Expression negated = negation();
            depth--;
            return new Expression.Not(negated);
        }
        if (acceptSign("(")) {
            Expression inner = expression();
            requireSign(")");
            return inner;
        }
        return comparison(operand());
    }

    private Operand operand() {
        if (acceptCall("every")) {
            String attribute = name();
            requireSign(")");
            return new Operand(Operand.Kind.EVERY, attribute);
        }
        if (acceptCall("itemName")) {
            requireSign(")");
            return new Operand(Operand.Kind.ITEM_NAME, "");
        }
        return new Operand(Operand.Kind.ATTRIBUTE, name());
    }

    private Expression comparison(Operand operand) {
        if (accept("is")) {
            boolean not = accept("not");
            require("null");
            return not ? new Expression.IsNotNull(operand) : new Expression.IsNull(operand);
        }
        if (accept("not")) {
            return new Expression.Comparison(operand, new Condition.Not(accept("like") ? like() : among()));
        }
        return new Expression.Comparison(operand, condition());
    }

    private Condition condition() {
        if (accept("like")) {
            return like();
        }
        if (accept("between")) {
            String low = text();
            require("and");
            return new Condition.Between(low, text());
        }
        if (peek().isWord("in")) {
            return among();
        }
        Operator operator = operator(take(Kind.SIGN));
        return new Condition.Compared(operator, text());
    }

    private static Operator operator(String sign) {
        return switch (sign) {
            case "=" -> Operator.EQUAL;
            case "!=" -> Operator.NOT_EQUAL;
            case "<" -> Operator.LESS;
            case "<=" -> Operator.LESS_OR_EQUAL;
            case ">" -> Operator.GREATER;
            case ">=" -> Operator.GREATER_OR_EQUAL;
            default -> throw Refusals.syntax();
        };
    }

    private Condition among() {
        require("in");
        requireSign("(");
        Set<String> texts = new LinkedHashSet<>(listed(this::text));
        requireSign(")");
        return new Condition.Among(texts);
    }

    /** Anything may stand for a percent sign at either end; one with a backslash before it is a percent sign. */
    private Condition like() {
        String pattern = text();
        StringBuilder part = new StringBuilder();
        boolean open = false;
        boolean ended = true;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == ESCAPE && i + 1 < pattern.length() && (pattern.charAt(i + 1) == ANYTHING || pattern.charAt(i + 1) == ESCAPE)) {
                part.append(pattern.charAt(++i));
            } else if (c != ANYTHING) {
                part.append(c);
            } else if (i == pattern.length() - 1) {
                ended = false;
            } else if (i == 0) {
                open = true;
            } else {
                throw Refusals.syntax();
            }
        }
        return new Condition.Like(part.toString(), open, ended);
    }

    private List<String> listed(Supplier<String> element) {
        List<String> list = new ArrayList<>();
        do {
            list.add(element.get());
        } while (acceptSign(","));
        return list;
    }

    private String name() {
        if (!peek().isName()) {
            throw Refusals.syntax();
        }
        return tokens.get(next++).text();
    }

    private String text() {
        return take(Kind.TEXT);
    }

    private Token peek() {
        return tokens.get(next);
    }

    private String take(Kind kind) {
        if (peek().kind() != kind) {
            throw Refusals.syntax();
        }
        return tokens.get(next++).text();
    }

    private boolean accept(String word) {
        return accept(peek().isWord(word));
    }

    private boolean acceptSign(String sign) {
        return accept(peek().isSign(sign));
    }

    private boolean accept(boolean found) {
        next += found ? 1 : 0;
        return found;
    }

    /** A word and the parenthesis after it: without that, most such words are names. */
    private boolean acceptCall(String word) {
        boolean found = peek().isWord(word) && tokens.get(next + 1).isSign("(");
        next += found ? 2 : 0;
        return found;
    }

    private void require(String word) {
        if (!accept(word)) {
            throw Refusals.syntax();
        }
    }

    private void requireSign(String sign) {
        if (!acceptSign(sign)) {
            throw Refusals.syntax();
        }
    }
}
