package org.kumiki.aws.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.kumiki.aws.wire.Shape.ListShape;
import org.kumiki.aws.wire.Shape.MapShape;

/**
 * Reads the parameters of a query, such as {@code Filter.1.Value.2=running}, into a structure.
 * <p>
 * It follows each parameter's name through the model, so its cost grows with what was sent and with nothing else: an index
 * of a million reserves nothing, and nesting ends where the model's does or at {@value #MAX_DEPTH}. A parameter that the
 * model does not have is an error, because a request that is only half understood is worse than one that is refused.
 */
public final class QueryReader {

    private static final int MAX_DEPTH = 32;

    private QueryReader() {
    }

    /**
     * @param fields the operation's own parameters, without {@code Action}, {@code Version} and those of the signature
     * @throws AwsException UnknownParameter, MissingParameter, InvalidParameterValue or MalformedQueryString
     */
    public static Structure read(StructureShape shape, Iterable<Form.Field> fields) {
        StructureNode root = new StructureNode(shape);
        for (Form.Field field : fields) {
            root.put(new Path(field.name()), field.value());
        }
        return root.finish();
    }

    /** A parameter's name, read part by part. */
    private static final class Path {
        private final String name;
        private int next;
        private int depth;

        Path(String name) {
            this.name = name;
        }

        boolean ended() {
            return next > name.length();
        }

        /** The next part; the parameter is unknown where there is none. */
        String part() {
            if (ended() || ++depth > MAX_DEPTH) {
                throw unknown();
            }
            int dot = name.indexOf('.', next);
            int end = dot < 0 ? name.length() : dot;
            String part = name.substring(next, end);
            next = end + 1;
            return part;
        }

        /** The next part as the position of an element; which number counting starts from does not matter. */
        int index() {
            String digits = part();
            int index = 0;
            for (int i = 0; i < digits.length(); i++) {
                int digit = digits.charAt(i) - '0';
                if (digit < 0 || digit > 9 || i > 6) {
                    throw unknown();
                }
                index = index * 10 + digit;
            }
            if (digits.isEmpty()) {
                throw unknown();
            }
            return index;
        }

        AwsException unknown() {
            return AwsException.refuse("UnknownParameter", "The parameter " + AwsException.abbreviate(name) + " is not recognized");
        }

        AwsException twice() {
            return AwsException.refuse("MalformedQueryString",
                    "The parameter " + AwsException.abbreviate(name) + " was given more than once.");
        }
    }

    /** A value in the making. */
    private abstract static class Node {

        abstract void put(Path path, String value);

        abstract Object finish();

        static Node of(Shape shape) {
            if (shape instanceof StructureShape structure) {
                return new StructureNode(structure);
            }
            return shape instanceof ListShape list ? new ListNode(list) : new MapNode((MapShape) shape);
        }

        /** What a slot holds after one more parameter: a scalar's value, or the node that took the parameter in. */
        static Object merge(Object present, Shape shape, Path path, String value) {
            if (shape instanceof ScalarShape scalar) {
                if (!path.ended()) {
                    throw path.unknown();
                }
                if (present != null) {
                    throw path.twice();
                }
                return scalar.read(path.name, value);
            }
            Node node = present == null ? of(shape) : (Node) present;
            node.put(path, value);
            return node;
        }

        static Object finished(Object value) {
            return value instanceof Node node ? node.finish() : value;
        }
    }

    private static final class StructureNode extends Node {
        private final StructureShape shape;
        private final Object[] slots;

        StructureNode(StructureShape shape) {
            this.shape = shape;
            this.slots = new Object[shape.members().size()];
        }

        @Override
        void put(Path path, String value) {
            Member member = shape.byQueryName(path.part());
            if (member == null) {
                throw path.unknown();
            }
            slots[member.index()] = merge(slots[member.index()], member.shape(), path, value);
        }

        @Override
        Structure finish() {
            Structure.Builder builder = shape.build();
            for (Member member : shape.members()) {
                Object value = finished(slots[member.index()]);
                if (value == null && member.required()) {
                    throw AwsException.missing(member.queryName());
                }
                builder.set(member, value);
            }
            return builder.build();
        }
    }

    private static final class ListNode extends Node {
        private final ListShape shape;
        private final TreeMap<Integer, Object> elements = new TreeMap<>();

        ListNode(ListShape shape) {
            this.shape = shape;
        }

        @Override
        void put(Path path, String value) {
            if (path.ended() && value.isEmpty()) {
                return; // how the query protocol says "an empty list"
            }
            if (shape.queryPrefix() != null && !shape.queryPrefix().equals(path.part())) {
                throw path.unknown();
            }
            int index = path.index();
            elements.put(index, merge(elements.get(index), shape.element(), path, value));
        }

        @Override
        List<Object> finish() {
            if (elements.size() < shape.min() || elements.size() > shape.max()) {
                throw AwsException.refuse("InvalidParameterValue", "The number of elements in a " + shape + " must be from "
                        + shape.min() + " to " + shape.max() + ", and not " + elements.size() + ".");
            }
            List<Object> list = new ArrayList<>(elements.size());
            elements.values().forEach(element -> list.add(finished(element)));
            return list;
        }
    }

    private static final class MapNode extends Node {

        private static final class Entry {
            Object key;
            Object value;
        }

        private final MapShape shape;
        private final TreeMap<Integer, Entry> entries = new TreeMap<>();

        MapNode(MapShape shape) {
            this.shape = shape;
        }

        @Override
        void put(Path path, String value) {
            if (!shape.flattened() && !Tag.ENTRY.name.equals(path.part())) {
                throw path.unknown();
            }
            Entry entry = entries.computeIfAbsent(path.index(), index -> new Entry());
            String part = path.part();
            if (part.equals(shape.keyTag().name)) {
                entry.key = merge(entry.key, shape.key(), path, value);
            } else if (part.equals(shape.valueTag().name)) {
                entry.value = merge(entry.value, shape.value(), path, value);
            } else {
                throw path.unknown();
            }
        }

        @Override
        Map<Object, Object> finish() {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (Entry entry : entries.values()) {
                if (entry.key == null || entry.value == null) {
                    throw AwsException.missing(entry.key == null ? shape.keyTag().name : shape.valueTag().name);
                }
                if (map.put(entry.key, finished(entry.value)) != null) {
                    throw AwsException.refuse("InvalidParameterValue",
                            "The key " + AwsException.abbreviate(entry.key.toString()) + " was given more than once.");
                }
            }
            return map;
        }
    }
}
