package org.kumiki.bench.density;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The processor time of this program, of all that it has started, and of all containers, as control groups count it: what else works on the
 * machine is not in it.
 */
final class CpuTime {

    /** Of this program and of what it starts; what contestants have of their own is below it. */
    static final String GROUP = "kumiki-bench";
    private static final List<String> COUNTED = List.of(GROUP, "kumiki");
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Path VERSION_1 = ROOT.resolve("cpuacct");

    /** Begins to count. */
    CpuTime() throws IOException {
        Path group = Files.createDirectories(tree().resolve(GROUP));
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(ProcessHandle.current().pid()));
    }

    private static Path tree() {
        return Files.isDirectory(VERSION_1) ? VERSION_1 : ROOT;
    }

    /** In seconds, since whenever. */
    double used() throws IOException {
        double sum = 0;
        for (String name : COUNTED) {
            Path group = tree().resolve(name);
            if (Files.isDirectory(group)) {
                sum += used(group);
            }
        }
        return sum;
    }

    private static double used(Path group) throws IOException {
        Path nanos = group.resolve("cpuacct.usage");
        return Files.exists(nanos) ? Long.parseLong(Files.readString(nanos, US_ASCII).strip()) / 1e9
                : Files.readAllLines(group.resolve("cpu.stat"), US_ASCII).stream().filter(line -> line.startsWith("usage_usec "))
                        .mapToLong(line -> Long.parseLong(line.split(" ")[1])).sum() / 1e6;
    }
}
