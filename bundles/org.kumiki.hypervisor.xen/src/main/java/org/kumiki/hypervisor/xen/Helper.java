package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.kumiki.api.node.Node;

/**
 * A program that works for one guest, found by what the node says of it, whoever started it.
 *
 * @param pidFile where its process id is
 * @param proof   what is in the arguments of this program alone: a number alone proves nothing, since numbers are used again
 */
record Helper(Node node, Path pidFile, String proof) {

    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,9}");
    private static final int LONGEST_COMMAND = 1 << 20;
    private static final Duration TO_KILL = Duration.ofSeconds(10);
    private static final Duration TO_END = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 2;

    /** Starts it, in the background for good. */
    void spawn(List<String> command, Path log) throws IOException {
        node.write(pidFile, Long.toString(node.spawn(command, log)).getBytes(UTF_8));
    }

    OptionalLong find() throws IOException {
        String pid = node.text(pidFile, 32).strip();
        return PID.matcher(pid).matches() && isThis(Long.parseLong(pid)) ? OptionalLong.of(Long.parseLong(pid)) : OptionalLong.empty();
    }

    private boolean isThis(long pid) throws IOException {
        return node.text(Path.of("/proc", Long.toString(pid), "cmdline"), LONGEST_COMMAND).contains(proof);
    }

    /** Ends it: it is asked first, so that it can write what it still holds. It is no error if there is none. */
    void end() throws IOException, InterruptedException {
        OptionalLong pid = find();
        if (pid.isPresent() && !ends(pid.getAsLong(), "-TERM") && !ends(pid.getAsLong(), "-KILL")) {
            throw new IOException("process " + pid.getAsLong() + " outlived SIGKILL");
        }
        if (node.exists(pidFile)) { // to ask costs less than a program that deletes nothing
            node.delete(pidFile);
        }
    }

    private boolean ends(long pid, String signal) throws IOException, InterruptedException {
        node.run(List.of("kill", signal, Long.toString(pid)), TO_KILL);
        long end = System.nanoTime() + TO_END.toNanos();
        while (isThis(pid)) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return true;
    }
}
