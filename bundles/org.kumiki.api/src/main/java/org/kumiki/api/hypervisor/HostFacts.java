package org.kumiki.api.hypervisor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.model.Resources;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodePrograms;

/**
 * What a node's kernel says of its machine: for a driver's {@link HostReport}. Linux is taken for granted.
 *
 * @param cpus      how many its kernel schedules on
 * @param cpu       what they call themselves; {@code unknown}, if they do not
 * @param memoryMiB all memory there is, whoever uses it
 * @param diskMiB   the size of the file system that was asked for; 0 if it is not known
 * @param kernel    its release, as {@code uname -r} says it
 * @param machine   what its programs are made for, as {@code uname -m} says it
 * @param bootId    another one after each boot
 */
public record HostFacts(int cpus, String cpu, long memoryMiB, long diskMiB, String kernel, String machine, String bootId) {

    /** Nothing measures it, so every host is taken for one with a gigabit network. */
    private static final int NETWORK_MBPS = 1_000;
    private static final Pattern PROCESSOR = Pattern.compile("^processor\\s*:", Pattern.MULTILINE);
    private static final Pattern MODEL = Pattern.compile("^model name\\s*:\\s*(.+)$", Pattern.MULTILINE);
    private static final Pattern MEMORY = Pattern.compile("^MemTotal:\\s*(\\d{1,15}) kB$", Pattern.MULTILINE);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*\\z");
    private static final int LONGEST = 4 << 20;
    private static final Duration TO_ANSWER = Duration.ofSeconds(10);

    /**
     * Asks a node. Blocks.
     *
     * @param disk a directory on the file system that guests' disks are on
     */
    public static HostFacts of(Node node, Path disk) throws IOException {
        String processors = read(node, "/proc/cpuinfo");
        Node.Finished df = node.run(List.of("df", "--block-size=1M", "--output=size", disk.toString()), TO_ANSWER);
        return new HostFacts((int) PROCESSOR.matcher(processors).results().count(),
                first(MODEL, processors, "unknown"),
                Long.parseLong(first(MEMORY, read(node, "/proc/meminfo"), "0")) / 1024,
                df.succeeded() ? Long.parseLong(first(SIZE, df.output(), "0")) : 0,
                read(node, "/proc/sys/kernel/osrelease").strip(),
                NodePrograms.run(node, List.of("uname", "-m"), TO_ANSWER).strip(),
                read(node, "/proc/sys/kernel/random/boot_id").strip());
    }

    /**
     * What guests may be promised of it.
     *
     * @param cpuOvercommit  how many times each CPU, of which there is one at least
     * @param memoryShare    how much of the memory, 1 for all of it
     * @param diskOvercommit how many times the file system; above 1 where most disks are mostly holes
     */
    public Resources capacity(double cpuOvercommit, double memoryShare, double diskOvercommit) {
        return new Resources(Math.max(1, (int) (cpus * cpuOvercommit)), (long) (memoryMiB * memoryShare),
                (long) (diskMiB * diskOvercommit), NETWORK_MBPS);
    }

    private static String read(Node node, String file) throws IOException {
        return new String(node.read(Path.of(file), LONGEST), UTF_8);
    }

    private static String first(Pattern pattern, String text, String otherwise) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : otherwise;
    }
}
