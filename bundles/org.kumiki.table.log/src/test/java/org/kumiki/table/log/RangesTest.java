package org.kumiki.table.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.table.Condition;
import org.kumiki.api.table.Condition.All;
import org.kumiki.api.table.Condition.Among;
import org.kumiki.api.table.Condition.Any;
import org.kumiki.api.table.Condition.Between;
import org.kumiki.api.table.Condition.Compared;
import org.kumiki.api.table.Condition.Like;
import org.kumiki.api.table.Condition.Not;
import org.kumiki.api.table.Condition.Operator;

class RangesTest {

    private static final Condition UP_TO_C = new Compared(Operator.LESS_OR_EQUAL, "c");
    private static final Condition AFTER_B = new Compared(Operator.GREATER, "b");

    @Test
    void areThoseOfAComparison() {
        assertThat(ranges(new Compared(Operator.EQUAL, "b"))).containsExactly(Range.only("b"));
        assertThat(ranges(new Compared(Operator.NOT_EQUAL, "b"))).containsExactly(Range.before("b"), Range.after("b"));
        assertThat(ranges(new Between("a", "c"))).containsExactly(Range.between("a", "c"));
        assertThat(ranges(new Between("c", "a"))).isEmpty();
    }

    @Test
    void areCutAndPutTogether() {
        assertThat(ranges(new All(List.of(UP_TO_C, AFTER_B)))).containsExactly(Range.after("b").and(Range.upTo("c")));
        assertThat(ranges(new Any(List.of(UP_TO_C, AFTER_B)))).containsExactly(Range.EVERYTHING);
        assertThat(ranges(new Not(new Any(List.of(UP_TO_C, AFTER_B))))).isEmpty();
        assertThat(ranges(new Among(Set.of("b", "a")))).containsExactly(Range.only("a"), Range.only("b"));
    }

    @Test
    void areThoseOfAPrefix() {
        assertThat(ranges(new Like("ab", false, false))).containsExactly(new Range("ab", Optional.of("ac")));
        assertThat(ranges(new Like("", false, false))).containsExactly(Range.EVERYTHING);
        assertThat(ranges(new Like("a\uD7FF", false, false))).containsExactly(new Range("a\uD7FF", Optional.of("a\uE000")));
        assertThat(ranges(new Like("a\uDBFF\uDFFF", false, false))).containsExactly(new Range("a\uDBFF\uDFFF", Optional.of("b")));
    }

    @Test
    void whatEndsWithSomethingMayBeAnywhere() {
        assertThat(ranges(new Like("a", true, true))).containsExactly(Range.EVERYTHING);
        assertThat(ranges(new Not(new Like("a", true, false)))).containsExactly(Range.EVERYTHING);
    }

    private static List<Range> ranges(Condition condition) {
        return Ranges.of(condition).ranges();
    }
}
