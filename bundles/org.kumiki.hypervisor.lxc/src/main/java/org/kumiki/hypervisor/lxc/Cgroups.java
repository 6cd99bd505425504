package org.kumiki.hypervisor.lxc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.kumiki.api.model.Resources;
import org.kumiki.api.node.Node;

/**
 * The kernel's control groups as they are laid out on a node: which file bounds what, and where a container's processes are counted.
 *
 * @param root        where they are mounted
 * @param layout      how
 * @param controllers those of version 1 that are there; all that are used, if the version is 2
 */
record Cgroups(Path root, Layout layout, Set<String> controllers) {

    static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String GUESTS = "kumiki/lxc";
    private static final String MONITORS = "kumiki/lxc-monitor";
    private static final Set<String> NEEDED = Set.of("cpu", "memory", "pids");
    private static final long PERIOD_MICROS = 100_000;
    private static final int MOST_PROCESSES = 2_048;
    private static final int LONGEST = 1 << 20;
    private static final Duration TO_CLEAR = Duration.ofSeconds(10);
    /** What a guest may open of devices: null, zero, full, random, urandom, its terminals. */
    private static final List<String> DEVICES = List.of("c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm",
            "c 5:0 rwm", "c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm");

    /** The ways to have control groups. */
    enum Layout {
        /** Version 1: a tree a controller. */
        V1,
        /** Version 1, and beside it an empty tree of version 2, which bounds nothing. */
        HYBRID,
        /** Version 2: one tree. */
        V2
    }

    /** One thing that LXC writes into a group: what it calls the file, and what becomes its content. */
    record Limit(String key, String value) {
    }

    /** @throws IOException if guests could not be bounded here; the message says what lacks */
    static Cgroups of(Node node, Path root) throws IOException {
        Set<String> entries = new TreeSet<>(node.list(root));
        if (entries.contains("cgroup.controllers")) {
            return check(new Cgroups(root, Layout.V2, Set.of(node.text(root.resolve("cgroup.controllers"), LONGEST).strip().split("\\s+"))));
        }
        return check(new Cgroups(root, entries.contains("unified") ? Layout.HYBRID : Layout.V1, entries));
    }

    private static Cgroups check(Cgroups found) throws IOException {
        Set<String> missing = new TreeSet<>(NEEDED);
        missing.removeAll(found.controllers);
        if (!missing.isEmpty()) {
            throw new IOException("no container could be kept within its limits: the control groups at " + found.root + " ("
                    + found.description() + ") lack " + String.join(", ", missing));
        }
        return found;
    }

    String description() {
        return switch (layout) {
            case V1 -> "cgroup v1";
            case HYBRID -> "cgroup v1, hybrid";
            case V2 -> "cgroup v2";
        };
    }

    /** The group of a guest, below each root. */
    static String guest(String name) {
        return GUESTS + "/" + name;
    }

    /** The group of the process that LXC looks after a guest with. */
    static String monitor(String name) {
        return MONITORS + "/" + name;
    }

    /** All groups of a guest and of what LXC looks after it with, while it runs. */
    List<Path> groups(String name) {
        return (layout == Layout.V2 ? Stream.of(root) : controllers.stream().sorted().map(root::resolve))
                .flatMap(tree -> Stream.of(monitor(name), guest(name)).map(tree::resolve)).toList();
    }

