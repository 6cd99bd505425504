package org.kumiki.aws.wire;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.kumiki.aws.wire.ScalarShape.Kind;
import org.kumiki.aws.wire.Service.Protocol;
import org.kumiki.aws.wire.Shape.ListShape;
import org.kumiki.aws.wire.Shape.MapShape;

/** Turns AWS's JSON into shapes and operations; used once and thrown away. */
final class ModelReader {

    private final Map<String, Object> definitions;
    private final Map<String, Object> declared;
    private final Protocol protocol;
    private final Map<String, Shape> shapes = new HashMap<>();

    ModelReader(Map<String, Object> model) {
        this.definitions = object(model, "shapes");
        this.declared = object(model, "operations");
        Map<String, Object> metadata = object(model, "metadata");
        // Services that speak JSON today, such as SQS, keep the marks of the query protocol in their models.
        this.protocol = "ec2".equals(metadata.get("protocol")) ? Protocol.EC2
                : "sdb".equals(metadata.get("endpointPrefix")) ? Protocol.SIMPLEDB : Protocol.QUERY;
    }

    Protocol protocol() {
        return protocol;
    }

    Map<String, Operation> operations() {
        Map<String, Operation> operations = new TreeMap<>();
        declared.forEach((name, value) -> operations.put(name, operation(name, object(value))));
        return operations;
    }

    private Operation operation(String name, Map<String, Object> definition) {
        Map<String, Object> output = definition.containsKey("output") ? object(definition, "output") : null;
        String wrapper = output == null ? null : (String) output.get("resultWrapper");
        return new Operation(name, structure(definition.get("input")), structure(output), output != null,
                wrapper == null ? name + "Result" : wrapper, names(definition.getOrDefault("filters", List.of())));
    }

    private StructureShape structure(Object reference) {
        return reference == null ? StructureShape.EMPTY : (StructureShape) shape(object(reference).get("shape").toString());
    }

    private Shape shape(String name) {
        return shape(name, false);
    }

    /** Whether a list or map is flattened is said where it is defined, or where it is used. */
    private Shape shape(String name, boolean flat) {
        String key = flat ? name + " (flattened)" : name;
        Shape known = shapes.get(key);
        return known != null ? known : define(key, object(definitions, name), flat);
    }

    private Shape define(String name, Map<String, Object> definition, boolean flat) {
        String type = definition.get("type").toString();
        switch (type) {
            case "structure":
                StructureShape structure = new StructureShape(name);
                shapes.put(name, structure); // before its members, which may refer to it
                structure.define(members(definition));
                return structure;
            case "list":
                ListShape list = new ListShape(name, integer(definition, "min", 0), integer(definition, "max", Integer.MAX_VALUE));
                shapes.put(name, list);
                defineList(list, definition, flat || flattened(definition));
                return list;
            case "map":
                MapShape map = new MapShape(name, flat || flattened(definition));
                shapes.put(name, map);
                Map<String, Object> key = object(definition, "key");
                Map<String, Object> value = object(definition, "value");
                map.define((ScalarShape) shape(key.get("shape").toString()), key.getOrDefault("locationName", "key").toString(),
                        shape(value.get("shape").toString()), value.getOrDefault("locationName", "value").toString());
                return map;
            default:
                ScalarShape scalar = new ScalarShape(name, kind(type), choices(definition), decimal(definition, "min"),
                        decimal(definition, "max"), pattern(definition));
                shapes.put(name, scalar);
                return scalar;
        }
    }

    private void defineList(ListShape list, Map<String, Object> definition, boolean flat) {
        Map<String, Object> member = object(definition, "member");
        String element = (String) member.get("locationName");
        String prefix = protocol == Protocol.EC2 || flat ? null : element == null ? "member" : element;
        list.define(shape(member.get("shape").toString()), flat ? null : element == null ? "member" : element, prefix);
    }

    private List<Member> members(Map<String, Object> definition) {
        Collection<?> required = names(definition.getOrDefault("required", List.of()));
        List<Member> members = new ArrayList<>();
        object(definition, "members").forEach((name, value) -> {
            Map<String, Object> member = object(value);
            String xmlName = member.getOrDefault("locationName", name).toString();
            String shapeName = member.get("shape").toString();
            boolean flat = flattened(member);
            members.add(new Member(name, members.size(), shape(shapeName, flat), required.contains(name),
                    flattenedName(shapeName, flat, xmlName), queryName(member, name, shapeName, flat)));
        });
        return members;
    }

    private String queryName(Map<String, Object> member, String name, String shapeName, boolean flat) {
        String location = member.getOrDefault("locationName", name).toString();
        if (protocol == Protocol.EC2) {
            Object queryName = member.get("queryName");
            return queryName != null ? queryName.toString() : Character.toUpperCase(location.charAt(0)) + location.substring(1);
        }
        return flattenedName(shapeName, flat, location);
    }

    /** A flattened list has no element of its own: its elements' name, where they have one, stands for the member's. */
    private String flattenedName(String shapeName, boolean flat, String otherwise) {
        Map<String, Object> definition = object(definitions, shapeName);
        if (!"list".equals(definition.get("type")) || !flat && !flattened(definition)) {
            return otherwise;
        }
        return object(definition, "member").getOrDefault("locationName", otherwise).toString();
    }

    private static Kind kind(String type) {
        switch (type) {
            case "string":
            case "character":
                return Kind.TEXT;
            case "integer":
                return Kind.INTEGER;
            case "long":
                return Kind.LONG;
            case "float":
            case "double":
                return Kind.DOUBLE;
            case "boolean":
                return Kind.BOOLEAN;
            case "timestamp":
                return Kind.TIMESTAMP;
            case "blob":
                return Kind.BLOB;
            default:
                throw new IllegalArgumentException("unknown type in the model: " + type);
        }
    }

    private static Set<String> choices(Map<String, Object> definition) {
        return names(definition.getOrDefault("enum", List.of()));
    }

    private static Pattern pattern(Map<String, Object> definition) {
        Object pattern = definition.get("pattern");
        return pattern == null ? null : Pattern.compile(pattern.toString());
    }

    private static BigDecimal decimal(Map<String, Object> definition, String key) {
        Object value = definition.get(key);
        return value == null ? null : new BigDecimal(value.toString());
    }

    private static int integer(Map<String, Object> definition, String key, int otherwise) {
        BigDecimal value = decimal(definition, key);
        return value == null ? otherwise : value.intValue();
    }

    private static boolean flattened(Map<String, Object> definition) {
        return Boolean.TRUE.equals(definition.get("flattened"));
    }

    static Map<String, Object> object(Map<String, Object> parent, String key) {
        return object(parent.getOrDefault(key, Map.of()));
    }

    @SuppressWarnings("unchecked") // the JSON reader's keys are strings
    static Map<String, Object> object(Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new IllegalArgumentException("expected an object in the model: " + value);
    }

    static Set<String> names(Object list) {
        Set<String> names = new LinkedHashSet<>();
        ((List<?>) list).forEach(name -> names.add(name.toString()));
        return names;
    }
}
