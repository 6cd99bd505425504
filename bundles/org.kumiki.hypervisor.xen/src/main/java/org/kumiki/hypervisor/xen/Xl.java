package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.node.Node;
import org.kumiki.api.node.Node.Finished;

/** Xen's own program for domains, on one node. */
record Xl(Node node) {

    static final Duration TO_ANSWER = Duration.ofSeconds(60);
    /** Constants: what they are about is their arguments. */
    static final String MAKE = ": >\"$1\" && xl create \"$2\" && rm -- \"$1\"";
    static final String DESTROY = "xl destroy \"$1\" >&2; exec xl list";

    List<Domain> list() throws IOException {
        return Domain.list(must("list"));
    }

    String must(String... arguments) throws IOException {
        return succeeded(run(TO_ANSWER, arguments), arguments[0]).output();
    }

    Finished run(Duration deadline, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("xl"));
        command.addAll(List.of(arguments));
        return node.run(command, deadline);
    }

    /**
     * Makes a domain.
     *
     * @param making a file that is there as long as the domain is being made, and stays if that does not succeed
     */
    Finished create(Path making, Path config, Duration patience) throws IOException {
        return node.run(List.of("sh", "-c", MAKE, "sh", making.toString(), config.toString()), patience);
    }

    /** Ends a domain; it may have gone meanwhile. @return the domains that are left then, after what xl complained of */
    Finished destroy(Domain domain) throws IOException {
        return succeeded(node.run(List.of("sh", "-c", DESTROY, "sh", Integer.toString(domain.number())), TO_ANSWER.multipliedBy(2)), "list");
    }

    private Finished succeeded(Finished finished, String verb) throws IOException {
        if (!finished.succeeded()) {
            throw new IOException("xl " + verb + " on " + node.name() + ": " + complaint(finished));
        }
        return finished;
    }

    /** The first thing that went wrong; what follows is what came of it. */
    static String complaint(Finished finished) {
        String all = (finished.errors() + finished.output()).strip();
        return all.lines().filter(line -> line.contains("error:")).findFirst().orElse(all.isEmpty() ? "exit code " + finished.exitCode() : all);
    }
}
