package org.kumiki.image.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Unpacks LZ4 in the "legacy frame" that Linux compresses kernels in. */
final class Lz4 {

    static final int MAGIC = 0x184c2102;

    private static final int SHORTEST_MATCH = 4;

    private Lz4() {
    }

    /** @param length how many bytes come out */
    static byte[] unpack(ByteBuffer frame, int length) throws IOException {
        ByteBuffer in = frame.slice().order(ByteOrder.LITTLE_ENDIAN);
        byte[] out = new byte[length];
        int at = 0;
        try {
            if (in.getInt() != MAGIC) {
                throw new IOException("this is not an LZ4 legacy frame");
            }
            while (at < length) {
                int size = in.getInt();
                at = block(in.slice(in.position(), size), out, at);
                in.position(in.position() + size);
            }
            return out;
        } catch (RuntimeException e) { // the buffers check all bounds
            throw new IOException("the LZ4 data is damaged", e);
        }
    }

    /** A block is a row of: some bytes as they are, then a copy of bytes that came out before. */
    private static int block(ByteBuffer in, byte[] out, int start) {
        int at = start;
        while (in.hasRemaining()) {
            int token = in.get() & 0xff;
            int literals = length(in, token >> 4);
            in.get(out, at, literals);
            at += literals;
            if (!in.hasRemaining()) {
                return at; // the last row has no copy
            }
            int from = at - ((in.get() & 0xff) | (in.get() & 0xff) << 8);
            int end = at + length(in, token & 0xf) + SHORTEST_MATCH;
            while (at < end) { // byte by byte, since a copy may overlap itself
                out[at++] = out[from++];
            }
        }
        return at;
    }

    private static int length(ByteBuffer in, int nibble) {
        int length = nibble;
        for (int more = nibble == 15 ? 255 : 0; more == 255; length += more) {
            more = in.get() & 0xff;
        }
        return length;
    }
}
