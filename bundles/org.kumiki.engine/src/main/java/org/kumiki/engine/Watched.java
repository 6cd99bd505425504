package org.kumiki.engine;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Bytes on their way: tells how far they are, and ends when nobody wants them any more. */
final class Watched extends FilterInputStream {

    private final long length;
    private final IntConsumer percent;
    private final BooleanSupplier wanted;
    private long count;

    /** @param length how many there will be */
    Watched(InputStream bytes, long length, IntConsumer percent, BooleanSupplier wanted) {
        super(bytes);
        this.length = length;
        this.percent = percent;
        this.wanted = wanted;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int size) throws IOException {
        if (!wanted.getAsBoolean()) {
            throw new IOException("it is not wanted any more");
        }
        int read = super.read(bytes, offset, size);
        if (read > 0) {
            count += read;
            percent.accept((int) (100 * count / Math.max(1, length)));
        }
        return read;
    }

    @Override
    public long skip(long most) throws IOException {
        return read(new byte[(int) Math.min(most, 8_192)]); // so that it is counted
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
