package org.kumiki.aws.simpledb;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Form.Field;

/** What a request expects has a number in some clients, as if there could be several: {@code Expected.1.Name}. */
final class Expected {

    private static final Pattern NUMBERED = Pattern.compile("Expected(?:\\.\\d{1,4})?\\.(Name|Value|Exists)");

    private Expected() {
    }

    /** The fields without such a number. */
    static List<Field> unnumbered(List<Field> fields) {
        List<Field> all = fields.stream().map(field -> {
            Matcher matcher = NUMBERED.matcher(field.name());
            return matcher.matches() ? new Field("Expected." + matcher.group(1), field.value()) : field;
        }).toList();
        Map<String, Long> counts = all.stream().filter(field -> field.name().startsWith("Expected."))
                .collect(Collectors.groupingBy(Field::name, Collectors.counting()));
        refuseSeveral(counts, "Name", "MultipleExpectedNames", "Only one Expected.Name can be specified");
        refuseSeveral(counts, "Value", "MultipleExpectedValues", "Only one Expected.Value can be specified");
        refuseSeveral(counts, "Exists", "MultipleExistsConditions", "Only one Exists condition can be specified");
        return all;
    }

    private static void refuseSeveral(Map<String, Long> counts, String member, String code, String message) {
        if (counts.getOrDefault("Expected." + member, 0L) > 1) {
            throw AwsException.refuse(code, message);
        }
    }
}
