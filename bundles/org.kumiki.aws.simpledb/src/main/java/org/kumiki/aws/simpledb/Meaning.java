package org.kumiki.aws.simpledb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import org.kumiki.api.table.Filter;
import org.kumiki.api.table.Sorting;
import org.kumiki.api.table.Condition;
import org.kumiki.aws.simpledb.Expression.Operand;

/**
 * Says of which items an expression is true.
 * <p>
 * Comparisons of one attribute that are put together by {@code and} or {@code or} are one predicate, which looks at each value by itself: so
 * {@code tag = 'a' and tag = 'b'} holds of no item, while {@code tag = 'a' intersection tag = 'b'} holds of those that have both. Everything else
 * is about sets of items, as {@code intersection} always is, and {@code not}, which holds of all other items of the domain.
 */
final class Meaning {

    private Meaning() {
    }

    static Filter of(Expression expression) {
        if (expression instanceof Expression.Comparison comparison) {
            return of(comparison.operand(), comparison.condition());
        }
        if (expression instanceof Expression.IsNotNull present) {
            return present(present.operand());
        }
        if (expression instanceof Expression.IsNull absent) {
            return new Filter.Not(present(absent.operand()));
        }
        if (expression instanceof Expression.Not not) {
            return new Filter.Not(of(not.expression()));
        }
        if (expression instanceof Expression.And and) {
            return together(flat(and), Condition.All::new, Filter.And::new);
        }
        if (expression instanceof Expression.Or or) {
            return together(flat(or), Condition.Any::new, Filter.Or::new);
        }
        return new Filter.And(((Expression.Intersection) expression).expressions().stream().map(Meaning::of).toList());
    }

    private static Filter of(Operand operand, Condition condition) {
        return switch (operand.kind()) {
            case ATTRIBUTE -> new Filter.Some(operand.attribute(), condition);
            case EVERY -> new Filter.Every(operand.attribute(), condition);
            case ITEM_NAME -> new Filter.Named(condition);
        };
    }

    private static Filter present(Operand operand) {
        return operand.kind() == Operand.Kind.ITEM_NAME ? new Filter.Everything() : new Filter.Present(operand.attribute());
    }

    private static List<Expression> flat(Expression.And and) {
        return and.expressions().stream()
                .flatMap(each -> each instanceof Expression.And inner ? flat(inner).stream() : Stream.of(each)).toList();
    }

    private static List<Expression> flat(Expression.Or or) {
        return or.expressions().stream()
                .flatMap(each -> each instanceof Expression.Or inner ? flat(inner).stream() : Stream.of(each)).toList();
    }

    /** Those parts that are about the same attribute become one predicate. */
    private static Filter together(List<Expression> parts, Function<List<Condition>, Condition> conditions, Function<List<Filter>, Filter> filters) {
        Map<Operand, List<Condition>> predicates = new LinkedHashMap<>();
        List<Filter> all = new ArrayList<>();
        for (Expression part : parts) {
            Filter filter = of(part);
            Optional<Operand> operand = operand(filter);
            if (operand.isPresent()) {
                predicates.computeIfAbsent(operand.get(), first -> new ArrayList<>()).add(condition(filter));
            } else {
                all.add(filter);
            }
        }
        predicates.forEach((operand, each) -> all.add(of(operand, each.size() == 1 ? each.get(0) : conditions.apply(each))));
        return all.size() == 1 ? all.get(0) : filters.apply(all);
    }

    /** What a predicate is about; none, if it is no single one. That of every value is not put together by "or": each would hold of other items. */
    private static Optional<Operand> operand(Filter filter) {
        if (filter instanceof Filter.Some some) {
            return Optional.of(new Operand(Operand.Kind.ATTRIBUTE, some.attribute()));
        }
        return filter instanceof Filter.Named ? Optional.of(new Operand(Operand.Kind.ITEM_NAME, "")) : Optional.empty();
    }

    private static Condition condition(Filter filter) {
        return filter instanceof Filter.Some some ? some.condition() : ((Filter.Named) filter).condition();
    }

    /** Refuses a filter of too many predicates, or a predicate of too many conditions. */
    static void check(Filter filter) {
        if (predicates(filter) > Bounds.MOST_PREDICATES) {
            throw Refusals.predicates();
        }
    }

    private static int predicates(Filter filter) {
        if (filter instanceof Filter.And and) {
            return and.filters().stream().mapToInt(Meaning::predicates).sum();
        }
        if (filter instanceof Filter.Or or) {
            return or.filters().stream().mapToInt(Meaning::predicates).sum();
        }
        if (filter instanceof Filter.Not not) {
            return predicates(not.filter());
        }
        if (filter instanceof Filter.Some some) {
            check(some.condition());
        } else if (filter instanceof Filter.Every every) {
            check(every.condition());
        } else if (filter instanceof Filter.Named named) {
            check(named.condition());
        }
        return 1;
    }

    private static void check(Condition condition) {
        if (conditions(condition) > Bounds.MOST_TESTS) {
            throw Refusals.conditions();
        }
    }

    private static int conditions(Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.conditions().stream().mapToInt(Meaning::conditions).sum();
        }
        if (condition instanceof Condition.Any any) {
            return any.conditions().stream().mapToInt(Meaning::conditions).sum();
        }
        if (condition instanceof Condition.Not not) {
            return conditions(not.condition());
        }
        return condition instanceof Condition.Among among ? among.texts().size() : 1;
    }

    /** Whether an expression says something of what its answers are to be sorted by, and more than that it is not there. */
    static boolean constrains(Expression expression, Sorting sorting) {
        if (expression instanceof Expression.Comparison comparison) {
            return isKey(comparison.operand(), sorting);
        }
        if (expression instanceof Expression.IsNotNull present) {
            return isKey(present.operand(), sorting);
        }
        if (expression instanceof Expression.IsNull) {
            return false;
        }
        if (expression instanceof Expression.Not not) {
            return constrains(not.expression(), sorting);
        }
        List<Expression> parts = expression instanceof Expression.And and ? and.expressions()
                : expression instanceof Expression.Or or ? or.expressions() : ((Expression.Intersection) expression).expressions();
        return parts.stream().anyMatch(part -> constrains(part, sorting));
    }

    private static boolean isKey(Operand operand, Sorting sorting) {
        return sorting.attribute().map(operand.attribute()::equals).orElse(operand.kind() == Operand.Kind.ITEM_NAME);
    }
}
