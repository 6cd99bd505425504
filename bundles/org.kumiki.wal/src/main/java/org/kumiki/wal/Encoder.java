package org.kumiki.wal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Puts values into bytes, for a {@link Decoder}. */
public final class Encoder {

    private byte[] bytes = new byte[128];
    private int size;

    public Encoder putByte(int value) {
        room(1)[size++] = (byte) value;
        return this;
    }

    public Encoder put(boolean value) {
        return putByte(value ? 1 : 0);
    }

    public Encoder put(int value) {
        ByteBuffer.wrap(room(Integer.BYTES)).putInt(size, value);
        size += Integer.BYTES;
        return this;
    }

    public Encoder put(long value) {
        ByteBuffer.wrap(room(Long.BYTES)).putLong(size, value);
        size += Long.BYTES;
        return this;
    }

    /** Few bytes for a small number that is not negative. */
    public Encoder putSmall(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            putByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        return putByte((int) rest);
    }

    public Encoder put(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return putSmall(utf8.length).put(utf8);
    }

    public Encoder put(Optional<String> text) {
        put(text.isPresent());
        text.ifPresent(this::put);
        return this;
    }

    public Encoder put(Map<String, String> attributes) {
        putSmall(attributes.size());
        attributes.forEach((name, value) -> put(name).put(value));
        return this;
    }

    /** As they are, without their number. */
    public Encoder put(byte[] some) {
        System.arraycopy(some, 0, room(some.length), size, some.length);
        size += some.length;
        return this;
    }

    /** As they are, without their number. */
    public Encoder put(ByteBuffer some) {
        int count = some.remaining();
        some.get(some.position(), room(count), size, count);
        size += count;
        return this;
    }

    private byte[] room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length << 1));
        }
        return bytes;
    }

    public int size() {
        return size;
    }

    public byte[] toBytes() {
        // What is full is not written to any more.
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
