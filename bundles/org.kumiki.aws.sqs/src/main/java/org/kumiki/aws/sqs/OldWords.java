package org.kumiki.aws.sqs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.kumiki.aws.wire.Form.Field;
import org.kumiki.aws.wire.Member;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.Shape;

/** What clients of older interface versions say otherwise: they leave out numbers where there is one, and name a queue by the path alone. Pure. */
final class OldWords {

    private static final String QUEUE_URL = "QueueUrl";
    private static final String ATTRIBUTE = "Attribute.";
    private static final String ATTRIBUTE_NAME = ATTRIBUTE + "1.Name";
    private static final String TAGS = "Tags.";

    private OldWords() {
    }

    static List<Field> modern(Operation operation, List<Field> fields, String path) {
        List<Member> lists = operation.input().members().stream().filter(member -> member.shape() instanceof Shape.ListShape).toList();
        Set<String> names = lists.stream().map(Member::queryName).collect(Collectors.toSet());
        Set<String> empty = lists.stream().map(Member::name).collect(Collectors.toSet());
        List<Field> modern = new ArrayList<>(fields.size() + 1);
        for (Field field : fields) {
            if (!field.value().isEmpty() || !empty.contains(field.name())) { // the SDK for Python says so that a list is empty
                modern.addAll(modern(operation, names, field));
            }
        }
        if (operation.input().has(QUEUE_URL) && fields.stream().noneMatch(field -> field.name().equals(QUEUE_URL))) {
            Optional.of(path).filter(text -> QueueUrls.parse(text).isPresent()).ifPresent(text -> modern.add(new Field(QUEUE_URL, text)));
        }
        return modern;
    }

    private static List<Field> modern(Operation operation, Set<String> lists, Field field) {
        String name = field.name();
        if (lists.contains(name) && !field.value().isEmpty()) {
            return List.of(new Field(name + ".1", field.value()));
        }
        if (name.equals(ATTRIBUTE + "Name") || name.equals(ATTRIBUTE + "Value")) {
            return List.of(new Field(ATTRIBUTE + "1." + name.substring(ATTRIBUTE.length()), field.value()));
        }
        if (name.equals("DefaultVisibilityTimeout") && operation.name().equals("CreateQueue")) {
            return List.of(new Field(ATTRIBUTE_NAME, "VisibilityTimeout"), new Field(ATTRIBUTE + "1.Value", field.value()));
        }
        if (name.startsWith(TAGS)) { // the SDK for Python
            return List.of(new Field("Tag." + name.substring(TAGS.length()), field.value()));
        }
        return List.of(field);
    }
}
