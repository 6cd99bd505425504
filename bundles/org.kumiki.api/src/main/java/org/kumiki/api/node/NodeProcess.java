package org.kumiki.api.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A program on a node that outlives us, found by what the node says of it, whoever started it. Immutable, and thread-safe as its node is.
 *
 * @param pidFile where its process id is
 * @param proof   what this program's command line has and no other's. In it each argument ends with a zero, and one stands before the first, as
 *                in {@code "\0--name=web\0"}. The id alone proves nothing, since numbers are used again.
 */
public record NodeProcess(Node node, Path pidFile, String proof) {

    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,9}");
    private static final int LONGEST_COMMAND = 1 << 20;
    private static final int LONGEST_STAT = 4_096;
    private static final int MOST_ATTEMPTS = 100;
    private static final Duration TO_SIGNAL = Duration.ofSeconds(10);
    private static final Duration TO_END = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(32);

    /** The program that was given this argument, as a whole. */
    public static NodeProcess withArgument(Node node, Path pidFile, String argument) {
        return new NodeProcess(node, pidFile, "\0" + argument + "\0");
    }

    /**
     * Starts it, by {@link Node#spawn}, and writes its id down.
     *
     * @param command has the proof in its arguments
     */
    public void spawn(List<String> command, Path log) throws IOException {
        node.write(pidFile, Long.toString(node.spawn(command, log)).getBytes(UTF_8));
    }

    /** Its process id, if it lives; a zombie does not. */
    public OptionalLong find() throws IOException {
        String pid = node.text(pidFile, 32).strip();
        return PID.matcher(pid).matches() && isThis(Long.parseLong(pid)) ? OptionalLong.of(Long.parseLong(pid)) : OptionalLong.empty();
    }

    /** Whether it lives. */
    public boolean alive() throws IOException {
        return find().isPresent();
    }

    /**
     * Whether a process is this program, and lives. For a moment, while it becomes another program, a process that lives has no arguments; that
     * is waited for.
     */
    private boolean isThis(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            String command = node.text(process.resolve("cmdline"), LONGEST_COMMAND);
            if (!command.isEmpty()) {
                return ("\0" + command).contains(proof);
            }
            if (ended(node.text(process.resolve("stat"), LONGEST_STAT))) {
                return false;
            }
            LockSupport.parkNanos(LONGEST_PAUSE.toNanos() / 8);
        }
        return false;
    }

    /** By its {@code /proc/[pid]/stat}, as proc(5) describes it: after the name in parentheses, which may have some itself, comes a letter. */
    static boolean ended(String stat) {
        String rest = stat.substring(stat.lastIndexOf(')') + 1).strip();
        return rest.isEmpty() || rest.startsWith("Z") || rest.startsWith("X");
    }

    /**
     * Sends it a signal, if it lives.
     *
     * @param signal as of kill(1), without a dash
     */
    public void tell(String signal) throws IOException {
        OptionalLong pid = find();
        if (pid.isPresent()) {
            signal(pid.getAsLong(), signal);
        }
    }

    private Node.Finished signal(long pid, String signal) throws IOException {
        return node.run(List.of("kill", "-" + signal, Long.toString(pid)), TO_SIGNAL);
    }

    /** Waits for its end; false, if it is still there after {@code patience}. */
    public boolean ends(Duration patience) throws IOException, InterruptedException {
        OptionalLong pid = find();
        return pid.isEmpty() || ends(pid.getAsLong(), patience);
    }

    /**
     * Waits for the end of a process that was {@linkplain #find found}, for programs that take their pid file away before they end.
     *
     * @return false, if it is still there after {@code patience}
     */
    public boolean ends(long pid, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (long pause = FIRST_PAUSE.toNanos(); isThis(pid); pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos())) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(pause);
        }
        return true;
    }

    /**
     * Ends it, and takes its pid file away: it is asked first, so that it can write what it still holds, and killed after ten seconds. It is no
     * error if there is none.
     */
    public void end() throws IOException, InterruptedException {
        OptionalLong pid = find();
        if (pid.isPresent()) {
            signal(pid.getAsLong(), "TERM");
            if (!ends(pid.getAsLong(), TO_END)) {
                kill(pid.getAsLong());
            }
        }
        if (node.exists(pidFile)) { // to ask costs less than a program that deletes nothing
            node.delete(pidFile);
        }
    }

    /** Kills a process that was {@linkplain #find found}, and waits for its end. */
    public void kill(long pid) throws IOException, InterruptedException {
        Node.Finished kill = signal(pid, "KILL");
        if (!ends(pid, TO_END)) {
            throw new IOException("process " + pid + " on " + node.name() + " outlived SIGKILL: " + kill.errors().strip());
        }
    }
}
