package org.kumiki.storage.file;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A record of the log, as it lies in a file.
 *
 * <pre>
 * | length of the payload (4) | start (8) | CRC-32C of the payload (4) | CRC-32C of the 16 bytes before and the salt (4) | payload |
 * </pre>
 *
 * Where the batch of the record starts is part of it. All that comes before the start was on the disk when the record was written. So what is bad
 * before the start of a good record is damage, and other bad bytes at the end are those of a batch in which the process died. The salt is a number
 * that no client knows, another one in each file: none can send bytes that look like a record.
 *
 * @param crc of the payload
 */
record Frame(Change change, byte[] payload, int crc) {

    static final int HEADER = 20;

    private static final int CHECKED = 16;

    static Frame of(Change change) {
        byte[] payload = change instanceof Change.Bytes bytes ? payload(bytes) : payload(change);
        return new Frame(change, payload, crc(ByteBuffer.wrap(payload)));
    }

    private static byte[] payload(Change change) {
        Encoder out = new Encoder();
        out.putKind(change.kind());
        change.writeTo(out);
        return out.toBytes();
    }

    private static byte[] payload(Change.Bytes change) {
        ByteBuffer payload = ByteBuffer.allocate(Change.Bytes.PREFIX + change.bytes().remaining());
        return payload.put(Change.Bytes.KIND).putLong(change.content()).put(change.bytes().duplicate()).array();
    }

    int size() {
        return HEADER + payload.length;
    }

    ByteBuffer header(long start, long salt) {
        ByteBuffer header = ByteBuffer.allocate(HEADER).putInt(payload.length).putLong(start).putInt(crc);
        return header.putInt(crc(header.duplicate().flip(), salt)).flip();
    }

    /** What a header says. */
    record Header(int length, long start, int crc) {

        /** Nothing, if it is not as it was written. */
        static Optional<Header> of(ByteBuffer bytes, int at, long salt) {
            boolean whole = bytes.getInt(at + CHECKED) == Frame.crc(bytes.duplicate().limit(at + CHECKED).position(at), salt) && bytes.getInt(at) > 0;
            return whole ? Optional.of(unchecked(bytes, at)) : Optional.empty();
        }

        /** For those who know that there is one. */
        static Header unchecked(ByteBuffer bytes, int at) {
            return new Header(bytes.getInt(at), bytes.getLong(at + 4), bytes.getInt(at + 12));
        }

        boolean fits(ByteBuffer payload) {
            return Frame.crc(payload.duplicate()) == crc;
        }
    }

    private static int crc(ByteBuffer bytes, long salt) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, salt));
        return (int) crc.getValue();
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
