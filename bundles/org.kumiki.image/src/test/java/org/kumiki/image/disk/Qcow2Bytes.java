package org.kumiki.image.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes of a qcow2 file, good ones unless a test makes them bad. */
final class Qcow2Bytes {

    static final int CLUSTER = 1 << 16;
    static final int BACKING_FORMAT = 0xe2792aca;
    static final int DATA_FILE = 0x44415441;
    static final int ENCRYPTION = 0x0537be77;
    static final int FEATURE_NAMES = 0x6803f857;

    private final ByteBuffer file = ByteBuffer.allocate(4 * CLUSTER);
    private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();

    /** An empty disk of 1 GiB: header, reference table, a reference block, L1 table, each in a cluster of its own. */
    Qcow2Bytes() {
        putInt(0, Qcow2Header.MAGIC).putInt(4, 3).putInt(20, 16).putLong(24, 1L << 30).putInt(36, 2).putLong(40, 3 * CLUSTER)
                .putLong(48, CLUSTER).putInt(56, 1).putInt(96, 4).putInt(100, 104);
    }

    Qcow2Bytes putInt(int position, int value) {
        file.putInt(position, value);
        return this;
    }

    Qcow2Bytes putLong(int position, long value) {
        file.putLong(position, value);
        return this;
    }

    Qcow2Bytes extension(int type, String text) {
        byte[] data = text.getBytes(UTF_8);
        extensions.writeBytes(ByteBuffer.allocate(8).putInt(type).putInt(data.length).array());
        extensions.writeBytes(Arrays.copyOf(data, (data.length + 7) / 8 * 8));
        return this;
    }

    byte[] bytes() {
        byte[] bytes = file.array().clone();
        byte[] all = extensions.toByteArray();
        System.arraycopy(all, 0, bytes, file.getInt(4) == 2 ? 72 : 104, all.length);
        return bytes;
    }
}
