package org.kumiki.aws.wire;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One type of a service's model. */
public abstract sealed class Shape permits StructureShape, Shape.ListShape, Shape.MapShape, ScalarShape {

    private final String name;

    Shape(String name) {
        this.name = name;
    }

    /** The model's name of this type, such as {@code InstanceList}. */
    public final String name() {
        return name;
    }

    /**
     * The value as this shape keeps it, which is what {@link Structure} holds and the writers write.
     *
     * @throws IllegalArgumentException where the value does not fit, which is a façade's mistake and never a client's
     */
    abstract Object check(Object value);

    IllegalArgumentException misfit(Object value) {
        return new IllegalArgumentException("a " + value.getClass().getSimpleName() + " is no " + this);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Any number of values of one shape, in order. */
    public static final class ListShape extends Shape {
        private final int min;
        private final int max;
        private Shape element;
        private Tag tag;
        private String queryPrefix;

        ListShape(String name, int min, int max) {
            super(name);
            this.min = min;
            this.max = max;
        }

        void define(Shape newElement, String xmlName, String newQueryPrefix) {
            element = newElement;
            tag = xmlName == null ? null : new Tag(xmlName);
            queryPrefix = newQueryPrefix;
        }

        public Shape element() {
            return element;
        }

        int min() {
            return min;
        }

        int max() {
            return max;
        }

        /** What encloses each element in XML; null in a flattened list, whose elements repeat the member's own tag. */
        Tag tag() {
            return tag;
        }

        /** The part of a query parameter's name before the index; null where the index follows at once. */
        String queryPrefix() {
            return queryPrefix;
        }

        @Override
        Object check(Object value) {
            if (!(value instanceof Collection<?> elements)) {
                throw misfit(value);
            }
            List<Object> checked = new ArrayList<>(elements.size());
            for (Object each : elements) {
                checked.add(element.check(each));
            }
            return checked;
        }
    }

    /** Values of one shape by keys, in order. */
    public static final class MapShape extends Shape {
        private final boolean flattened;
        private ScalarShape key;
        private Shape value;
        private Tag keyTag;
        private Tag valueTag;

        MapShape(String name, boolean flattened) {
            super(name);
            this.flattened = flattened;
        }

        void define(ScalarShape newKey, String keyName, Shape newValue, String valueName) {
            key = newKey;
            keyTag = new Tag(keyName);
            value = newValue;
            valueTag = new Tag(valueName);
        }

        public Shape value() {
            return value;
        }

        ScalarShape key() {
            return key;
        }

        Tag keyTag() {
            return keyTag;
        }

        Tag valueTag() {
            return valueTag;
        }

        boolean flattened() {
            return flattened;
        }

        @Override
        Object check(Object given) {
            if (!(given instanceof Map<?, ?> entries)) {
                throw misfit(given);
            }
            Map<Object, Object> checked = new LinkedHashMap<>();
            entries.forEach((k, v) -> checked.put(key.check(k), value.check(v)));
            return checked;
        }
    }
}
