package org.kumiki.api.table;

/**
 * How much is in a domain. Bytes are those of texts in UTF-8.
 *
 * @param attributes     how many different names attributes have
 * @param attributeBytes of these names, each counted once
 * @param values         how many values there are, of all attributes of all items
 */
public record DomainSize(long items, long itemBytes, long attributes, long attributeBytes, long values, long valueBytes) {

    public static final DomainSize EMPTY = new DomainSize(0, 0, 0, 0, 0, 0);

    /** All of it. */
    public long bytes() {
        return itemBytes + attributeBytes + valueBytes;
    }
}
