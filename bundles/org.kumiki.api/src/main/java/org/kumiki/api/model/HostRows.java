package org.kumiki.api.model;

import java.util.BitSet;

/**
 * An immutable set of hosts, by their rows. A host keeps its row for the life of the datacenter, so a set can be read long after it was
 * made. Written as ranges: {@code 0-17,19}.
 */
public final class HostRows {

    public static final HostRows NONE = new HostRows(new BitSet());

    private final BitSet rows;

    private HostRows(BitSet rows) {
        this.rows = rows;
    }

    public static HostRows of(BitSet rows) {
        return rows.isEmpty() ? NONE : new HostRows((BitSet) rows.clone());
    }

    /** Reads what {@link #toString()} wrote. */
    public static HostRows parse(String ranges) {
        BitSet rows = new BitSet();
        for (String range : ranges.split(",")) {
            if (!range.isEmpty()) {
                int dash = range.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
                rows.set(first, last + 1);
            }
        }
        return new HostRows(rows);
    }

    public boolean contains(int row) {
        return rows.get(row);
    }

    public int count() {
        return rows.cardinality();
    }

    /** The rows, ascending. */
    public int[] toArray() {
        return rows.stream().toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostRows that && rows.equals(that.rows);
    }

    @Override
    public int hashCode() {
        return rows.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int first = rows.nextSetBit(0); first >= 0;) {
            int last = rows.nextClearBit(first) - 1;
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (last > first) {
                text.append('-').append(last);
            }
            first = rows.nextSetBit(last + 1);
        }
        return text.toString();
    }
}
