package org.kumiki.aws.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.kumiki.api.blob.Usage;

/**
 * Room that is held for what is being stored. When it is closed, that is counted by the store, or is not there. For one thread.
 */
final class Room implements AutoCloseable {

    static final Room UNLIMITED = new Room(more -> {
    }, less -> {
    }, 0, false);

    private final Consumer<Usage> take;
    private final Consumer<Usage> give;
    private final boolean grows;
    private long free;
    private long bytes;
    private long objects;

    /**
     * @param take  refuses what there is no room for
     * @param free  bytes that become free by what is stored
     * @param grows whether it turns out how many bytes there are
     */
    Room(Consumer<Usage> take, Consumer<Usage> give, long free, boolean grows) {
        this.take = take;
        this.give = give;
        this.free = free;
        this.grows = grows;
    }

    /** @throws S3Exception QuotaExceeded */
    void take(long moreObjects, long moreBytes) {
        long found = Math.min(free, moreBytes);
        free -= found;
        take.accept(new Usage(moreObjects, moreBytes - found));
        objects += moreObjects;
        bytes += moreBytes - found;
    }

    /** The same bytes, which break off when there is no more room. */
    InputStream watch(InputStream source) {
        return !grows ? source : new FilterInputStream(source) {

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                try {
                    take(0, Math.max(0, count));
                } catch (S3Exception e) {
                    throw new BodyException(e);
                }
                return count;
            }
        };
    }

    /** Does something, and gives the room back. */
    <T> T during(Supplier<T> action) {
        try {
            return action.get();
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        give.accept(new Usage(objects, bytes));
    }
}
