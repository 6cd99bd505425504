package org.kumiki.api.hypervisor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.node.Node;

/**
 * Keeps the processes of guests on one node within what the guests were promised, by the kernel's control groups of either version, where we may
 * make any. Where we may not, which takes root, guests run without, and {@link #state()} says why.
 * <p>
 * A guest's first process puts itself into groups of its own before it becomes what it is to be, so that it never runs outside, nor does anything
 * that it starts. A limit that cannot be set is named, and the others count nevertheless.
 * <p>
 * Thread-safe. Calls block on the node.
 */
public final class ProcessLimits {

    /** Where the kernel's control groups are on every system that we know. */
    public static final Path ROOT = Path.of("/sys/fs/cgroup");

    private static final String OURS = "kumiki";
    private static final List<String> CONTROLLERS = List.of("cpu", "cpuacct", "memory", "pids");
    private static final long PERIOD_MICROS = 100_000;
    private static final int LONGEST = 1 << 20;
    private static final Duration TO_REMOVE = Duration.ofSeconds(10);
    private static final int MOST_REMOVALS = 250;
    private static final long PAUSE_MILLIS = 20;
    private static final String NOT_SET = "no limit: ";
    /**
     * A constant, which reads nothing that anybody says as a command. First comes what files of the program are not for, then files of groups, and
     * what is to be written into each; and after a dash what it becomes.
     */
    private static final String BECOME = "umask \"$1\"; shift; while [ \"$1\" != - ]; do printf '%s' \"$2\" >\"$1\" || echo \"" + NOT_SET
            + "$1\" >&2; shift 2; done; shift; exec \"$@\"";
    /** The process that writes it. */
    private static final String SELF = "0";

    /**
     * What the processes of one guest may take together.
     *
     * @param cpus      as many whole ones
     * @param memoryMiB with what a program takes beside the guest's own memory
     * @param processes threads count
     */
    public record Limits(int cpus, long memoryMiB, int processes) {

        public Limits {
            if (cpus < 1 || memoryMiB < 1 || processes < 1) {
                throw new IllegalArgumentException("limits under which nothing runs: " + cpus + ", " + memoryMiB + ", " + processes);
            }
        }
    }

    /** Something to be written into a file of a group. */
    private record Setting(Path file, String value) {
    }

    private final Node node;
    private final Path root;
    private final boolean unified;
    private final List<String> controllers;
    private final String umask;
    private final Consumer<String> news;
    private volatile String state;

    private ProcessLimits(Node node, Path root, boolean unified, List<String> controllers, String umask, Consumer<String> news) {
        this.node = node;
        this.root = root;
        this.unified = unified;
        this.controllers = controllers;
        this.umask = umask;
        this.news = news;
        this.state = controllers.isEmpty() ? "none: there is no control group at " + root : kind();
    }

    /**
     * Looks which groups there are.
     *
     * @param root  where; {@link #ROOT}, but in tests
     * @param umask the mode bits that files of the guests' programs do not get, in octal: {@code 0177} for those that make no directories
     * @param news  is told the {@link #state()} when it becomes another one, for the log
     */
    public static ProcessLimits of(Node node, Path root, String umask, Consumer<String> news) throws IOException {
        Set<String> entries = new TreeSet<>(node.list(root));
        boolean unified = entries.contains("cgroup.controllers");
        return new ProcessLimits(node, root, unified, unified ? CONTROLLERS : CONTROLLERS.stream().filter(entries::contains).toList(), umask, news);
    }

    /** What bounds guests here, as far as is known, or why nothing does: for a label of the host. */
    public String state() {
        return state;
    }

    private String kind() {
        return unified ? "cgroup v2" : "cgroup v1";
    }

