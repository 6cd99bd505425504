package org.kumiki.wal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Takes values out of bytes in the order in which an {@link Encoder} has put them there. */
public final class Decoder {

    private final ByteBuffer in;

    public Decoder(ByteBuffer in) {
        this.in = in;
    }

    /** 0 to 255. */
    public int unsignedByte() {
        return in.get() & 0xff;
    }

    public boolean flag() {
        return in.get() != 0;
    }

    public int integer() {
        return in.getInt();
    }

    public long number() {
        return in.getLong();
    }

    public long small() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }

    /** That so many things follow, each of a byte at least. */
    public int count() {
        long count = small();
        if (count < 0 || count > in.remaining()) {
            throw new IllegalArgumentException(count + " things in " + in.remaining() + " bytes");
        }
        return (int) count;
    }

    public String text() {
        return new String(bytes(count()), StandardCharsets.UTF_8);
    }

    public Optional<String> optionalText() {
        return flag() ? Optional.of(text()) : Optional.empty();
    }

    public Map<String, String> attributes() {
        int count = count();
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put(text(), text());
        }
        return attributes;
    }

    public byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    /** All that is left, not copied. */
    public ByteBuffer rest() {
        ByteBuffer rest = in.slice();
        in.position(in.limit());
        return rest;
    }

    public boolean hasMore() {
        return in.hasRemaining();
    }
}
