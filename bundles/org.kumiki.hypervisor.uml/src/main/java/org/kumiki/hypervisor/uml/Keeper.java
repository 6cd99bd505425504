package org.kumiki.hypervisor.uml;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodeProcess;

/** The process that keeps one guest, found by what the node says of it, whoever started it: a guest runs as long as that does. */
record Keeper(Node node, GuestFiles files) {

    private static final Duration TO_SIGNAL = Duration.ofSeconds(10);
    private static final Duration TO_END = Duration.ofSeconds(20);

    private NodeProcess process() {
        return NodeProcess.withArgument(node, files.pid(), files.directory().toString());
    }

    void spawn(List<String> command) throws IOException {
        process().spawn(command, files.log());
    }

    OptionalLong find() throws IOException {
        return process().find();
    }

    boolean alive() throws IOException {
        return process().alive();
    }

    /** @param signal as of kill(1), without a dash; nothing happens if there is no such process */
    void tell(String signal) throws IOException {
        process().tell(signal);
    }

    /** Cuts the guest off, and waits until what was written to its disks is there. */
    void cutOff() throws IOException, InterruptedException {
        tell("INT");
        if (!process().ends(TO_END)) {
            OptionalLong pid = find();
            if (pid.isPresent()) { // with all that it has started, which is its group
                node.run(List.of("kill", "-KILL", "--", "-" + pid.getAsLong()), TO_SIGNAL);
            }
            if (!process().ends(TO_END)) {
                throw new IOException("the processes of " + files.directory() + " outlived SIGKILL");
            }
        }
    }
}
