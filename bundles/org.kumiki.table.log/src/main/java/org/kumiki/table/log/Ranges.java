package org.kumiki.table.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.kumiki.api.table.ByteOrder;
import org.kumiki.api.table.Test;
import org.kumiki.api.table.Test.All;
import org.kumiki.api.table.Test.Among;
import org.kumiki.api.table.Test.Any;
import org.kumiki.api.table.Test.Between;
import org.kumiki.api.table.Test.Compared;
import org.kumiki.api.table.Test.Like;
import org.kumiki.api.table.Test.Not;

/** Where the texts are of which a test may hold: ranges in order, of which no two touch. A test holds of none outside of them. */
record Ranges(List<Range> ranges) {

    static final Ranges EVERYTHING = new Ranges(List.of(Range.EVERYTHING));

    Ranges {
        ranges = List.copyOf(ranges);
    }

    static Ranges of(Test test) {
        return of(test, true);
    }

    /** @param wanted whether the test is to hold, or not to hold */
    private static Ranges of(Test test, boolean wanted) {
        if (test instanceof Compared compared) {
            Ranges ranges = of(compared);
            return wanted ? ranges : ranges.complement();
        }
        if (test instanceof Between between) {
            Ranges ranges = joined(List.of(Range.between(between.low(), between.high())));
            return wanted ? ranges : ranges.complement();
        }
        if (test instanceof Among among) {
            Ranges ranges = joined(among.texts().stream().map(Range::only).toList());
            return wanted ? ranges : ranges.complement();
        }
        if (test instanceof Like like) {
            return of(like, wanted);
        }
        if (test instanceof Not not) {
            return of(not.test(), !wanted);
        }
        if (test instanceof All all) {
            return wanted ? inAll(all.tests(), part -> of(part, true)) : inAny(all.tests(), part -> of(part, false));
        }
        List<Test> parts = ((Any) test).tests();
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

    private static Ranges inAll(List<Test> tests, Function<Test, Ranges> of) {
        return tests.stream().map(of).reduce(EVERYTHING, Ranges::and);
    }

    private static Ranges inAny(List<Test> tests, Function<Test, Ranges> of) {
        return joined(tests.stream().map(of).flatMap(each -> each.ranges().stream()).toList());
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
        List<Range> sorted = any.stream().filter(range -> !range.isEmpty()).sorted(Comparator.comparing(Range::from, ByteOrder.TEXT)).toList();
        List<Range> joined = new ArrayList<>();
        for (Range range : sorted) {
            Range last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last == null || last.to().isPresent() && ByteOrder.TEXT.compare(last.to().get(), range.from()) < 0) {
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
        return ByteOrder.TEXT.compare(one.get(), other.get()) >= 0 ? one : other;
    }
}
