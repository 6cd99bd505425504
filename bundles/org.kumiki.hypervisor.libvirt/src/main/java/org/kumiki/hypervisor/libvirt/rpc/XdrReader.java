package org.kumiki.hypervisor.libvirt.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads values of XDR (RFC 4506) from somebody who is not trusted: what does not fit is a {@link ProtocolException}. Not thread-safe. */
public final class XdrReader {

    private final ByteBuffer bytes;

    public XdrReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    public int integer() {
        try {
            return bytes.getInt();
        } catch (BufferUnderflowException e) {
            throw new ProtocolException("an answer ends in the middle of a number", e);
        }
    }

    /** A {@code hyper}. */
    public long hyper() {
        try {
            return bytes.getLong();
        } catch (BufferUnderflowException e) {
            throw new ProtocolException("an answer ends in the middle of a number", e);
        }
    }

    public String text() {
        return new String(fixed(integer()), UTF_8);
    }

    /** A text that may be absent. */
    public Optional<String> optional() {
        return flag() ? Optional.of(text()) : Optional.empty();
    }

    /** Whether something that may be absent follows. */
    public boolean flag() {
        return integer() != 0;
    }

    /** Bytes whose number is known. */
    public byte[] fixed(int length) {
        if (length < 0 || length > bytes.remaining() - XdrWriter.padding(length)) {
            throw new ProtocolException("an answer says that " + length + " bytes follow, and " + bytes.remaining() + " do");
        }
        byte[] value = new byte[length];
        bytes.get(value);
        bytes.position(bytes.position() + XdrWriter.padding(length));
        return value;
    }

    /** As many values as the number before them says; each takes four bytes at least. */
    public <T> List<T> list(Function<XdrReader, T> value) {
        int size = integer();
        if (size < 0 || size > bytes.remaining() / XdrWriter.UNIT) {
            throw new ProtocolException("an answer says that " + size + " values follow in " + bytes.remaining() + " bytes");
        }
        List<T> values = new ArrayList<>(size);
        for (int index = 0; index < size; index++) {
            values.add(value.apply(this));
        }
        return values;
    }
}
