package org.kumiki.hypervisor.uml;

import java.nio.file.Path;

/**
 * Where the things of one guest are on its node.
 *
 * @param directory that nobody but us may look into, and that goes with the guest
 */
record GuestFiles(Path directory) {

    /** The process id of its keeper. */
    Path pid() {
        return directory.resolve("pid");
    }

    /** What its keeper, and the programs that work for it, complain of. */
    Path log() {
        return directory.resolve("log");
    }

    /** What the guest wrote to its console, kept short by its keeper. */
    Path console() {
        return directory.resolve("console");
    }

    /** What it wrote before that. */
    Path olderConsole() {
        return directory.resolve("console.1");
    }

    /** How often its machine has begun since it was started. */
    Path begun() {
        return directory.resolve("begun");
    }

    /** Why it has ended. */
    Path ended() {
        return directory.resolve("ended");
    }

    /** Here when its disks are open. */
    Path disksPid() {
        return directory.resolve("disks.pid");
    }

    /** What its machine may write to: sockets, for packets and for its monitor. */
    Path machine() {
        return directory.resolve("machine");
    }

    /** Its disks as files with every byte in its place, whatever format the volumes have. */
    Path disks() {
        return directory.resolve("disks");
    }
}
