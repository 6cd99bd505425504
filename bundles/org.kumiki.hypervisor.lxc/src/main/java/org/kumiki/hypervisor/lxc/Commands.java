package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.kumiki.api.node.Node;

/** Programs that must succeed. */
final class Commands {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private Commands() {
    }

    /** @return what it wrote */
    static String run(Node node, List<String> command) throws IOException {
        Node.Finished finished = node.run(command, DEADLINE);
        if (!finished.succeeded()) {
            throw new IOException(command.get(0) + " on " + node.name() + " failed: " + (finished.errors() + finished.output()).strip());
        }
        return finished.output();
    }

    /** A program of ours that nodes need not have, of one part behind the other. */
    static String script(String... names) {
        StringBuilder script = new StringBuilder();
        for (String name : names) {
            try (InputStream in = Objects.requireNonNull(Commands.class.getResourceAsStream(name), name)) {
                script.append(new String(in.readAllBytes(), UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return script.toString();
    }
}