    /** Swap is no memory: a guest that has used up its own ends there. */
    List<Limit> limits(Resources resources) {
        String memory = Long.toString(resources.memoryMiB() << 20);
        String cpu = Long.toString(resources.cpus() * PERIOD_MICROS);
        List<Limit> limits = new ArrayList<>();
        if (layout == Layout.V2) {
            limits.add(new Limit("lxc.cgroup2.cpu.max", cpu + " " + PERIOD_MICROS));
            limits.add(new Limit("lxc.cgroup2.memory.max", memory));
            limits.add(new Limit("lxc.cgroup2.memory.swap.max", "0"));
            limits.add(new Limit("lxc.cgroup2.pids.max", Integer.toString(MOST_PROCESSES)));
            limits.add(new Limit("lxc.cgroup2.devices.deny", "a"));
            DEVICES.forEach(device -> limits.add(new Limit("lxc.cgroup2.devices.allow", device)));
        } else {
            limits.add(new Limit("lxc.cgroup.cpu.cfs_period_us", Long.toString(PERIOD_MICROS)));
            limits.add(new Limit("lxc.cgroup.cpu.cfs_quota_us", cpu));
            limits.add(new Limit("lxc.cgroup.memory.limit_in_bytes", memory));
            limits.add(new Limit("lxc.cgroup.memory.swappiness", "0"));
            limits.add(new Limit("lxc.cgroup.pids.max", Integer.toString(MOST_PROCESSES)));
            if (controllers.contains("devices")) {
                limits.add(new Limit("lxc.cgroup.devices.deny", "a"));
                DEVICES.forEach(device -> limits.add(new Limit("lxc.cgroup.devices.allow", device)));
            }
        }
        return limits;
    }

    /** Whether LXC's process for a guest lives. The guest's own groups prove nothing: it may make groups in them. */
    boolean runs(Node node, String name) throws IOException {
        return !node.text(tree("pids").resolve(monitor(name)).resolve("cgroup.procs"), LONGEST).isBlank();
    }

    /** Of guests that may run: LXC takes the groups of one away when it has ended. */
    List<String> candidates(Node node) throws IOException {
        return node.list(tree("pids").resolve(MONITORS));
    }

    /**
     * Takes away what is left of a guest's groups, of those that it has made in them, and of its processes, which end with LXC's process unless that was
     * killed. That one must not run.
     *
     * @return whether nothing is left; else it is to be called again
     */
    boolean clear(Node node, String name) throws IOException {
        List<String> left = new ArrayList<>();
        for (Path group : groups(name)) {
            if (node.exists(group)) {
                left.add(group.toString());
            }
        }
        if (left.isEmpty() || find(node, left, "-depth", "-type", "d", "-delete").succeeded()) {
            return true;
        }
        List<String> processes = find(node, left, "-name", "cgroup.procs", "-exec", "cat", "{}", "+").output().lines().distinct().toList();
        if (!processes.isEmpty()) {
            node.run(Stream.concat(Stream.of("kill", "-KILL"), processes.stream()).toList(), TO_CLEAR);
        }
        return false;
    }

    private static Node.Finished find(Node node, List<String> groups, String... what) throws IOException {
        return node.run(Stream.of(Stream.of("find"), groups.stream(), Stream.of(what)).flatMap(words -> words).toList(), TO_CLEAR);
    }

    /** The processor time that all processes of a guest have used, if it runs and somebody counts. */
    Optional<Duration> cpuTime(Node node, String name) throws IOException {
        if (layout == Layout.V2) {
            String micros = value(node.text(root.resolve(guest(name)).resolve("cpu.stat"), LONGEST), "usage_usec");
            return micros.isEmpty() ? Optional.empty() : Optional.of(Duration.ofNanos(1_000 * Long.parseLong(micros)));
        }
        String nanos = node.text(tree("cpuacct").resolve(guest(name)).resolve("cpuacct.usage"), LONGEST).strip();
        return nanos.isEmpty() ? Optional.empty() : Optional.of(Duration.ofNanos(Long.parseLong(nanos)));
    }

    private Path tree(String controller) {
        return layout == Layout.V2 ? root : root.resolve(controller);
    }

    private static String value(String text, String key) {
        return text.lines().filter(line -> line.startsWith(key + " ")).map(line -> line.substring(key.length() + 1).strip())
                .filter(number -> number.matches("\\d{1,18}")).findFirst().orElse("");
    }
}
