package org.kumiki.hypervisor.exec;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.kumiki.api.node.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What scripts did and said, for the operator: in the platform's log, and the last of it here. Thread-safe. */
final class RunLog {

    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);
    private static final int MOST = 500;

    private final Deque<String> last = new ArrayDeque<>();

    /** A look at a guest's state is no news unless it fails. */
    void add(Call call, Duration took, Node.Finished answer) {
        boolean look = call.action().equals(Dialect.LOOK);
        String line = "%s: exit %d after %d ms".formatted(call, answer.exitCode(), took.toMillis());
        if (!answer.succeeded()) {
            LOG.warn(line);
        } else if (look) {
            LOG.debug(line);
        } else {
            LOG.info(line);
        }
        if (!look || !answer.succeeded()) {
            keep(line);
            Words.lines(answer.errors()).forEach(said -> {
                LOG.info("{} says: {}", call, said);
                keep("  " + said);
            });
        }
    }

    private synchronized void keep(String line) {
        last.addLast(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + line);
        if (last.size() > MOST) {
            last.removeFirst();
        }
    }

    /** The oldest first. */
    synchronized List<String> last() {
        return List.copyOf(last);
    }
}
