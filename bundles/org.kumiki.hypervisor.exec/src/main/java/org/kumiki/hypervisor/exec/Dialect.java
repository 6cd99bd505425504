package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;

/**
 * How scripts of one kind are asked for things. Whatever they answer is believed no further than its shape. Calls block; they throw a
 * {@link HypervisorException} if the script refuses or fails, and an {@link IOException} if the node does.
 */
interface Dialect {

    /** What a look at a guest's state is called in the log. */
    String LOOK = "status";

    /** Whether a guest's machine is on, as far as its script knows. */
    enum Power {
        ON, OFF, UNKNOWN
    }

    /** The scripts without which nothing works. */
    List<Path> required();

    /** Makes a guest anew, or makes one run again that was stopped. */
    GuestRecord start(GuestRecord guest, GuestSpec spec) throws IOException;

    void stop(GuestRecord guest, boolean force) throws IOException;

    void reboot(GuestRecord guest) throws IOException;

    /** Removes a guest that does not run. */
    void delete(GuestRecord guest) throws IOException;

    Power status(GuestRecord guest) throws IOException;

    /** What a guest wrote to its console. */
    String console(GuestRecord guest) throws IOException;
}
