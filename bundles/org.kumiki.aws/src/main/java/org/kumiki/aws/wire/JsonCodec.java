package org.kumiki.aws.wire;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.kumiki.aws.wire.Shape.ListShape;
import org.kumiki.aws.wire.Shape.MapShape;

/**
 * Reads and writes structures as the JSON of AWS's JSON 1.0 protocol, which newer clients speak to SQS and CloudWatch:
 * members by their model names, times as seconds since 1970, blobs in base64.
 */
public final class JsonCodec {

    private JsonCodec() {
    }

    /**
     * @param json what {@link Json#parse} returned
     * @throws AwsException SerializationException where a value is of the wrong kind, MissingParameter, InvalidParameterValue
     */
    public static Structure read(StructureShape shape, Object json) {
        if (!(json instanceof Map<?, ?> object)) {
            throw wrong(shape.name());
        }
        Structure.Builder builder = shape.build();
        for (Member member : shape.members()) {
            Object value = object.get(member.name());
            if (value != null) {
                builder.set(member, value(member.shape(), member.name(), value));
            } else if (member.required()) {
                throw AwsException.missing(member.name());
            }
        }
        return builder.build();
    }

    private static Object value(Shape shape, String name, Object json) {
        if (shape instanceof StructureShape structure) {
            return read(structure, json);
        }
        if (shape instanceof ListShape list) {
            if (!(json instanceof List<?> elements)) {
                throw wrong(name);
            }
            List<Object> read = new ArrayList<>(elements.size());
            for (Object element : elements) {
                read.add(value(list.element(), name, element));
            }
            return read;
        }
        if (shape instanceof MapShape map) {
            if (!(json instanceof Map<?, ?> entries)) {
                throw wrong(name);
            }
            Map<Object, Object> read = new LinkedHashMap<>();
            entries.forEach((key, value) -> read.put(key, value(map.value(), name, value)));
            return read;
        }
        return scalar((ScalarShape) shape, name, json);
    }

    private static Object scalar(ScalarShape shape, String name, Object json) {
        boolean fits = switch (shape.kind()) {
            case TEXT, BLOB -> json instanceof String;
            case BOOLEAN -> json instanceof Boolean;
            case INTEGER, LONG -> json instanceof Long;
            case DOUBLE, TIMESTAMP -> json instanceof Number;
        };
        if (!fits) {
            throw wrong(name);
        }
        if (shape.kind() == ScalarShape.Kind.TIMESTAMP) {
            return Instant.ofEpochMilli(Math.round(((Number) json).doubleValue() * 1_000));
        }
        return shape.read(name, json.toString());
    }

    private static AwsException wrong(String name) {
        return AwsException.refuse("SerializationException", "The value of " + name + " is of the wrong kind.");
    }

    /** The structure as {@link Json#write} takes it. */
    public static Map<String, Object> write(Structure structure) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (Member member : structure.shape().members()) {
            Object value = structure.value(member.index());
            if (value != null) {
                json.put(member.name(), write(value));
            }
        }
        return json;
    }

    private static Object write(Object value) {
        if (value instanceof Structure structure) {
            return write(structure);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(JsonCodec::write).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> json = new LinkedHashMap<>();
            map.forEach((key, each) -> json.put(key, write(each)));
            return json;
        }
        if (value instanceof Instant instant) {
            long millis = instant.toEpochMilli();
            return millis % 1_000 == 0 ? (Object) (millis / 1_000) : (Object) (millis / 1_000.0);
        }
        return value instanceof byte[] blob ? Base64.getEncoder().encodeToString(blob) : value;
    }
}
