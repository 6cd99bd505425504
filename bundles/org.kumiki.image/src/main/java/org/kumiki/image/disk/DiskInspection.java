package org.kumiki.image.disk;

import static org.kumiki.image.disk.Refusal.refused;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

import org.kumiki.api.storage.Disk.Format;

/**
 * Looks at a disk of a stranger before any program does that could be led astray by it.
 * <p>
 * The format is what its owner declared. It is never guessed: a file that contradicts its declaration is refused.
 */
public final class DiskInspection {

    private static final int SECTOR = 512;

    private DiskInspection() {
    }

    /**
     * @param mostBytes the largest disk that is let in, as a guest would see it
     * @return the size of the disk that a guest would see, in bytes
     * @throws org.kumiki.api.storage.StorageException if the disk is refused, with the reason
     */
    public static long size(FileChannel file, Format declared, long mostBytes) throws IOException {
        return declared == Format.QCOW2 ? qcow2(file, mostBytes) : raw(file, mostBytes);
    }

    /** Rounded up: a disk is never smaller than it is said to be. */
    public static long mebibytes(long bytes) {
        return DiskLimits.mebibytes(bytes);
    }

    private static long qcow2(FileChannel file, long mostBytes) throws IOException {
        Qcow2Header header = Qcow2Header.read(start(file));
        Qcow2Check.check(header, file.size(), mostBytes);
        return header.size();
    }

    private static long raw(FileChannel file, long mostBytes) throws IOException {
        Optional<Signature> signature = Signature.of(file);
        if (signature.isPresent()) {
            throw refused("it is declared raw and looks like " + signature.get().title());
        }
        long size = file.size();
        if (size == 0 || size % SECTOR != 0) {
            throw refused("a raw disk is a whole number of sectors of 512 bytes, and this one is " + size + " bytes long");
        }
        DiskLimits.check(size, mostBytes);
        return size;
    }

    private static ByteBuffer start(FileChannel file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(Qcow2Header.MOST_BYTES, file.size()));
        while (start.hasRemaining() && file.read(start, start.position()) > 0) {
            // a channel may read less than it was asked for
        }
        return start.flip();
    }
}
