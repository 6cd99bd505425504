package org.kumiki.api.table;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.TreeSet;

/** What has a name, and values of attributes: an attribute has each of its values once. Immutable, and small, since a store has very many. */
public final class Item {

    /** So many values of attributes an item can have at most. */
    public static final int MOST_VALUES = 256;

    private final String name;
    /** Names and values in turn, in the order of attributes. */
    private final String[] texts;

    public Item(String name, Collection<Attribute> attributes) {
        this.name = Objects.requireNonNull(name);
        TreeSet<Attribute> sorted = new TreeSet<>(attributes);
        texts = new String[2 * sorted.size()];
        int next = 0;
        for (Attribute attribute : sorted) {
            texts[next++] = attribute.name().intern(); // few names are those of very many items
            texts[next++] = attribute.value();
        }
    }

    public String name() {
        return name;
    }

    /** How many values it has, of all attributes together. */
    public int size() {
        return texts.length / 2;
    }

    /** All values, in the order of attributes. */
    public List<Attribute> attributes() {
        return new Attributes();
    }

    /** In order; none, if it has no such attribute. */
    public List<String> values(String attribute) {
        int first = 0;
        while (first < texts.length && !texts[first].equals(attribute)) {
            first += 2;
        }
        int end = first;
        while (end < texts.length && texts[end].equals(attribute)) {
            end += 2;
        }
        return new Values(first, (end - first) / 2);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Item that && name.equals(that.name) && Arrays.equals(texts, that.texts);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + attributes();
    }

    private final class Attributes extends AbstractList<Attribute> implements RandomAccess {

        @Override
        public Attribute get(int index) {
            return new Attribute(texts[2 * index], texts[2 * index + 1]);
        }

        @Override
        public int size() {
            return texts.length / 2;
        }
    }

    private final class Values extends AbstractList<String> implements RandomAccess {
        private final int first;
        private final int size;

        Values(int first, int size) {
            this.first = first;
            this.size = size;
        }

        @Override
        public String get(int index) {
            return texts[first + 2 * Objects.checkIndex(index, size) + 1];
        }

        @Override
        public int size() {
            return size;
        }
    }
}
