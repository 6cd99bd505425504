package org.kumiki.bench.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.model.Resources;
import org.kumiki.api.view.Hosts;
import org.kumiki.api.view.InstanceTable;

/** Ganeti's htools, where they are installed: they balance a cluster, judge it, and say what else fits. */
final class Ganeti {

    private static final String UNLIMITED = "|128,1,0,1,0,1|128,1,0,1,0,1;16777216,1024,1073741824,16,8,1024|diskless,ext|1.0|1000.0";
    private static final Pattern INITIAL = Pattern.compile("Initial score: *([0-9.]+)");
    private static final Pattern LENGTH = Pattern.compile("Solution length=([0-9]+)");
    private static final Pattern FINAL = Pattern.compile("improved from [0-9.]+ to ([0-9.]+)");
    private static final Pattern FITS = Pattern.compile("HTS_ALLOC_INSTANCES=([0-9]+)");

    /** What hbal did: how uneven the cluster was and became, in Ganeti's score, and with how many moves. */
    record Balanced(double before, double after, int moves, double seconds) {
    }

    private final Path directory;

    Ganeti(Path directory) {
        this.directory = directory;
    }

    static boolean isInstalled() {
        return Files.isExecutable(Path.of("/usr/bin/hbal")) && Files.isExecutable(Path.of("/usr/bin/hspace"));
    }

    /** Lets hbal go on until it finds nothing that is worth a move. */
    Balanced balance(Hosts hosts, InstanceTable instances, int[] hostRow) {
        long began = System.nanoTime();
        String answer = run("hbal", "-t", export(hosts, instances, hostRow).toString(), "--ignore-dynu", "-C", "-v");
        double before = number(INITIAL, answer).orElseThrow();
        return new Balanced(before, number(FINAL, answer).orElse(before), number(LENGTH, answer).orElse(0.0).intValue(),
                (System.nanoTime() - began) / 1e9);
    }

    /** How uneven a cluster is. */
    double score(Hosts hosts, InstanceTable instances, int[] hostRow) {
        return number(INITIAL, run("hbal", "-t", export(hosts, instances, hostRow).toString(), "--ignore-dynu", "-l", "0", "-v")).orElseThrow();
    }

    /** How many more guests of one size hspace finds room for. */
    int fits(Hosts hosts, InstanceTable instances, int[] hostRow, Resources each) {
        return number(FITS, run("hspace", "-t", export(hosts, instances, hostRow).toString(), "--disk-template", "ext", "--no-capacity-checks",
                "--standard-alloc", each.diskMiB() + "," + each.memoryMiB() + "," + each.cpus(), "--machine-readable")).orElseThrow().intValue();
    }

    /** Ganeti's text format: groups, nodes, instances, tags and policies, with an empty line between them. Disks lie outside the nodes. */
    private Path export(Hosts hosts, InstanceTable instances, int[] hostRow) {
        StringBuilder text = new StringBuilder("group|g|preferred||\n\n");
        for (int host = 0; host < hosts.size(); host++) {
            Resources all = hosts.capacity(host);
            long free = all.memoryMiB();
            for (int row = 0; row < hostRow.length; row++) {
                free -= hostRow[row] == host ? instances.memoryMiB(row) : 0;
            }
            text.append(String.format(Locale.ROOT, "h%d|%d|0|%d|1048576|1048576|%d|%s|g|1%n", host, all.memoryMiB(), free, all.cpus(),
                    host == 0 ? "M" : "N"));
        }
        text.append('\n');
        for (int row = 0; row < hostRow.length; row++) {
            text.append(String.format(Locale.ROOT, "i%d|%d|0|%d|running|Y|h%d||ext||1%n", row, instances.memoryMiB(row), instances.cpus(row),
                    hostRow[row]));
        }
        text.append("\n\n").append(UNLIMITED).append("\ngroup").append(UNLIMITED).append('\n');
        try {
            return Files.writeString(directory.resolve("cluster.data"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Double> number(Pattern pattern, String answer) {
        Matcher matcher = pattern.matcher(answer);
        return matcher.find() ? Optional.of(Double.parseDouble(matcher.group(1))) : Optional.empty();
    }

    private String run(String... command) {
        try {
            Path answer = directory.resolve("answer");
            Process process = new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true).redirectOutput(answer.toFile()).start();
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(command[0] + " does not end");
            }
            String text = Files.readString(answer);
            if (process.exitValue() != 0) {
                throw new IllegalStateException(command[0] + " failed: " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
