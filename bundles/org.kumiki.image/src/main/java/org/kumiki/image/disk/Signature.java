package org.kumiki.image.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;

/**
 * The formats that a file gives itself away as, by its magic bytes.
 * <p>
 * A raw disk has no signature. So a file that is declared raw and carries one of these is either mislabelled or meant to be taken for
 * something else by a program that guesses formats; both are refused.
 */
enum Signature {
    QCOW("a qcow or qcow2 disk", "QFI\u00fb", 0),
    QED("a QED disk", "QED\0", 0),
    VMDK_SPARSE("a VMDK disk", "KDMV", 0),
    VMDK_COW("a VMDK disk", "COWD", 0),
    VMDK_SESPARSE("a VMDK disk", "\u00be\u00ba\u00fe\u00ca\0\0\0\0", 0),
    VMDK_DESCRIPTOR("a VMDK descriptor", "# Disk DescriptorFile", 0),
    VHDX("a VHDX disk", "vhdxfile", 0),
    VHD("a VHD disk", "conectix", 0),
    VHD_FIXED("a VHD disk", "conectix", -512),
    VDI("a VDI disk", "\u007f\u0010\u00da\u00be", 64),
    PARALLELS("a Parallels disk", "WithoutFreeSpace", 0),
    PARALLELS_EXTENDED("a Parallels disk", "WithouFreSpacExt", 0),
    BOCHS("a Bochs disk", "Bochs Virtual HD Image", 0),
    CLOOP("a cloop disk", "#!/bin/sh\n#V2.0 Format\n", 0),
    LUKS("an encrypted (LUKS) volume", "LUKS\u00ba\u00be", 0),
    DMG("a DMG disk", "koly", -512),
    GZIP("a gzip archive", "\u001f\u008b", 0),
    BZIP2("a bzip2 archive", "BZh", 0),
    XZ("an xz archive", "\u00fd7zXZ\0", 0),
    ZSTD("a zstd archive", "\u0028\u00b5\u002f\u00fd", 0),
    ZIP("a zip archive", "PK\u0003\u0004", 0),
    SEVEN_ZIP("a 7z archive", "7z\u00bc\u00af\u0027\u001c", 0),
    TAR("a tar archive, such as an OVA", "ustar", 257);

    private final String title;
    private final byte[] magic;
    private final int position;

    /** @param position where the magic is; negative: from the end of the file */
    Signature(String title, String magic, int position) {
        this.title = title;
        this.magic = magic.getBytes(ISO_8859_1);
        this.position = position;
    }

    /** What to call such a file in a sentence, e.g. {@code a VHDX disk}. */
    String title() {
        return title;
    }

    /** The first signature that a file carries. */
    static Optional<Signature> of(FileChannel file) throws IOException {
        long size = file.size();
        for (Signature signature : values()) {
            if (signature.isAt(file, size)) {
                return Optional.of(signature);
            }
        }
        return Optional.empty();
    }

    private boolean isAt(FileChannel file, long size) throws IOException {
        long start = position < 0 ? size + position : position;
        if (start < 0 || start + magic.length > size) {
            return false;
        }
        ByteBuffer found = ByteBuffer.allocate(magic.length);
        while (found.hasRemaining() && file.read(found, start + found.position()) > 0) {
            // a channel may read less than it was asked for
        }
        return Arrays.equals(found.array(), magic);
    }
}
