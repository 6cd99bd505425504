package org.kumiki.wal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A record of the log, as it lies in a file.
 *
 * <pre>
 * | length of the payload, and two flags (4) | start (8) | CRC-32C of the payload (4) | CRC-32C of the 16 bytes before and the salt (4) | payload |
 * </pre>
 *
 * Where the batch of the record starts is part of it. All that comes before the start was on the disk when the record was written. So what is bad
 * before the start of a good record is damage, and other bad bytes at the end are those of a batch in which the process died. The salt is a number
 * that no client knows, another one in each file: none can send bytes that look like a record.
 * <p>
 * The first flag says that the next record belongs to the same commit, so that it is there with this one or not at all. The second tells the records of
 * the log itself: the first one of a file, which has the salt, and the last one of a checkpoint.
 *
 * @param flags {@link #MORE}, {@link #OWN}
 * @param crc   of the payload
 */
record Frame(int flags, byte[] payload, int crc) {

    static final int HEADER = 20;
    static final int MORE = 0x8000_0000;
    static final int OWN = 0x4000_0000;

    private static final int LENGTH = ~(MORE | OWN);
    private static final int CHECKED = 16;

    static Frame of(int flags, byte[] payload) {
        if (payload.length == 0 || (payload.length & LENGTH) != payload.length) {
            throw new IllegalArgumentException("a record of " + payload.length + " bytes");
        }
        return new Frame(flags, payload, crc(ByteBuffer.wrap(payload)));
    }

    int size() {
        return HEADER + payload.length;
    }

    /** @param into with room enough */
    void putHeader(ByteBuffer into, long start, long salt) {
        int at = into.position();
        into.putInt(payload.length | flags).putLong(start).putInt(crc);
        into.putInt(crc(into.duplicate().flip().position(at), salt));
    }

    /** What a header says. */
    record Header(int length, int flags, long start, int crc) {

        /** Nothing, if it is not as it was written. */
        static Optional<Header> of(ByteBuffer bytes, int at, long salt) {
            int first = bytes.getInt(at);
            boolean whole = (first & LENGTH) > 0
                    && bytes.getInt(at + CHECKED) == Frame.crc(bytes.duplicate().limit(at + CHECKED).position(at), salt);
            return whole ? Optional.of(new Header(first & LENGTH, first & ~LENGTH, bytes.getLong(at + 4), bytes.getInt(at + 12))) : Optional.empty();
        }

        /** For those who know that there is one. */
        static Header unchecked(ByteBuffer bytes) {
            return new Header(bytes.getInt(0) & LENGTH, bytes.getInt(0) & ~LENGTH, bytes.getLong(4), bytes.getInt(12));
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        boolean fits(ByteBuffer payload) {
            return Frame.crc(payload.duplicate()) == crc;
        }
    }

    private static int crc(ByteBuffer bytes, long salt) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            crc.update((int) (salt >>> shift) & 0xff);
        }
        return (int) crc.getValue();
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
