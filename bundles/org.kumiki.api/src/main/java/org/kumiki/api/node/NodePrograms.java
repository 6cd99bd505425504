package org.kumiki.api.node;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Programs of a node that must be there, and must succeed. */
public final class NodePrograms {

    private static final Duration TO_ANSWER = Duration.ofSeconds(20);
    /** A constant: the programs to look for are its arguments. Only a shell knows where it would find them. */
    private static final String MISSING = "for name; do command -v \"$name\" >/dev/null || echo \"$name\"; done";

    private NodePrograms() {
    }

    /**
     * Runs a program to its end, as {@link Node#run}. If it fails, that is an {@link IOException} with what it said.
     *
     * @return what it wrote to its standard output
     */
    public static String run(Node node, List<String> command, Duration deadline) throws IOException {
        Node.Finished finished = node.run(command, deadline);
        if (!finished.succeeded()) {
            throw new IOException(command.get(0) + " on " + node.name() + " failed: " + (finished.errors() + finished.output()).strip());
        }
        return finished.output();
    }

    /**
     * Looks whether a node has programs.
     *
     * @param packages of Debian and Ubuntu, by the programs that are in them
     * @throws IOException if some are missing: it names them, and the packages to install
     */
    public static void require(Node node, Map<String, String> packages) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", MISSING, "sh"));
        command.addAll(packages.keySet());
        List<String> missing = run(node, command, TO_ANSWER).lines().sorted().toList();
        if (!missing.isEmpty()) {
            throw new IOException(node.name() + " lacks " + String.join(", ", missing) + "; on Debian and Ubuntu install "
                    + String.join(" ", missing.stream().map(packages::get).distinct().toList()));
        }
    }
}
