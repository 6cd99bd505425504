package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.kumiki.api.node.Node;
import org.kumiki.api.node.Node.Finished;

/**
 * Waits on a node until domains end there, instead of looking again and again: Xen's store tells whoever watches {@code @releaseDomain} when one shuts
 * down, and when it is gone. Which it was a look at all of them shows.
 */
record Ends(Node node) {

    /** A watch is told once that it is there. Without a store's program to watch with, some time passes. */
    private static final String WATCH = """
            ended() {
                timeout "$1" xenstore-watch -n 2 @releaseDomain >/dev/null
                case $? in 0) return 0 ;; 124) ;; *) sleep 1 ;; esac
                return 1
            }
            """;
    /** Constants: what they are about is their arguments. */
    static final String AWAIT = WATCH + "ended \"$1\"\n";
    static final String ASK = WATCH + "ended \"$1\" &\nxl \"$2\" -F \"$3\" >&2\nwait\nexec xl list\n";
    private static final Duration TO_ANSWER = Duration.ofSeconds(60);

    /** @return whether one has ended since it began to wait; what has ended just before it may miss */
    boolean await(Duration atMost) throws IOException {
        return node.run(command(AWAIT, atMost), atMost.plus(TO_ANSWER)).succeeded();
    }

    /**
     * Asks a guest to end, and waits until any has, or some time has passed.
     *
     * @param verb of xl
     * @return the domains then
     */
    List<Domain> ask(String verb, String domain, Duration atMost) throws IOException {
        Finished asked = node.run(command(ASK, atMost, verb, domain), atMost.plus(TO_ANSWER));
        if (!asked.succeeded()) {
            throw new IOException("xl list on " + node.name() + ": " + Xl.complaint(asked));
        }
        return Domain.list(asked.output());
    }

    private static List<String> command(String script, Duration atMost, String... arguments) {
        return Stream.concat(Stream.of("sh", "-c", script, "sh", Long.toString(atMost.toSeconds())), Stream.of(arguments)).toList();
    }
}
