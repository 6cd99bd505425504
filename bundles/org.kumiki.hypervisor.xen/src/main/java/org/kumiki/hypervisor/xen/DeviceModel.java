package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.node.Node;

/** The QEMU in dom0 that is the devices of HVM guests, and reads what is no plain disk for all others. */
final class DeviceModel {

    /** Debian's, Xen's own, Fedora's. */
    private static final List<Path> PLACES = List.of(Path.of("/usr/libexec/xen-qemu-system-i386"), Path.of("/usr/lib/xen/bin/qemu-system-i386"),
            Path.of("/usr/lib64/xen/bin/qemu-system-i386"));

    private DeviceModel() {
    }

    static Optional<Path> on(Node node) throws IOException {
        for (Path place : PLACES) {
            if (node.exists(place)) {
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }
}
