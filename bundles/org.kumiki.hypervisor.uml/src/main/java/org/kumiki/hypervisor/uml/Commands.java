package org.kumiki.hypervisor.uml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodePrograms;

/** Programs that must succeed. */
final class Commands {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private Commands() {
    }

    /** @return what it wrote */
    static String run(Node node, List<String> command) throws IOException {
        return NodePrograms.run(node, command, DEADLINE);
    }

    /** A program of ours that nodes need not have. */
    static String script(String name) {
        try (InputStream in = Objects.requireNonNull(Commands.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
