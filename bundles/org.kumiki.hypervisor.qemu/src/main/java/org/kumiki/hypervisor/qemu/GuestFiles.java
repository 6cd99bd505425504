package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.InstanceId;

/** Where the things of one guest are on its node: a directory that nobody but us may look into, and that goes with the guest. */
record GuestFiles(Path directory) {

    /** What the kernel lets the name of a unix socket be. */
    private static final int LONGEST_SOCKET = 107;

    static GuestFiles of(Path guests, InstanceId guest) {
        return new GuestFiles(guests.resolve(guest.value()));
    }

    /** Where a guest cannot run, what there is of it can still be looked for and taken away. */
    void requireRoomForSocket() {
        int length = qmp().toString().getBytes(UTF_8).length;
        if (length > LONGEST_SOCKET) {
            throw new HypervisorException(HypervisorException.Reason.UNAVAILABLE, "the data directory's path is too long by "
                    + (length - LONGEST_SOCKET) + " bytes: no unix socket can be made at " + qmp());
        }
    }

    /** QEMU's control socket. */
    Path qmp() {
        return directory.resolve("qmp");
    }

    /** QEMU's process id, written by itself. */
    Path pid() {
        return directory.resolve("pid");
    }

    /** What QEMU complains of. */
    Path log() {
        return directory.resolve("qemu.log");
    }

    /** What was taken out of the guest's console so far. */
    Path console() {
        return directory.resolve("console");
    }

    /** Where the key of its migration is, while it moves. */
    Path key() {
        return directory.resolve("key");
    }

    /** How it was last started, for people and for a successor of this driver. */
    Path record() {
        return directory.resolve("guest.json");
    }
}