    /** Makes a guest's groups, and a command that puts itself into them and becomes the given one. */
    public List<String> around(InstanceId guest, Limits limits, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("sh", "-c", BECOME, "sh", umask));
        try {
            for (Path group : groups(guest)) {
                node.makeDirectory(group);
            }
            settings(guest, limits).forEach(setting -> whole.addAll(List.of(setting.file().toString(), setting.value())));
        } catch (IOException e) {
            become("none: " + e.getMessage());
        }
        whole.add("-");
        whole.addAll(command);
        return whole;
    }

    /**
     * Takes in which limits a guest's first process could not set.
     *
     * @param errors what it has written
     */
    public void heed(String errors) {
        String missing = errors.lines().filter(line -> line.startsWith(NOT_SET)).map(line -> Path.of(line.substring(NOT_SET.length())))
                .map(file -> file.getFileName().toString()).distinct().sorted().collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            become(kind() + " without " + missing);
        }
    }

    private void become(String now) {
        boolean isNew = !state.equals(now);
        state = now;
        if (isNew) {
            news.accept(now);
        }
    }

    /** The processor time that all processes of a guest have used; empty if it does not run, or nobody counts. */
    public Optional<Duration> cpuTime(InstanceId guest) throws IOException {
        return unified ? cpuTime(node.text(root.resolve(OURS).resolve(name(guest)).resolve("cpu.stat"), LONGEST))
                : cpuTime(node.text(root.resolve("cpuacct").resolve(OURS).resolve(name(guest)).resolve("cpuacct.usage"), LONGEST));
    }

    /** Of {@code cpu.stat}, version 2, or {@code cpuacct.usage}, version 1. */
    static Optional<Duration> cpuTime(String text) {
        return text.lines().map(line -> line.split(" ")).filter(words -> words[words.length - 1].matches("\\d{1,18}"))
                .filter(words -> words.length == 1 || words[0].equals("usage_usec"))
                .map(words -> Duration.ofNanos(Long.parseLong(words[words.length - 1]) * (words.length == 1 ? 1 : 1_000))).findFirst();
    }

    /**
     * Takes a guest's groups away. They are empty when it has ended; a process that is ending may still be in them for moments, although it is
     * seen no more. It is no error if there are none.
     */
    public void remove(InstanceId guest) throws IOException, InterruptedException {
        for (int attempt = 1;; attempt++) {
            List<String> removal = new ArrayList<>(List.of("rmdir"));
            for (Path group : groups(guest)) {
                if (!node.list(group).isEmpty()) {
                    removal.add(group.toString());
                }
            }
            if (removal.size() == 1) {
                return;
            }
            Node.Finished removed = node.run(removal, TO_REMOVE);
            if (removed.succeeded()) {
                return;
            } else if (attempt == MOST_REMOVALS) {
                throw new IOException(removed.errors().strip());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** Several hosts may share one kernel, and a guest that moves is on two of them. */
    private String name(InstanceId guest) {
        return guest + "@" + node.name();
    }

    /** Two controllers of version 1 may be one tree under two names. */
    private List<Path> groups(InstanceId guest) {
        Path ours = Path.of(OURS, name(guest));
        return unified ? List.of(root.resolve(ours)) : controllers.stream().map(controller -> root.resolve(controller).resolve(ours)).toList();
    }

    private List<Setting> settings(InstanceId guest, Limits limits) {
        String memory = Long.toString(limits.memoryMiB() << 20);
        String cpu = Long.toString(limits.cpus() * PERIOD_MICROS);
        String processes = Integer.toString(limits.processes());
        List<Setting> settings = new ArrayList<>();
        if (unified) {
            Path group = root.resolve(OURS).resolve(name(guest));
            settings.add(new Setting(root.resolve("cgroup.subtree_control"), "+cpu +memory +pids"));
            settings.add(new Setting(root.resolve(OURS).resolve("cgroup.subtree_control"), "+cpu +memory +pids"));
            settings.add(new Setting(group.resolve("cpu.max"), cpu + " " + PERIOD_MICROS));
            settings.add(new Setting(group.resolve("memory.max"), memory));
            settings.add(new Setting(group.resolve("pids.max"), processes));
        } else {
            for (String controller : controllers) {
                Path group = root.resolve(controller).resolve(OURS).resolve(name(guest));
                switch (controller) {
                    case "cpu" -> settings.add(new Setting(group.resolve("cpu.cfs_quota_us"), cpu));
                    case "memory" -> settings.add(new Setting(group.resolve("memory.limit_in_bytes"), memory));
                    case "pids" -> settings.add(new Setting(group.resolve("pids.max"), processes));
                    default -> { } // it only counts
                }
            }
        }
        groups(guest).forEach(group -> settings.add(new Setting(group.resolve("cgroup.procs"), SELF)));
        return settings;
    }
}
