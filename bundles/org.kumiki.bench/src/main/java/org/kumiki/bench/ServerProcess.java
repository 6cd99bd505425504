package org.kumiki.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that was started to be measured. Closing it ends it. */
public final class ServerProcess implements AutoCloseable {

    /** The kernel counts in these; it has been a hundredth of a second on every Linux for decades. */
    private static final double TICK_SECONDS = 0.01;
    /** Where the user and the system time of a process are, behind its name; and those of its children that have ended. */
    private static final int OWN = 11;
    private static final int ENDED = 13;
    private static final Pattern HEAP_USED = Pattern.compile("used (\\d+)K");

    private final Process process;
    private final boolean withWorkers;
    private final List<ProcessHandle> helpers;

    public ServerProcess(ProcessBuilder command) throws IOException {
        this(command, false);
    }

    /** @param withWorkers whether processes that it starts do its work, and their time is to be counted with its own */
    public ServerProcess(ProcessBuilder command, boolean withWorkers) throws IOException {
        this(command.start(), withWorkers, List.of());
    }

    private ServerProcess(Process process, boolean withWorkers, List<ProcessHandle> helpers) {
        this.process = process;
        this.withWorkers = withWorkers;
        this.helpers = helpers;
    }

    /**
     * The same process.
     *
     * @param helper whose time, with that of all processes that it starts, is counted with its own
     */
    public ServerProcess with(ProcessHandle helper) {
        return new ServerProcess(process, withWorkers, List.of(helper));
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** User and system time since it began. */
    public double cpuSeconds() throws IOException {
        double seconds = cpuSeconds(process.pid(), OWN);
        for (ProcessHandle worker : withWorkers ? process.children().toList() : List.<ProcessHandle>of()) {
            seconds += cpuSeconds(worker.pid(), OWN);
        }
        for (ProcessHandle helper : helpers) {
            seconds += cpuSeconds(helper.pid(), OWN) + cpuSeconds(helper.pid(), ENDED);
            for (ProcessHandle worker : helper.children().toList()) {
                seconds += cpuSeconds(worker.pid(), OWN);
            }
        }
        return seconds;
    }

    /** User and system time of all processes that this one has started and that have ended. */
    public static double cpuSecondsOfEnded() throws IOException {
        return cpuSeconds(ProcessHandle.current().pid(), ENDED);
    }

    private static double cpuSeconds(long pid, int first) throws IOException {
        String stat = Files.readString(proc(pid, "stat"));
        // The second field is the program's name in parentheses, which may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1])) * TICK_SECONDS;
    }

    long residentMiB() throws IOException {
        return memoryMiB("VmRSS:");
    }

    /** How much memory it has ever had at a time. */
    long mostResidentMiB() throws IOException {
        return memoryMiB("VmHWM:");
    }

    private long memoryMiB(String kind) throws IOException {
        for (String line : Files.readAllLines(proc(process.pid(), "status"))) {
            if (line.startsWith(kind)) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("the kernel does not say how much memory process " + process.pid() + " has");
    }

    /** What is in use of a JVM's heap after a collection; nothing if there is no jcmd to ask, or no JVM. */
    public OptionalLong heapMiB() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return OptionalLong.empty();
        }
        ask(jcmd, "GC.run");
        Matcher used = HEAP_USED.matcher(ask(jcmd, "GC.heap_info"));
        return used.find() ? OptionalLong.of(Long.parseLong(used.group(1)) / 1024) : OptionalLong.empty();
    }

    private String ask(Path jcmd, String question) throws IOException, InterruptedException {
        Process asking = new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), question).redirectErrorStream(true).start();
        String answer = new String(asking.getInputStream().readAllBytes());
        asking.waitFor();
        return answer;
    }

    private static Path proc(long pid, String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
