package org.kumiki.storage.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes values out of bytes in the order in which an {@link Encoder} has put them there. */
final class Decoder {

    private final ByteBuffer in;

    Decoder(ByteBuffer in) {
        this.in = in;
    }

    boolean flag() {
        return in.get() != 0;
    }

    int integer() {
        return in.getInt();
    }

    long number() {
        return in.getLong();
    }

    String text() {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    Map<String, String> attributes() {
        int count = in.getInt();
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put(text(), text());
        }
        return attributes;
    }

    List<Extent> extents() {
        int count = in.getInt();
        List<Extent> extents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            extents.add(new Extent(number(), flag(), number(), number(), number()));
        }
        return extents;
    }

    ByteBuffer rest() {
        return in.slice();
    }
}
