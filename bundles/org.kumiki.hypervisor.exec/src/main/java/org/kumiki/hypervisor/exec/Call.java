package org.kumiki.hypervisor.exec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.model.InstanceId;

/**
 * One run of a script to be made.
 *
 * @param arguments one of them may be {@link #PAYLOAD}, in whose place the payload's file is named
 * @param reads     whether the payload is what the script reads from its standard input
 * @param suffix    how the name of the payload's file ends
 */
record Call(String technology, InstanceId guest, Path script, String action, List<String> arguments, byte[] payload, boolean reads, String suffix,
        Duration patience) {

    static final String PAYLOAD = "{payload}";

    Call {
        arguments = List.copyOf(arguments);
    }

    @Override
    public String toString() {
        return technology + "'s " + action + " of " + guest;
    }
}
