package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodeProcess;

/** The QEMU process of a guest, found by what the node says of it, whoever started it. */
final class GuestProcess {

    private static final int LONGEST_STAT = 4_096;

    private final Node node;
    private final NodeProcess process;

    GuestProcess(Node node, GuestFiles files) {
        this.node = node;
        this.process = new NodeProcess(node, files.pid(), "\0-pidfile\0" + files.pid() + "\0");
    }

    /** Its process id, if it lives. */
    OptionalLong find() throws IOException {
        return process.find();
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
        return process.alive();
    }

    /** Waits for the end. */
    boolean ends(Duration patience) throws IOException, InterruptedException {
        return process.ends(patience);
    }

    /** Waits for the end of a process that was found. QEMU takes its pid file away some moments before. */
    boolean ends(long pid, Duration patience) throws IOException, InterruptedException {
        return process.ends(pid, patience);
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
        process.kill(pid);
    }
}
