package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.kumiki.api.node.Node;

/** The QEMU process of a guest, found by what the node says of it, whoever started it. */
final class GuestProcess {

    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,9}");
    private static final int LONGEST_COMMAND = 1 << 20;
    private static final int LONGEST_STAT = 4_096;
    private static final Duration TO_KILL = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(32);

    private final Node node;
    private final GuestFiles files;

    GuestProcess(Node node, GuestFiles files) {
        this.node = node;
        this.files = files;
    }

    /**
     * The process, if it lives. Its number alone proves nothing, since numbers are used again; that it was started with this guest's pid
     * file does. A zombie has no command line, and so does not count.
     */
    OptionalLong find() throws IOException {
        String pid = node.text(files.pid(), 32).strip();
        return PID.matcher(pid).matches() && isThisGuests(Long.parseLong(pid)) ? OptionalLong.of(Long.parseLong(pid)) : OptionalLong.empty();
    }

    private boolean isThisGuests(long pid) throws IOException {
        return node.text(Path.of("/proc", Long.toString(pid), "cmdline"), LONGEST_COMMAND).contains("\0-pidfile\0" + files.pid() + "\0");
    }

    /** The processor time that it has used so far, if it lives. */
    Optional<Duration> cpuTime() throws IOException {
        OptionalLong pid = find();
        if (pid.isEmpty()) {
            return Optional.empty();
        }
        Path stat = Path.of("/proc", Long.toString(pid.getAsLong()), "stat");
        try {
            return Optional.of(cpuTime(new String(node.read(stat, LONGEST_STAT), UTF_8)));
        } catch (IOException e) {
            if (alive()) {
                throw e;
            }
            return Optional.empty(); // it has ended meanwhile
        }
    }

    /**
     * Of a {@code /proc/[pid]/stat}, as proc(5) describes it: utime and stime are the 14th and 15th field, in ticks of which there are 100 a
     * second wherever a program can see them. The second field is the name in parentheses, which may have blanks and parentheses itself.
     */
    static Duration cpuTime(String stat) throws IOException {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        try {
            return Duration.ofMillis(10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12])));
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("the kernel's account of a process makes no sense: " + stat, e);
        }
    }

    boolean alive() throws IOException {
        return find().isPresent();
    }

    /** Waits for the end. */
    boolean ends(Duration patience) throws IOException, InterruptedException {
        OptionalLong pid = find();
        return pid.isEmpty() || ends(pid.getAsLong(), patience);
    }

    /** Waits for the end of a process that was found. QEMU takes its pid file away some moments before. */
    boolean ends(long pid, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (long pause = FIRST_PAUSE.toNanos(); isThisGuests(pid); pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos())) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(pause);
        }
        return true;
    }

    /** Kills it and waits for its end. */
    void kill() throws IOException, InterruptedException {
        OptionalLong pid = find();
        if (pid.isPresent()) {
            kill(pid.getAsLong());
        }
    }

    /** Kills a process that was found, and waits for its end. */
    void kill(long pid) throws IOException, InterruptedException {
        Node.Finished kill = node.run(List.of("kill", "-KILL", Long.toString(pid)), TO_KILL);
        if (!ends(pid, TO_KILL)) {
            throw new IOException("process " + pid + " outlived SIGKILL: " + kill.errors());
        }
    }
}
