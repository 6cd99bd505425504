package org.kumiki.aws.simpledb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.table.Condition;
import org.kumiki.api.table.Condition.Among;
import org.kumiki.api.table.Condition.Between;
import org.kumiki.api.table.Condition.Compared;
import org.kumiki.api.table.Condition.Like;
import org.kumiki.api.table.Condition.Operator;
import org.kumiki.api.table.Filter;
import org.kumiki.api.table.Filter.And;
import org.kumiki.api.table.Filter.Every;
import org.kumiki.api.table.Filter.Everything;
import org.kumiki.api.table.Filter.Named;
import org.kumiki.api.table.Filter.Not;
import org.kumiki.api.table.Filter.Or;
import org.kumiki.api.table.Filter.Present;
import org.kumiki.api.table.Filter.Some;
import org.kumiki.api.table.Sorting;
import org.kumiki.aws.wire.AwsException;

class ParserTest {

    @ParameterizedTest
    @ValueSource(strings = {
            "select * from d",
            "SELECT * FROM d WHERE a = 'x' ORDER BY a DESC LIMIT 10",
            "select*from d where a='x'order by a limit 1",
            "\tselect\n*\r\nfrom d ",
            "select a from d",
            "select a, `b c`, d1 from d",
            "select itemName() from d",
            "select ITEMNAME ( ) from d",
            "select count(*) from d",
            "select count( * ) from d limit 2500",
            "select count from d",
            "select itemName from d where itemName = 'x'",
            "select `from` from `select` where `where` = 'x'",
            "select * from `my-domain`",
            "select * from my_domain",
            "select * from $domain",
            "select * from d where a = ''",
            "select * from d where a = 'it''s'",
            "select * from d where a = \"it's\"",
            "select * from d where a = \"say \"\"x\"\"\"",
            "select * from d where `a``b` = 'x'",
            "select * from d where a != 'x' and a < 'x' and a <= 'x' and a > 'x' and a >= 'x'",
            "select * from d where a like 'x%' or a like '%x' or a like '%x%' or a like 'x' or a like '%'",
            "select * from d where a not like 'x%'",
            "select * from d where a like '10\\%%'",
            "select * from d where a between 'x' and 'y' and b = 'z'",
            "select * from d where a in ('x')",
            "select * from d where a in ('x','y', 'z')",
            "select * from d where a not in ('x','y')",
            "select * from d where a is null",
            "select * from d where a is not null",
            "select * from d where itemName() is not null order by itemName()",
            "select * from d where itemName() like 'x%' order by itemName() asc",
            "select * from d where itemName() in ('x','y')",
            "select * from d where every(a) = 'x'",
            "select * from d where every(`a b`) in ('x', 'y') and every(a) is not null",
            "select * from d where not a = 'x'",
            "select * from d where not (a = 'x' or not b = 'y')",
            "select * from d where not not a = 'x'",
            "select * from d where (((a = 'x')))",
            "select * from d where a = 'x' intersection b = 'y' intersection c = 'z'",
            "select * from d where (a = 'x' intersection b = 'y') or c = 'z'" })
    void reads(String expression) {
        assertThat(Parser.parse(expression).domain()).isIn("d", "select", "my-domain", "my_domain", "$domain");
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "",
            " ",
            "select",
            "select *",
            "select * from",
            "select * form d",
            "delete from d",
            "select from d",
            "select *, a from d",
            "select a, from d",
            "select a b from d",
            "select 'a' from d",
            "select \"a\" from d",
            "select where from d",
            "select itemName( from d",
            "select itemName(a) from d",
            "select itemName(), a from d",
            "select count(a) from d",
            "select count() from d",
            "select every(a) from d",
            "select * from my-domain",
            "select * from d.e",
            "select * from 1d",
            "select * from where",
            "select * from 'd'",
            "select * from d, e",
            "select * from d;",
            "select * from d where",
            "select * from d where a",
            "select * from d where a =",
            "select * from d where = 'x'",
            "select * from d where a = x",
            "select * from d where a = 1",
            "select * from d where a = `x`",
            "select * from d where 'a' = 'x'",
            "select * from d where a == 'x'",
            "select * from d where a <> 'x'",
            "select * from d where a ! 'x'",
            "select * from d where a = 'x",
            "select * from d where a = 'it's'",
            "select * from d where a = \"x",
            "select * from d where `a = 'x'",
            "select * from d where a like x",
            "select * from d where a like 'x%y'",
            "select * from d where a like '%x%y'",
            "select * from d where a not = 'x'",
            "select * from d where a not between 'x' and 'y'",
            "select * from d where a between 'x'",
            "select * from d where a between 'x' or 'y'",
            "select * from d where a between 'x','y'",
            "select * from d where a in 'x'",
            "select * from d where a in ()",
            "select * from d where a in ('x',)",
            "select * from d where a in ('x'",
            "select * from d where a is",
            "select * from d where a is 'x'",
            "select * from d where a is not",
            "select * from d where a null",
            "select * from d where every = 'x'",
            "select * from d where every(a = 'x'",
            "select * from d where every() = 'x'",
            "select * from d where every(a)",
            "select * from d where (a = 'x'",
            "select * from d where a = 'x')",
            "select * from d where ()",
            "select * from d where a = 'x' and",
            "select * from d where and a = 'x'",
            "select * from d where a = 'x' b = 'y'",
            "select * from d where a = 'x' union b = 'y'",
            "select * from d where a = 'x' intersection",
            "select * from d where not",
            "select * from d where a = 'x' order",
            "select * from d where a = 'x' order by",
            "select * from d where a = 'x' order by 'a'",
            "select * from d where a = 'x' order by a, b",
            "select * from d where a = 'x' order by a up",
            "select * from d limit",
            "select * from d limit x",
            "select * from d limit '1'",
            "select * from d limit -1",
            "select * from d limit 1 limit 1",
            "select * from d limit 1 where a = 'x'",
            "select * from d # where a = 'x'" })
    void refuses(String expression) {
        assertThatThrownBy(() -> Parser.parse(expression)).isInstanceOfSatisfying(AwsException.class, e -> {
            assertThat(e.code()).isEqualTo("InvalidQueryExpression");
            assertThat(e).hasMessage("The specified query expression syntax is not valid.");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "2501", "99999999999999999999" })
    void refusesALimitThatIsOutOfRange(String limit) {
        assertThatThrownBy(() -> Parser.parse("select * from d limit " + limit)).isInstanceOfSatisfying(AwsException.class,
                e -> assertThat(e.code()).isEqualTo("InvalidParameterValue"));
    }

    @Test
    void refusesWhatIsTooDeepForItsStack() {
        String deep = "select * from d where " + "(".repeat(100_000) + "a = 'x'" + ")".repeat(100_000);

        assertThatThrownBy(() -> Parser.parse(deep)).isInstanceOf(AwsException.class);
        assertThatThrownBy(() -> Parser.parse("select * from d where " + "not ".repeat(100_000) + "a = 'x'")).isInstanceOf(AwsException.class);
    }

    @Test
    void understandsAllParts() {
        Select select = Parser.parse("select a, `b``c` from `d-e` where x = 'it''s' order by x desc limit 7");

        assertThat(select.output()).isEqualTo(new Select.Output.Listed(List.of("a", "b`c")));
        assertThat(select.domain()).isEqualTo("d-e");
        assertThat(filter("x = 'it''s'")).isEqualTo(new Some("x", equal("it's")));
        assertThat(select.order()).contains(new Sorting(Optional.of("x"), true));
        assertThat(select.limit()).isEqualTo(OptionalInt.of(7));
    }

    @Test
    void understandsComparisons() {
        assertThat(filter("a between 'x' and 'y'")).isEqualTo(new Some("a", new Between("x", "y")));
        assertThat(filter("a in ('x','y')")).isEqualTo(new Some("a", new Among(Set.of("x", "y"))));
        assertThat(filter("a not in ('x')")).isEqualTo(new Some("a", new Condition.Not(new Among(Set.of("x")))));
        assertThat(filter("a like 'x%'")).isEqualTo(new Some("a", new Like("x", false, false)));
        assertThat(filter("a like '%x'")).isEqualTo(new Some("a", new Like("x", true, true)));
        assertThat(filter("a like '%x%'")).isEqualTo(new Some("a", new Like("x", true, false)));
        assertThat(filter("a like '%'")).isEqualTo(new Some("a", new Like("", false, false)));
        assertThat(filter("a like '\\%x\\\\y\\%'")).isEqualTo(new Some("a", new Like("%x\\y%", false, true)));
        assertThat(filter("a is null")).isEqualTo(new Not(new Present("a")));
        assertThat(filter("itemName() is null")).isEqualTo(new Not(new Everything()));
        assertThat(filter("itemName() > 'x'")).isEqualTo(new Named(new Compared(Operator.GREATER, "x")));
        assertThat(filter("every(a) = 'x'")).isEqualTo(new Every("a", equal("x")));
    }

    @Test
    void bindsNotThenAndThenOrThenIntersection() {
        Filter a = new Some("a", equal("1"));
        Filter b = new Some("b", equal("1"));
        Filter c = new Some("c", equal("1"));
        Filter d = new Some("d", equal("1"));

        assertThat(filter("a = '1' or b = '1' and c = '1'")).isEqualTo(new Or(List.of(new And(List.of(b, c)), a)));
        assertThat(filter("(a = '1' or b = '1') and c = '1'")).isEqualTo(new And(List.of(new Or(List.of(a, b)), c)));
        assertThat(filter("not a = '1' and b = '1'")).isEqualTo(new And(List.of(new Not(a), b)));
        assertThat(filter("a = '1' or b = '1' intersection c = '1' and d = '1'"))
                .isEqualTo(new And(List.of(new Or(List.of(a, b)), new And(List.of(c, d)))));
    }

    @Test
    void whatIsSaidOfOneAttributeIsSaidOfOneValue() {
        assertThat(filter("a > '1' and (b = 'x' and a < '9')")).isEqualTo(new And(List.of(
                new Some("a", new Condition.All(List.of(new Compared(Operator.GREATER, "1"), new Compared(Operator.LESS, "9")))),
                new Some("b", equal("x")))));
        assertThat(filter("(a = '1' or a = '2') and a != '2'")).isEqualTo(new Some("a", new Condition.All(List.of(
                new Condition.Any(List.of(equal("1"), equal("2"))), new Compared(Operator.NOT_EQUAL, "2")))));
        assertThat(filter("a = '1' intersection a = '2'")).isEqualTo(new And(List.of(new Some("a", equal("1")), new Some("a", equal("2")))));
        assertThat(filter("every(a) = '1' or every(a) = '2'")).isEqualTo(new Or(List.of(new Every("a", equal("1")), new Every("a", equal("2")))));
    }

    @Test
    void countsPredicatesAndTheirTests() {
        String twenty = IntStream.range(0, 20).mapToObj(i -> "a" + i + " = 'x'").collect(Collectors.joining(" and "));
        String tests = IntStream.range(0, 20).mapToObj(i -> "a = '" + i + "'").collect(Collectors.joining(" or "));
        String among = IntStream.range(0, 21).mapToObj(i -> "'" + i + "'").collect(Collectors.joining(",", "a in (", ")"));

        Meaning.check(filter(twenty));
        Meaning.check(filter(tests));
        assertThat(code(twenty + " and b = 'x'")).isEqualTo("InvalidNumberPredicates");
        assertThat(code(tests + " or a = 'x'")).isEqualTo("InvalidNumberValueTests");
        assertThat(code(among)).isEqualTo("InvalidNumberValueTests");
    }

    private static String code(String where) {
        try {
            Meaning.check(filter(where));
            return "OK";
        } catch (AwsException e) {
            return e.code();
        }
    }

    private static Condition equal(String text) {
        return new Compared(Operator.EQUAL, text);
    }

    private static Filter filter(String where) {
        return Meaning.of(Parser.parse("select * from d where " + where).where().orElseThrow());
    }
}
