package org.kumiki.store.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

import org.kumiki.api.journal.Entry;

/**
 * The entries of one append, as they lie in a file.
 *
 * <pre>
 * | number (8) | length (4) | CRC-32C of the payload (4) | CRC-32C of the 16 bytes before (4) | payload |
 * </pre>
 *
 * Length and payload have a checksum each, so that a frame that was cut off can be told from one that was changed.
 *
 * @param number counts the appends
 */
record Frame(long number, List<Entry> entries) {

    static final int HEADER = 20;

    private static final int CHECKED = 16;
    private static final int GONE = -1;

    /** What a header says. */
    record Header(long number, int length, int checksum) {

        /** Nothing, if it is not as it was written. */
        static Optional<Header> of(byte[] bytes) {
            ByteBuffer header = ByteBuffer.wrap(bytes);
            boolean whole = header.getInt(CHECKED) == crc(bytes, CHECKED) && header.getInt(8) >= 0;
            return whole ? Optional.of(new Header(header.getLong(0), header.getInt(8), header.getInt(12))) : Optional.empty();
        }

        boolean fits(byte[] payload) {
            return crc(payload, payload.length) == checksum;
        }
    }

    byte[] toBytes() {
        byte[] payload = payload();
        byte[] bytes = new byte[HEADER + payload.length];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        buffer.putLong(number).putInt(payload.length).putInt(crc(payload, payload.length));
        buffer.putInt(crc(bytes, CHECKED)).put(payload);
        return bytes;
    }

    private byte[] payload() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024 * entries.size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Entry entry : entries) {
                out.writeLong(entry.sequence());
                out.writeUTF(entry.kind());
                out.writeUTF(entry.key());
                if (entry.value().isEmpty()) {
                    out.writeInt(GONE);
                } else {
                    byte[] value = entry.value().get().getBytes(StandardCharsets.UTF_8);
                    out.writeInt(value.length);
                    out.write(value);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory can always be written to", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if the payload is not one of ours */
    static Frame of(Header header, byte[] payload) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
            while (in.available() > 0) {
                long sequence = in.readLong();
                String kind = in.readUTF();
                String key = in.readUTF();
                int length = in.readInt();
                Optional<String> value = length == GONE ? Optional.empty()
                        : Optional.of(new String(in.readNBytes(length), StandardCharsets.UTF_8));
                entries.add(new Entry(sequence, kind, key, value));
            }
        }
        return new Frame(header.number(), entries);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
