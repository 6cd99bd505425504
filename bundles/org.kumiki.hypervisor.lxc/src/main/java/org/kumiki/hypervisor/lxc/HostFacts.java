package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.model.Resources;
import org.kumiki.api.node.Node;

/** What a node's kernel says of its machine. */
record HostFacts(int cpus, String cpu, long memoryMiB, long diskMiB, String kernel, String machine) {

    /** Nothing measures it, so every host is taken for one with a gigabit network. */
    private static final int NETWORK_MBPS = 1_000;
    private static final Pattern PROCESSOR = Pattern.compile("^processor\\s*:", Pattern.MULTILINE);
    private static final Pattern MODEL = Pattern.compile("^model name\\s*:\\s*(.+)$", Pattern.MULTILINE);
    private static final Pattern MEMORY = Pattern.compile("^MemTotal:\\s*(\\d{1,15}) kB$", Pattern.MULTILINE);
    private static final Duration TO_ANSWER = Duration.ofSeconds(10);

    static HostFacts of(Node node, Path disk) throws IOException {
        String processors = text(node, "/proc/cpuinfo");
        Node.Finished df = node.run(List.of("df", "--block-size=1M", "--output=size", disk.toString()), TO_ANSWER);
        return new HostFacts((int) PROCESSOR.matcher(processors).results().count(),
                first(MODEL, processors, "unknown"),
                Long.parseLong(first(MEMORY, text(node, "/proc/meminfo"), "0")) / 1024,
                df.succeeded() ? lastNumber(df.output()) : 0,
                text(node, "/proc/sys/kernel/osrelease").strip(),
                Commands.run(node, List.of("uname", "-m")).strip());
    }

    /** What guests may take of it. */
    Resources capacity(LxcSettings settings) {
        return new Resources(Math.max(1, (int) (cpus * settings.cpuOvercommit())), (long) (memoryMiB * settings.memoryShare()),
                diskMiB, NETWORK_MBPS);
    }

    static long lastNumber(String text) {
        String[] words = text.strip().split("\\s+");
        String last = words[words.length - 1];
        return last.matches("\\d{1,15}") ? Long.parseLong(last) : 0;
    }

    private static String text(Node node, String file) throws IOException {
        return new String(node.read(Path.of(file), 4 << 20), UTF_8);
    }

    private static String first(Pattern pattern, String text, String otherwise) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : otherwise;
    }
}
