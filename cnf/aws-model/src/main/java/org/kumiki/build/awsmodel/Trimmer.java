package org.kumiki.build.awsmodel;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Keeps what a selection reaches. The result has one line for each operation and each type, so that changes show well. */
final class Trimmer {

    /** How AWS's documentation lists the filters of an operation. */
    private static final Pattern FILTER = Pattern.compile("<li>\\s*<p>\\s*<code>([^<]+)</code>(:?)");

    private static final List<String> METADATA = List.of("apiVersion", "endpointPrefix", "signingName", "protocol", "serviceId", "targetPrefix",
            "xmlNamespace");
    private static final List<String> KEPT = List.of("type", "required", "members", "member", "key", "value", "flattened", "enum", "min", "max", "pattern",
            "locationName", "resultWrapper", "error", "exception");
    private static final List<String> KEPT_OF_REFERENCES = List.of("shape", "locationName", "queryName", "flattened", "resultWrapper", "idempotencyToken");

    private final ObjectNode model;
    private final Selection selection;
    private final Map<String, ObjectNode> shapes = new TreeMap<>();

    Trimmer(ObjectNode model, Selection selection) {
        this.model = model;
        this.selection = selection;
    }

    String trim(String source) {
        ObjectNode all = (ObjectNode) model.get("operations");
        Map<String, ObjectNode> operations = new TreeMap<>();
        for (String name : selection.operations()) {
            if (!all.has(name)) {
                throw new IllegalArgumentException("the model has no operation " + name);
            }
            operations.put(name, operation(all.get(name)));
        }
        Set<String> others = new TreeSet<>();
        all.fieldNames().forEachRemaining(others::add);
        others.removeAll(operations.keySet());

        StringBuilder out = new StringBuilder("{\n\"source\": ").append(TextNode.valueOf(source));
        out.append(",\n\"selection\": \"").append(selection.digest());
        out.append("\",\n\"metadata\": ").append(metadata());
        out.append(",\n\"operations\": {").append(lines(operations));
        out.append("},\n\"otherOperations\": ").append(array(others));
        out.append(",\n\"shapes\": {").append(lines(shapes)).append("}\n}\n");
        return out.toString();
    }

    private ObjectNode metadata() {
        ObjectNode metadata = only((ObjectNode) model.get("metadata"), METADATA);
        selection.namespace().ifPresent(namespace -> metadata.put("xmlNamespace", namespace));
        return metadata;
    }

    private ObjectNode operation(JsonNode full) {
        ObjectNode operation = JsonNodeFactory.instance.objectNode();
        for (String direction : List.of("input", "output")) {
            if (full.has(direction)) {
                operation.set(direction, reference(full.get(direction)));
            }
        }
        Set<String> filters = filters(full);
        if (!filters.isEmpty()) {
            operation.set("filters", array(filters));
        }
        return operation;
    }

    private Set<String> filters(JsonNode operation) {
        Set<String> filters = new TreeSet<>();
        JsonNode members = model.path("shapes").path(operation.path("input").path("shape").asText()).path("members");
        JsonNode filter = members.has("Filters") ? members.get("Filters") : members.path("Filter");
        Matcher matcher = FILTER.matcher(filter.path("documentation").asText());
        while (matcher.find()) {
            String name = matcher.group(1);
            if (name.equals("tag") || name.startsWith("tag:")) {
                filters.add("tag:");
            } else {
                filters.add(name);
            }
        }
        return filters;
    }

    private ObjectNode reference(JsonNode full) {
        keep(full.get("shape").asText());
        return only((ObjectNode) full, KEPT_OF_REFERENCES);
    }

    private void keep(String name) {
        if (shapes.containsKey(name)) {
            return;
        }
        ObjectNode shape = only((ObjectNode) model.get("shapes").get(name), KEPT);
        shapes.put(name, shape);
        if (selection.open().contains(name)) {
            shape.remove("enum");
        }
        if (shape.has("required")) {
            shape.set("required", required(name, shape.get("required")));
        }
        if (shape.has("members")) {
            ObjectNode members = JsonNodeFactory.instance.objectNode();
            for (Iterator<Map.Entry<String, JsonNode>> all = shape.get("members").fields(); all.hasNext();) {
                Map.Entry<String, JsonNode> member = all.next();
                members.set(member.getKey(), named(name, member.getKey(), reference(member.getValue())));
            }
            shape.set("members", members);
        }
        for (String inner : List.of("member", "key", "value")) {
            if (shape.has(inner)) {
                shape.set(inner, named(name, inner, reference(shape.get(inner))));
            }
        }
    }

    private ObjectNode named(String type, String member, ObjectNode reference) {
        String given = selection.names().get(type + "." + member);
        return given == null ? reference : reference.put("locationName", given);
    }

    private ArrayNode required(String type, JsonNode names) {
        Set<String> required = new TreeSet<>();
        names.forEach(member -> required.add(member.asText()));
        required.removeIf(member -> selection.optional().contains(type + "." + member));
        return array(required);
    }

    private static ObjectNode only(ObjectNode full, List<String> names) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (String name : names) {
            if (full.has(name)) {
                kept.set(name, full.get(name));
            }
        }
        return kept;
    }

    private static ArrayNode array(Set<String> names) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        names.forEach(array::add);
        return array;
    }

    private static String lines(Map<String, ObjectNode> entries) {
        StringJoiner lines = new StringJoiner(",\n", "\n", "\n");
        entries.forEach((name, node) -> lines.add("\"" + name + "\":" + node));
        return lines.toString();
    }
}
