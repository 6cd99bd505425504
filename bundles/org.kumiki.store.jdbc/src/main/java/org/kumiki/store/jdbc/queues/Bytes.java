package org.kumiki.store.jdbc.queues;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Some bytes, compared as the database does: their order is that in which they are locked. */
record Bytes(byte[] array) implements Comparable<Bytes> {

    static final Bytes NONE = new Bytes(new byte[0]);

    static Bytes of(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(array, other.array);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }
}
