package org.kumiki.table.log;

import org.kumiki.api.table.Attribute;
import org.kumiki.api.table.Domain;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.Item;
import org.kumiki.api.text.Utf8;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A domain at one moment, with all its items. Immutable, so that whoever reads it needs no lock and sees no change; a changed one shares almost all
 * with the one before.
 *
 * @param number  another one for each domain that ever was, so that nothing meant for one reaches another of the same name
 * @param items   by their names
 * @param indexes by the names of attributes
 */
record Table(long number, Domain domain, TreePMap<String, Item> items, HashPMap<String, Index> indexes, DomainSize size) {

    private static final long OF_AN_ITEM = 160;
    private static final long OF_A_VALUE = 128;

    static Table empty(long number, Domain domain) {
        return new Table(number, domain, TreePMap.empty(Utf8.ORDER), HashTreePMap.empty(), DomainSize.EMPTY);
    }

    Optional<Item> item(String name) {
        return Optional.ofNullable(items.get(name));
    }

    Index index(String attribute) {
        return indexes.getOrDefault(attribute, Index.EMPTY);
    }

    /** With an item, whatever was there of that name before. */
    Table with(Item item) {
        Table rest = without(item.name());
        HashPMap<String, Index> indexed = rest.indexes;
        long attributes = 0;
        long attributeBytes = 0;
        for (String attribute : names(item)) {
            Index before = indexed.get(attribute);
            if (before == null) {
                attributes++;
                attributeBytes += Utf8.length(attribute);
            }
            indexed = indexed.plus(attribute, (before == null ? Index.EMPTY : before).with(item.name(), item.values(attribute)));
        }
        DomainSize more = new DomainSize(rest.size.items() + 1, rest.size.itemBytes() + Utf8.length(item.name()),
                rest.size.attributes() + attributes, rest.size.attributeBytes() + attributeBytes,
                rest.size.values() + item.size(), rest.size.valueBytes() + valueBytes(item));
        return new Table(number, domain, rest.items.plus(item.name(), item), indexed, more);
    }

    /** Without an item, if there is one of that name. */
    Table without(String name) {
        Item item = items.get(name);
        if (item == null) {
            return this;
        }
        HashPMap<String, Index> indexed = indexes;
        long attributes = 0;
        long attributeBytes = 0;
        for (String attribute : names(item)) {
            Index left = indexed.get(attribute).without(name, item.values(attribute));
            if (left.entries().isEmpty()) {
                attributes++;
                attributeBytes += Utf8.length(attribute);
                indexed = indexed.minus(attribute);
            } else {
                indexed = indexed.plus(attribute, left);
            }
        }
        DomainSize less = new DomainSize(size.items() - 1, size.itemBytes() - Utf8.length(name), size.attributes() - attributes,
                size.attributeBytes() - attributeBytes, size.values() - item.size(), size.valueBytes() - valueBytes(item));
        return new Table(number, domain, items.minus(name), indexed, less);
    }

    /** About so many bytes of memory it takes: measured, by {@code kumiki bench simpledb}, and with some to spare. */
    long memory() {
        return OF_AN_ITEM * size.items() + OF_A_VALUE * size.values() + size.bytes();
    }

    /** What an item adds to the bytes of its domain, if all its attributes have names that are there already. */
    static long bytes(Optional<Item> item) {
        return item.map(found -> Utf8.length(found.name()) + valueBytes(found)).orElse(0L);
    }

    private static Set<String> names(Item item) {
        List<Attribute> attributes = item.attributes();
        Set<String> names = new HashSet<>();
        attributes.forEach(attribute -> names.add(attribute.name()));
        return names;
    }

    private static long valueBytes(Item item) {
        return item.attributes().stream().mapToLong(attribute -> Utf8.length(attribute.value())).sum();
    }
}
