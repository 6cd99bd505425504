package org.kumiki.aws.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Sink;

/** The bytes of an object as clients see them. */
final class Content {

    private static final int SLICE = 16 * Sealing.SEGMENT;

    private final BlobStore store;
    private final Item item;
    private final Encryption encryption;

    Content(BlobStore store, Item item, Encryption encryption) {
        this.store = store;
        this.item = item;
        this.encryption = encryption;
    }

    /** Hands a range on; the object must have it. */
    void read(Range range, Sink sink) throws IOException {
        if (encryption.isNone()) {
            store.read(item.blob(), range.first(), range.length(), sink);
            return;
        }
        long begin = 0;
        long stored = 0;
        for (Piece piece : item.layout()) {
            long first = Math.max(range.first(), begin) - begin;
            long last = Math.min(range.last(), begin + piece.size() - 1) - begin;
            if (first <= last) {
                Range plain = new Range(first, last);
                Range sealed = Sealing.sealed(plain, piece.size());
                store.read(item.blob(), stored + sealed.first(), sealed.length(),
                        new Sealing(encryption.master(), piece.salt()).open(piece.size(), plain, sink));
            }
            begin += piece.size();
            stored += Sealing.sealed(piece.size());
        }
    }

    /** A range for somebody who asks for its bytes, slice by slice. */
    InputStream stream(Range range) {
        return new InputStream() {

            private long next = range.first();
            private ByteBuffer slice = ByteBuffer.allocate(0);

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (!slice.hasRemaining()) {
                    if (next > range.last()) {
                        return -1;
                    }
                    Range part = new Range(next, Math.min(range.last(), next + SLICE - 1));
                    ByteArrayOutputStream out = new ByteArrayOutputStream((int) part.length());
                    Content.this.read(part, buffer -> write(buffer, out));
                    slice = ByteBuffer.wrap(out.toByteArray());
                    next = part.last() + 1;
                }
                int count = Math.min(length, slice.remaining());
                slice.get(bytes, offset, count);
                return count;
            }
        };
    }

    static void write(ByteBuffer buffer, OutputStream out) throws IOException {
        if (buffer.hasArray()) {
            out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
            buffer.position(buffer.limit());
        } else {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            out.write(bytes);
        }
    }
}
