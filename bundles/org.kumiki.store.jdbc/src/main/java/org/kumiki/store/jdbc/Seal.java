package org.kumiki.store.jdbc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A checksum of one row. H2 reads a flipped bit back as if nothing were wrong; the seal tells.
 */
final class Seal {

    private Seal() {
    }

    static int of(String kind, String key, long sequence, String content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, sequence));
        add(crc, kind);
        add(crc, key);
        add(crc, content);
        return (int) crc.getValue();
    }

    /** Each text ends with a byte that UTF-8 does not have, so that no character can wander from one to the next. */
    private static void add(CRC32C crc, String text) {
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        crc.update(0xff);
    }
}
