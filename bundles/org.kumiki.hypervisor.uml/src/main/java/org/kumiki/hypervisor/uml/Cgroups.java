package org.kumiki.hypervisor.uml;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.node.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the processes of a guest within what it was promised, by the kernel's control groups of either version, where we may make any. Where we
 * may not, which takes root, guests run without, and {@link #state()} says why; the memory that a guest sees is bounded in any case.
 */
final class Cgroups {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
    static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String OURS = "kumiki";
    private static final List<String> CONTROLLERS = List.of("cpu", "cpuacct", "memory", "pids");
    private static final Duration TO_WRITE = Duration.ofSeconds(10);
    private static final long PERIOD_MICROS = 100_000;
    /** What the programs beside the guest take. */
    private static final long OVERHEAD_MIB = 256;
    /** Each process of the guest is one of the host as well. */
    private static final int MOST_PROCESSES = 2_048;
    private static final int LONGEST = 1 << 20;
    private static final int MOST_REMOVALS = 250;
    private static final long PAUSE_MILLIS = 20;
    private static final String NOT_SET = "no limit: ";
    /**
     * Files of the program are for its user alone. Then come files of groups, and what is to be written into each; and after a dash what it
     * becomes. One that cannot be written is named, and the others count nevertheless.
     */
    private static final String BECOME = "umask 0077; while [ \"$1\" != - ]; do printf '%s' \"$2\" >\"$1\" || echo \"" + NOT_SET
            + "$1\" >&2; shift 2; done; shift; exec \"$@\"";
    /** The process that writes it. */
    private static final String SELF = "0";

    /** Something to be written into a file of a group. */
    record Setting(Path file, String value) {
    }

    private final Node node;
    private final Path root;
    private final boolean unified;
    private final List<String> controllers;
    private volatile String state;

    private Cgroups(Node node, Path root, boolean unified, List<String> controllers) {
        this.node = node;
        this.root = root;
        this.unified = unified;
        this.controllers = controllers;
        this.state = controllers.isEmpty() ? "none: there is no control group at " + root : kind();
    }

    static Cgroups of(Node node, Path root) throws IOException {
        Set<String> entries = new TreeSet<>(node.list(root));
        boolean unified = entries.contains("cgroup.controllers");
        return new Cgroups(node, root, unified, unified ? CONTROLLERS : CONTROLLERS.stream().filter(entries::contains).toList());
    }

    /** What bounds guests here, or why nothing does. */
    String state() {
        return state;
    }

    private String kind() {
        return unified ? "cgroup v2" : "cgroup v1";
    }

    /** A command that makes a guest's first process: it puts itself into groups of its own, and becomes the given one. */
    List<String> around(InstanceId guest, Resources resources, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("sh", "-c", BECOME, "sh"));
        try {
            for (Path group : groups(guest)) {
                node.makeDirectory(group);
            }
            settings(guest, resources).forEach(setting -> whole.addAll(List.of(setting.file().toString(), setting.value())));
        } catch (IOException e) {
            become("none: " + e.getMessage());
        }
        whole.add("-");
        whole.addAll(command);
        return whole;
    }

    /** Reads in what a guest's processes have written which of its limits could not be set. */
    void heed(String log) {
        String missing = log.lines().filter(line -> line.startsWith(NOT_SET)).map(line -> Path.of(line.substring(NOT_SET.length())))
                .map(file -> file.getFileName().toString()).distinct().sorted().collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            become(kind() + " without " + missing);
        }
    }

    private void become(String news) {
        if (!state.equals(news)) {
            LOG.info("limits of guests on {}: {}", node.name(), news);
        }
        state = news;
    }

    /** The processor time that all processes of a guest have used, if it runs and somebody counts. */
    Optional<Duration> cpuTime(InstanceId guest) throws IOException {
        String text = unified ? Files.read(node, root.resolve(OURS).resolve(name(guest)).resolve("cpu.stat"), LONGEST)
                : Files.read(node, root.resolve("cpuacct").resolve(OURS).resolve(name(guest)).resolve("cpuacct.usage"), LONGEST);
        return cpuTime(text);
    }

    /** Of {@code cpu.stat}, version 2, or {@code cpuacct.usage}, version 1. */
    static Optional<Duration> cpuTime(String text) {
        return text.lines().map(line -> line.split(" ")).filter(words -> words[words.length - 1].matches("\\d{1,18}"))
                .filter(words -> words.length == 1 || words[0].equals("usage_usec"))
                .map(words -> Duration.ofNanos(Long.parseLong(words[words.length - 1]) * (words.length == 1 ? 1 : 1_000))).findFirst();
    }

    /** The groups are empty when the guest has ended; a process that is ending may still be in them, although it is seen no more. */
    void remove(InstanceId guest) throws IOException, InterruptedException {
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
            Node.Finished removed = node.run(removal, TO_WRITE);
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

    private List<Path> groups(InstanceId guest) {
        Path ours = Path.of(OURS, name(guest));
        // Two controllers of version 1 may be one tree under two names.
        return unified ? List.of(root.resolve(ours)) : controllers.stream().map(controller -> root.resolve(controller).resolve(ours)).toList();
    }

    List<Setting> settings(InstanceId guest, Resources resources) {
        String memory = Long.toString(resources.memoryMiB() + OVERHEAD_MIB << 20);
        String cpu = Long.toString(resources.cpus() * PERIOD_MICROS);
        List<Setting> settings = new ArrayList<>();
        if (unified) {
            Path group = root.resolve(OURS).resolve(name(guest));
            settings.add(new Setting(root.resolve("cgroup.subtree_control"), "+cpu +memory +pids"));
            settings.add(new Setting(root.resolve(OURS).resolve("cgroup.subtree_control"), "+cpu +memory +pids"));
            settings.add(new Setting(group.resolve("cpu.max"), cpu + " " + PERIOD_MICROS));
            settings.add(new Setting(group.resolve("memory.max"), memory));
            settings.add(new Setting(group.resolve("pids.max"), Integer.toString(MOST_PROCESSES)));
        } else {
            for (String controller : controllers) {
                Path group = root.resolve(controller).resolve(OURS).resolve(name(guest));
                switch (controller) {
                    case "cpu" -> settings.add(new Setting(group.resolve("cpu.cfs_quota_us"), cpu));
                    case "memory" -> settings.add(new Setting(group.resolve("memory.limit_in_bytes"), memory));
                    case "pids" -> settings.add(new Setting(group.resolve("pids.max"), Integer.toString(MOST_PROCESSES)));
                    default -> { } // it only counts
                }
            }
        }
        groups(guest).forEach(group -> settings.add(new Setting(group.resolve("cgroup.procs"), SELF)));
        return settings;
    }
}
