package org.kumiki.hypervisor.xen;

import java.nio.file.Path;

/**
 * A disk as xl is told of it: always something that Xen's own drivers read byte for byte.
 *
 * @param device what the guest calls it, e.g. {@code xvda}
 * @param file   a raw file or a device, in dom0
 */
record DomainDisk(String device, Path file) {

    /** What follows {@code target=} is a path up to its end, whatever is in it. */
    String words() {
        return "format=raw,vdev=" + device + ",access=rw,target=" + file;
    }
}
