package org.kumiki.aws.s3;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.Checksum;

/** CRC-64/NVME, which Java does not bring; eight bytes at a time. */
final class Crc64 implements Checksum {

    private static final long[][] TABLES = Crc.CRC64NVME.tables();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private long state = -1;

    @Override
    public void update(int b) {
        state = TABLES[0][(int) (state ^ b) & 0xFF] ^ state >>> 8;
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        long crc = state;
        for (; at + 8 <= end; at += 8) {
            crc ^= (long) LONGS.get(bytes, at);
            crc = TABLES[7][(int) crc & 0xFF] ^ TABLES[6][(int) (crc >>> 8) & 0xFF] ^ TABLES[5][(int) (crc >>> 16) & 0xFF]
                    ^ TABLES[4][(int) (crc >>> 24) & 0xFF] ^ TABLES[3][(int) (crc >>> 32) & 0xFF] ^ TABLES[2][(int) (crc >>> 40) & 0xFF]
                    ^ TABLES[1][(int) (crc >>> 48) & 0xFF] ^ TABLES[0][(int) (crc >>> 56)];
        }
        for (; at < end; at++) {
            crc = TABLES[0][(int) (crc ^ bytes[at]) & 0xFF] ^ crc >>> 8;
        }
        state = crc;
    }

    @Override
    public long getValue() {
        return ~state;
    }

    @Override
    public void reset() {
        state = -1;
    }
}
