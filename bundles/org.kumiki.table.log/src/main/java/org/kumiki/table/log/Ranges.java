package org.kumiki.table.log;

import org.kumiki.api.table.Condition;
import org.kumiki.api.table.Condition.All;
import org.kumiki.api.table.Condition.Among;
import org.kumiki.api.table.Condition.Any;
import org.kumiki.api.table.Condition.Between;
import org.kumiki.api.table.Condition.Compared;
import org.kumiki.api.table.Condition.Like;
import org.kumiki.api.table.Condition.Not;
import org.kumiki.api.text.Utf8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Where the texts are of which a condition may hold: ranges in order, of which no two touch. A condition holds of none outside of them. */
record Ranges(List<Range> ranges) {

    static final Ranges EVERYTHING = new Ranges(List.of(Range.EVERYTHING));

    Ranges {
        ranges = List.copyOf(ranges);
    }

    static Ranges of(Condition condition) {
        return of(condition, true);
    }

    /** @param wanted whether the condition is to hold, or not to hold */
    private static Ranges of(Condition condition, boolean wanted) {
        if (condition instanceof Compared compared) {
            Ranges ranges = of(compared);
            return wanted ? ranges : ranges.complement();
        }
        if (condition instanceof Between between) {
            Ranges ranges = joined(List.of(Range.between(between.low(), between.high())));
            return wanted ? ranges : ranges.complement();
        }
        if (condition instanceof Among among) {
            Ranges ranges = joined(among.texts().stream().map(Range::only).toList());
            return wanted ? ranges : ranges.complement();
        }
        if (condition instanceof Like like) {
            return of(like, wanted);
        }
        if (condition instanceof Not not) {
            return of(not.condition(), !wanted);
        }
        if (condition instanceof All all) {
            return wanted ? inAll(all.conditions(), part -> of(part, true)) : inAny(all.conditions(), part -> of(part, false));
        }
        List<Condition> parts = ((Any) condition).conditions();
        return wanted ? inAny(parts, part -> of(part, true)) : inAll(parts, part -> of(part, false));
    }

    private static Ranges of(Compared compared) {
        String with = compared.with();
        return switch (compared.operator()) {
            case EQUAL -> joined(List.of(Range.only(with)));
            case NOT_EQUAL -> joined(List.of(Range.only(with))).complement();
            case LESS -> joined(List.of(Range.before(with)));
            case LESS_OR_EQUAL -> joined(List.of(Range.upTo(with)));
            case GREATER -> joined(List.of(Range.after(with)));
            case GREATER_OR_EQUAL -> joined(List.of(Range.from(with)));
        };
    }

    private static Ranges of(Like like, boolean wanted) {
        if (like.open()) {
            return EVERYTHING; // what ends with something may begin with anything
        }
        Ranges ranges = joined(List.of(like.ended() ? Range.only(like.part()) : Range.startingWith(like.part())));
        return wanted ? ranges : ranges.complement();
    }

    private static Ranges inAll(List<Condition> conditions, Function<Condition, Ranges> of) {
        return conditions.stream().map(of).reduce(EVERYTHING, Ranges::and);
    }

    private static Ranges inAny(List<Condition> conditions, Function<Condition, Ranges> of) {
        return joined(conditions.stream().map(of).flatMap(each -> each.ranges().stream()).toList());
    }

    private Ranges and(Ranges other) {
        List<Range> both = new ArrayList<>();
        for (Range one : ranges) {
            for (Range another : other.ranges) {
                both.add(one.and(another));
            }
        }
        return joined(both);
    }

    /** All texts that are in none of these. */
    private Ranges complement() {
        List<Range> gaps = new ArrayList<>();
        Optional<String> from = Optional.of("");
        for (Range range : ranges) {
            gaps.add(new Range(from.orElseThrow(), Optional.of(range.from())));
            from = range.to();
        }
        from.ifPresent(last -> gaps.add(Range.from(last)));
        return joined(gaps);
    }

    /** Puts ranges in order, and together where they meet. */
    private static Ranges joined(List<Range> any) {
        List<Range> sorted = any.stream().filter(range -> !range.isEmpty()).sorted(Comparator.comparing(Range::from, Utf8.ORDER)).toList();
        List<Range> joined = new ArrayList<>();
        for (Range range : sorted) {
            Range last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last == null || last.to().isPresent() && Utf8.ORDER.compare(last.to().get(), range.from()) < 0) {
                joined.add(range);
            } else {
                joined.set(joined.size() - 1, new Range(last.from(), later(last.to(), range.to())));
            }
        }
        return new Ranges(joined);
    }

    private static Optional<String> later(Optional<String> one, Optional<String> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return Optional.empty();
        }
        return Utf8.ORDER.compare(one.get(), other.get()) >= 0 ? one : other;
    }
}
