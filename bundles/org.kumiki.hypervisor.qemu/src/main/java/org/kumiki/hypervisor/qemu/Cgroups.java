package org.kumiki.hypervisor.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.node.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a guest's process within what the guest was promised, by the kernel's control groups of either version, where we may make any. Where
 * we may not, which takes root, guests run without, and {@link #state()} says why.
 */
final class Cgroups {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
    static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String OURS = "kumiki";
    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");
    private static final Duration TO_WRITE = Duration.ofSeconds(10);
    private static final long PERIOD_MICROS = 100_000;
    /** What QEMU takes beside the guest's memory: itself, translated code, buffers. */
    private static final long OVERHEAD_MIB = 512;
    /** QEMU makes up to 64 threads for input and output. */
    private static final int MOST_THREADS = 256;
    private static final int MOST_REMOVALS = 50;
    private static final Duration BETWEEN_REMOVALS = Duration.ofMillis(20);
    /** Writes into each file what comes after it, without looking at either. */
    private static final String WRITE = "while [ $# -gt 1 ]; do printf '%s' \"$2\" >\"$1\" || exit 1; shift 2; done";

    /** Something to be written into a file of a group. */
    private record Setting(Path file, String value) {
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
        this.state = controllers.isEmpty() ? "none: there is no control group at " + root : unified ? "cgroup v2" : "cgroup v1";
    }

    static Cgroups of(Node node, Path root) throws IOException {
        Set<String> entries = new TreeSet<>(node.list(root));
        if (entries.contains("cgroup.controllers")) {
            return new Cgroups(node, root, true, CONTROLLERS);
        }
        return new Cgroups(node, root, false, CONTROLLERS.stream().filter(entries::contains).toList());
    }

    /** What bounds guests here, or why nothing does. */
    String state() {
        return state;
    }

    /** Puts a guest's process into groups of its own. */
    void place(InstanceId guest, long pid, Resources resources) throws IOException {
        try {
            for (Path group : groups(guest)) {
                node.makeDirectory(group);
            }
            set(settings(guest, pid, resources));
        } catch (IOException e) {
            if (!state.startsWith("none")) {
                LOG.info("guests on {} are not bounded by control groups: {}", node.name(), e.toString());
            }
            state = "none: " + e;
            remove(guest);
        }
    }

    /** The groups are empty when the process has ended; one that is ending may still be in them, although it is seen no more. */
    void remove(InstanceId guest) throws IOException {
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
                LOG.warn("{}: {}", guest, removed.errors().strip());
                return;
            }
            LockSupport.parkNanos(BETWEEN_REMOVALS.toNanos());
        }
    }

    /** Several hosts may share one kernel, and a guest that moves is on two of them. */
    private String name(InstanceId guest) {
        return guest + "@" + node.name();
    }

    private List<Path> groups(InstanceId guest) {
        Path ours = Path.of(OURS, name(guest));
        return unified ? List.of(root.resolve(ours)) : controllers.stream().map(controller -> root.resolve(controller).resolve(ours)).toList();
    }

    private List<Setting> settings(InstanceId guest, long pid, Resources resources) {
        long memory = (resources.memoryMiB() + resources.memoryMiB() / 20 + OVERHEAD_MIB) << 20;
        long cpu = resources.cpus() * PERIOD_MICROS;
        List<Setting> settings = new ArrayList<>();
        if (unified) {
            Path group = root.resolve(OURS).resolve(name(guest));
            settings.add(new Setting(root.resolve("cgroup.subtree_control"), "+cpu +memory +pids"));
            settings.add(new Setting(root.resolve(OURS).resolve("cgroup.subtree_control"), "+cpu +memory +pids"));
            settings.add(new Setting(group.resolve("cpu.max"), cpu + " " + PERIOD_MICROS));
            settings.add(new Setting(group.resolve("memory.max"), Long.toString(memory)));
            settings.add(new Setting(group.resolve("pids.max"), Integer.toString(MOST_THREADS)));
        } else {
            for (String controller : controllers) {
                Path group = root.resolve(controller).resolve(OURS).resolve(name(guest));
                settings.add(switch (controller) {
                    case "cpu" -> new Setting(group.resolve("cpu.cfs_quota_us"), Long.toString(cpu));
                    case "memory" -> new Setting(group.resolve("memory.limit_in_bytes"), Long.toString(memory));
                    default -> new Setting(group.resolve("pids.max"), Integer.toString(MOST_THREADS));
                });
            }
        }
        groups(guest).forEach(group -> settings.add(new Setting(group.resolve("cgroup.procs"), Long.toString(pid))));
        return settings;
    }

    /** A file of the kernel cannot be replaced as a whole, which is how a node writes. All of them by one program: a guest waits for it. */
    private void set(List<Setting> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", WRITE, "sh"));
        settings.forEach(setting -> command.addAll(List.of(setting.file().toString(), setting.value())));
        Node.Finished written = node.run(command, TO_WRITE);
        if (!written.succeeded()) {
            throw new IOException(written.errors().strip());
        }
    }
}
