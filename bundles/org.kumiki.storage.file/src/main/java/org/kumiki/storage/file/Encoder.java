package org.kumiki.storage.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Puts values into bytes, for a {@link Decoder}. */
final class Encoder {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    Encoder putKind(byte kind) {
        out.write(kind);
        return this;
    }

    Encoder put(boolean value) {
        out.write(value ? 1 : 0);
        return this;
    }

    Encoder put(int value) {
        return put(ByteBuffer.allocate(Integer.BYTES).putInt(0, value).array());
    }

    Encoder put(long value) {
        return put(ByteBuffer.allocate(Long.BYTES).putLong(0, value).array());
    }

    Encoder put(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return put(bytes.length).put(bytes);
    }

    Encoder put(Map<String, String> attributes) {
        put(attributes.size());
        attributes.forEach((name, value) -> put(name).put(value));
        return this;
    }

    Encoder put(List<Extent> extents) {
        put(extents.size());
        for (Extent extent : extents) {
            put(extent.content()).put(extent.inFile()).put(extent.whole()).put(extent.offset()).put(extent.length());
        }
        return this;
    }

    private Encoder put(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
