package org.kumiki.api.storage;

import java.io.Closeable;
import java.util.Locale;

import org.osgi.annotation.versioning.ConsumerType;

/** A disk that was laid out for somebody to take away. Closing it gives the room back that it takes. */
@ConsumerType
public interface DiskExport extends Closeable, ByteSource {

    /** How long the file is, in bytes. */
    long length();

    /** How the file is laid out. */
    enum Format {
        QCOW2, RAW, VMDK, VHD, VDI, VHDX;

        /** How names of such files end, without the dot. */
        public String extension() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
