package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.model.Resources;
import org.kumiki.api.node.Node;

/** What guests may take of a host. */
final class Capacity {

    /** Nothing measures it, so every host is taken for one with a gigabit network. */
    private static final int NETWORK_MBPS = 1_000;
    private static final Duration TO_ANSWER = Duration.ofSeconds(20);

    private Capacity() {
    }

    /** @param takenMiB what guests of ours have already; what dom0 and domains of others have is not ours to promise */
    static Resources of(XenFacts facts, long takenMiB, long diskMiB, XenSettings settings) {
        return new Resources(Math.max(1, (int) (facts.cpus() * settings.cpuOvercommit())), (long) ((facts.freeMiB() + takenMiB) * settings.memoryShare()),
                diskMiB, NETWORK_MBPS);
    }

    /** In MiB, of the file system that a directory is on; 0 if the node does not say. */
    static long disk(Node node, Path directory) throws IOException {
        Node.Finished df = node.run(List.of("df", "-m", "-P", directory.toString()), TO_ANSWER);
        return df.succeeded() ? blocks(df.output()) : 0;
    }

    static long blocks(String df) {
        String[] lines = df.strip().split("\n");
        String[] words = lines[lines.length - 1].strip().split("\\s+");
        return words.length > 1 && words[1].matches("\\d{1,15}") ? Long.parseLong(words[1]) : 0;
    }
}
