package org.kumiki.hypervisor.libvirt.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Writes values as XDR (RFC 4506): big-endian, everything padded to four bytes. Not thread-safe. */
public final class XdrWriter {

    static final int UNIT = 4;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public XdrWriter integer(int value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        return this;
    }

    /** A {@code hyper}. */
    public XdrWriter hyper(long value) {
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    public XdrWriter text(String value) {
        byte[] encoded = value.getBytes(UTF_8);
        return integer(encoded.length).fixed(encoded);
    }

    /** A text that may be absent. */
    public XdrWriter optional(Optional<String> value) {
        integer(value.isPresent() ? 1 : 0);
        value.ifPresent(this::text);
        return this;
    }

    /** Bytes whose number the reader knows. */
    public XdrWriter fixed(byte[] value) {
        bytes.writeBytes(value);
        bytes.writeBytes(new byte[padding(value.length)]);
        return this;
    }

    static int padding(int length) {
        return (UNIT - length % UNIT) % UNIT;
    }

    public byte[] toBytes() {
        return bytes.toByteArray();
    }
}
