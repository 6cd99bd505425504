package org.kumiki.hypervisor.vsphere;

import java.nio.file.Path;

/** What guests are copies of: an image as a server has it. */
sealed interface Source {

    /**
     * A machine, or a template, in the server's inventory. Its disks are copied with it.
     *
     * @param machine its name there
     */
    record Template(String machine) implements Source {
    }

    /**
     * A raw disk that is brought to the datastore.
     *
     * @param file on this machine
     */
    record RawDisk(Path file) implements Source {
    }
}
