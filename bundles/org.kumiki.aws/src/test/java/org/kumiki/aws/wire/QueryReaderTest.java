package org.kumiki.aws.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryReaderTest {

    private static final Service EC2 = Service.read(QueryReaderTest.class.getResourceAsStream("shop-ec2.json"));
    private static final Service QUERY = Service.read(QueryReaderTest.class.getResourceAsStream("shop-query.json"));

    @Test
    void readsScalars() {
        Structure order = read("Count=3&Weight=1.5&Far=9999999999&Gift=true&Colour=red&Code=abc"
                + "&Until=2026-11-23T09:30:00.5Z&Picture=YWI%3D");

        assertThat(order.number("Count")).hasValue(3);
        assertThat(order.longNumber("Far")).hasValue(9_999_999_999L);
        assertThat(order.flag("Gift")).isTrue();
        assertThat(order.text("Colour")).contains("red");
        assertThat(order.time("Until")).contains(Instant.parse("2026-11-23T09:30:00.5Z"));
        assertThat(order.bytes("Picture")).hasValueSatisfying(bytes -> assertThat(bytes).containsExactly('a', 'b'));
    }

    @Test
    void readsListsAndStructuresWithinEachOther() {
        Structure order = read("Count=1&Name.1=a&Name.2=b&Line.1.What=x&Line.1.Part.1.What=y&Line.1.Mark.1=m&Line.2.What=z&Inner.What=i");

        assertThat(order.texts("Names")).containsExactly("a", "b");
        assertThat(order.structures("Lines")).extracting(line -> line.requiredText("What")).containsExactly("x", "z");
        assertThat(order.structures("Lines").get(0).structures("Parts").get(0).text("What")).contains("y");
        assertThat(order.structures("Lines").get(0).texts("Marks")).containsExactly("m");
        assertThat(order.structure("Inner").text("What")).contains("i");
    }

    @Test
    void findsAMemberByItsNameInQueries() {
        assertThat(read("Count=1&Other=o").text("Renamed")).contains("o");
        assertThat(refusal("Count=1&X=o")).isEqualTo("UnknownParameter");
    }

    @Test
    void keepsTheOrderOfIndexesWhateverTheyAre() {
        assertThat(read("Count=1&Name.9999999=c&Name.0=a&Name.7=b").texts("Names")).containsExactly("a", "b", "c");
    }

    @Test
    void leavesOutWhatWasLeftOut() {
        Structure order = read("Count=1");

        assertThat(order.text("Colour")).isEmpty();
        assertThat(order.texts("Names")).isEmpty();
        assertThat(order.structures("Lines")).isEmpty();
        assertThat(order.structure("Inner").text("What")).isEmpty();
        assertThat(order.flag("Gift")).isFalse();
        assertThat(order.has("Gift")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Gift=true                        | MissingParameter",
            "Count=1&Line.1.Mark.1=x          | MissingParameter",
            "Count=x                          | InvalidParameterValue",
            "Count=                           | InvalidParameterValue",
            "Count=0                          | InvalidParameterValue",
            "Count=11                         | InvalidParameterValue",
            "Count=99999999999                | InvalidParameterValue",
            "Count=1&Gift=perhaps             | InvalidParameterValue",
            "Count=1&Weight=NaN               | InvalidParameterValue",
            "Count=1&Colour=blue              | InvalidParameterValue",
            "Count=1&Code=a                   | InvalidParameterValue",
            "Count=1&Code=abcde               | InvalidParameterValue",
            "Count=1&Code=ABC                 | InvalidParameterValue",
            "Count=1&Until=tomorrow           | InvalidParameterValue",
            "Count=1&Picture=a                | InvalidParameterValue",
            "Count=1&Name.1=a&Name.2=b&Name.3=c&Name.4=d | InvalidParameterValue",
            "Count=1&Nothing=1                | UnknownParameter",
            "Count=1&count=1                  | UnknownParameter",
            "Count=1&Count.1=1                | UnknownParameter",
            "Count=1&Name=a                   | UnknownParameter",
            "Count=1&Name.=a                  | UnknownParameter",
            "Count=1&Name.x=a                 | UnknownParameter",
            "Count=1&Name.-1=a                | UnknownParameter",
            "Count=1&Name.99999999=a          | UnknownParameter",
            "Count=1&Name.1.2=a               | UnknownParameter",
            "Count=1&Inner=a                  | UnknownParameter",
            "Count=1&Line.1=a                 | UnknownParameter",
            "Count=1&.=a                      | UnknownParameter",
            "Count=1&=a                       | UnknownParameter",
            "Count=1&Count=2                  | MalformedQueryString",
            "Count=1&Name.1=a&Name.1=b        | MalformedQueryString",
            "Count=1&Name.1=a&Name.01=b       | MalformedQueryString",
            "Count=1&Name.1=%zz               | MalformedQueryString",
            "Count=1&Name.1=%f                | MalformedQueryString",
            "Count=1&Name.1=%ff               | MalformedQueryString" })
    void refusesWhatTheModelDoesNotAllow(String query, String code) {
        assertThat(refusal(query)).isEqualTo(code);
    }

    @Test
    void refusesToNestForEver() {
        assertThat(refusal("Count=1&Inner." + "Part.1.".repeat(100) + "What=x")).isEqualTo("UnknownParameter");
        assertThat(refusal("Count=1&" + "Part.1.".repeat(1_000) + "What=x")).isEqualTo("MalformedQueryString");
    }

    @Test
    void repeatsOnlyTheBeginningOfWhatWasSent() {
        AwsException refused = catchThrowableOfType(AwsException.class, () -> read("Count=" + "9".repeat(100_000)));

        assertThat(refused.getMessage().length()).isLessThan(300);
    }

    @Test
    void readsTheListsAndMapsOfTheQueryProtocol() {
        Structure order = QueryReader.read(QUERY.operation("Order").orElseThrow().input(), Form.parse("Plain.member.1=a&Plain.member.2=b"
                + "&Thing.1=c&Attributes.entry.1.key=k&Attributes.entry.1.value=v&FlatMap.2.Value=w&FlatMap.2.Name=n").fields());

        assertThat(order.texts("Plain")).containsExactly("a", "b");
        assertThat(order.texts("Flat")).containsExactly("c");
        assertThat(order.map("Attributes")).containsEntry("k", "v");
        assertThat(order.map("FlatMap")).containsEntry("n", "w");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Plain.1=a                                                            | UnknownParameter",
            "Attributes.1.key=k                                                   | UnknownParameter",
            "Attributes.entry.1.name=k                                            | UnknownParameter",
            "Attributes.entry.1.key=k                                             | MissingParameter",
            "FlatMap.1.Name=n&FlatMap.1.Value=a&FlatMap.2.Name=n&FlatMap.2.Value=b | InvalidParameterValue" })
    void refusesListsAndMapsThatAreNone(String query, String code) {
        AwsException refused = catchThrowableOfType(AwsException.class,
                () -> QueryReader.read(QUERY.operation("Order").orElseThrow().input(), Form.parse(query).fields()));

        assertThat(refused.code()).isEqualTo(code);
    }

    @Test
    void refusesAFacadesMisspelling() {
        Structure order = read("Count=1");

        assertThatThrownBy(() -> order.text("Color")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no member Color");
        assertThatThrownBy(() -> order.text("Count")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no String");
        assertThatThrownBy(() -> order.structure("Count")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Whatever comes, it is a structure or an error of AWS's kind. */
    @Test
    void survivesNonsense() {
        Random random = new Random(7);
        String[] parts = { "Count", "Line", "Name", "1", "2", ".", ".", "What", "Part", "=", "&", "1", "%41", "%", "+", "x", "Inner",
                "Mark", "組" };
        for (int i = 0; i < 50_000; i++) {
            StringBuilder query = new StringBuilder("Count=1&");
            for (int j = random.nextInt(12); j >= 0; j--) {
                query.append(parts[random.nextInt(parts.length)]);
            }
            try {
                read(query.toString());
            } catch (AwsException e) {
                assertThat(e.status()).isEqualTo(400);
            }
        }
    }

    private static Structure read(String query) {
        return QueryReader.read(EC2.operation("Order").orElseThrow().input(), Form.parse(query).fields());
    }

    private static String refusal(String query) {
        AwsException refused = catchThrowableOfType(AwsException.class, () -> read(query));
        assertThat(refused).as(query).isNotNull();
        return refused.code();
    }
}
