package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes the kernel proper out of a {@code vmlinuz}.
 * <p>
 * A {@code vmlinuz} unpacks itself, on the guest's processor; where that one is emulated, this takes longer than anything else the guest
 * does before its first program. QEMU can start the kernel proper as well.
 */
final class KernelImage {

    private static final int SETUP_SECTORS = 0x1f1;
    private static final int SETUP_MAGIC = 0x202;
    private static final int PROTOCOL = 0x206;
    private static final int PAYLOAD_OFFSET = 0x248;
    private static final int PAYLOAD_LENGTH = 0x24c;

    private KernelImage() {
    }

    /**
     * The kernel proper, if QEMU can start it.
     *
     * @param work a directory for what is on the way
     * @return empty if it is packed in a way that is not known here, or lacks the entry point that QEMU uses
     */
    static Optional<byte[]> unpack(byte[] vmlinuz, Path work) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(vmlinuz).order(ByteOrder.LITTLE_ENDIAN);
        boolean bzImage = vmlinuz.length > 0x250 && new String(vmlinuz, SETUP_MAGIC, 4, US_ASCII).equals("HdrS")
                && in.getShort(PROTOCOL) >= 0x208;
        if (!bzImage) {
            return Optional.empty();
        }
        int sectors = vmlinuz[SETUP_SECTORS] == 0 ? 4 : vmlinuz[SETUP_SECTORS] & 0xff;
        int offset = (sectors + 1) * 512 + in.getInt(PAYLOAD_OFFSET);
        int length = in.getInt(PAYLOAD_LENGTH);
        byte[] payload = Arrays.copyOfRange(vmlinuz, offset, offset + length);
        return decompress(payload, work).filter(kernel -> ElfFile.of(kernel).map(ElfFile::hasPvhEntry).orElse(false));
    }

    private static Optional<byte[]> decompress(byte[] payload, Path work) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        int unpacked = in.getInt(payload.length - 4); // the kernel's build appends it, whatever the compression
        if (in.getInt(0) == Lz4.MAGIC) {
            return Optional.of(Lz4.unpack(in, unpacked));
        }
        Optional<Compression> compression = Compression.of(payload).filter(Compression::canUnpack);
        if (compression.isEmpty()) {
            return Optional.empty();
        }
        boolean sizeBelongs = compression.get() == Compression.GZIP; // gzip has it in its own format, the others have it appended
        return Optional.of(compression.get().unpack(sizeBelongs ? payload : Arrays.copyOf(payload, payload.length - 4), work));
    }
}
