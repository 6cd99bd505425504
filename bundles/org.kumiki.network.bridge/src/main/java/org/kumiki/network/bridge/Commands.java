package org.kumiki.network.bridge;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.node.Node;
import org.kumiki.api.node.Node.Finished;

/** Programs that must succeed. */
final class Commands {

    private Commands() {
    }

    /** @throws IOException if it does not, with what it said */
    static String run(Node node, Duration deadline, String... command) throws IOException {
        Finished finished = node.run(List.of(command), deadline);
        if (!finished.succeeded()) {
            String said = (finished.errors().isBlank() ? finished.output() : finished.errors()).strip();
            throw new IOException(String.join(" ", command) + " on " + node.name() + ": " + (said.isEmpty() ? "it failed" : said));
        }
        return finished.output();
    }
}
