package org.kumiki.hypervisor.uml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

import org.kumiki.api.node.Node;

/** The process that keeps one guest, found by what the node says of it, whoever started it: a guest runs as long as that does. */
record Keeper(Node node, GuestFiles files) {

    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,9}");
    private static final int LONGEST_COMMAND = 1 << 20;
    private static final int LONGEST_STAT = 4_096;
    private static final int MOST_ATTEMPTS = 100;
    private static final Duration TO_SIGNAL = Duration.ofSeconds(10);
    private static final Duration TO_END = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 5;

    void spawn(List<String> command) throws IOException {
        node.write(files.pid(), Long.toString(node.spawn(command, files.log())).getBytes(UTF_8));
    }

    OptionalLong find() throws IOException {
        String pid = node.text(files.pid(), 32).strip();
        return PID.matcher(pid).matches() && isThis(pid) ? OptionalLong.of(Long.parseLong(pid)) : OptionalLong.empty();
    }

    /**
     * A number alone proves nothing, since numbers are used again; that it was given this guest's directory does. For a moment, while it becomes
     * another program, a process that lives has no arguments.
     */
    private boolean isThis(String pid) throws IOException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            String command = node.text(Path.of("/proc", pid, "cmdline"), LONGEST_COMMAND);
            if (!command.isEmpty() || ended(node.text(Path.of("/proc", pid, "stat"), LONGEST_STAT))) {
                return command.contains("\0" + files.directory() + "\0");
            }
            LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000);
        }
        return false;
    }

    /** By its {@code /proc/[pid]/stat}, as proc(5) describes it: after the name in parentheses, which may have some itself, comes a letter. */
    static boolean ended(String stat) {
        String rest = stat.substring(stat.lastIndexOf(')') + 1).strip();
        return rest.isEmpty() || rest.startsWith("Z") || rest.startsWith("X");
    }

    boolean alive() throws IOException {
        return find().isPresent();
    }

    /** @param signal as of kill(1), without a dash; nothing happens if there is no such process */
    void tell(String signal) throws IOException {
        OptionalLong pid = find();
        if (pid.isPresent()) {
            node.run(List.of("kill", "-" + signal, Long.toString(pid.getAsLong())), TO_SIGNAL);
        }
    }

    /** Cuts the guest off, and waits until what was written to its disks is there. */
    void cutOff() throws IOException, InterruptedException {
        tell("INT");
        if (!ends(TO_END)) {
            OptionalLong pid = find();
            if (pid.isPresent()) { // with all that it has started, which is its group
                node.run(List.of("kill", "-KILL", "--", "-" + pid.getAsLong()), TO_SIGNAL);
            }
            if (!ends(TO_END)) {
                throw new IOException("the processes of " + files.directory() + " outlived SIGKILL");
            }
        }
    }

    private boolean ends(Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (alive()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return true;
    }
}
