package org.kumiki.bench.density;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.node.Node;

/** Programs of this machine, run as the driver runs them. */
record Programs(Node node) {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** @return what it wrote */
    String run(String... command) throws IOException {
        Node.Finished finished = tried(command);
        if (!finished.succeeded()) {
            throw new IOException(String.join(" ", command) + ": " + (finished.errors() + finished.output()).strip());
        }
        return finished.output();
    }

    Node.Finished tried(String... command) throws IOException {
        return node.run(List.of(command), DEADLINE);
    }
}
