package org.kumiki.bench.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

import org.kumiki.policy.consolidate.Assortment;

/** OptaPlanner's CloudBalancing: processes go to computers, and the computers in use shall cost little. The sets are not ours to hand on. */
final class CloudBalancing {

    /** One of the sets: what it is called, for how many rounds we search, and what there is to beat. */
    private record Problem(String name, int rounds, String bar) {
    }

    private static final List<Problem> PROBLEMS = List.of(new Problem("100computers-300processes", 8_000, "116,330 in 2 s"),
            new Problem("800computers-2400processes", 15_000, "959,560 in 10 s"));
    private static final Pattern COMPUTER = Pattern
            .compile("\"cpuPower\" : (\\d+),\\s*\"memory\" : (\\d+),\\s*\"networkBandwidth\" : (\\d+),\\s*\"cost\" : (\\d+)");
    private static final Pattern PROCESS = Pattern.compile(
            "\"requiredCpuPower\" : (\\d+),\\s*\"requiredMemory\" : (\\d+),\\s*\"requiredNetworkBandwidth\" : (\\d+)");

    private final PrintStream out;

    CloudBalancing(PrintStream out) {
        this.out = out;
    }

    void run(Path directory) throws IOException {
        for (Problem problem : PROBLEMS) {
            Path file = directory.resolve(problem.name + ".json.gz");
            if (Files.exists(file)) {
                run(problem, read(file));
            } else {
                out.printf("  no %s%n", file.getFileName());
            }
        }
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void run(Problem problem, String text) {
        double[][] computers = numbers(COMPUTER, text);
        double[][] processes = numbers(PROCESS, text);
        double[][] capacity = Arrays.stream(computers).map(computer -> Arrays.copyOf(computer, 3)).toArray(double[][]::new);
        double[] cost = Arrays.stream(computers).mapToDouble(computer -> computer[3]).toArray();
        long began = System.nanoTime();
        int[] hosts = new Assortment(capacity, cost, processes, (process, computer) -> true, 1).search(problem.rounds);
        double seconds = (System.nanoTime() - began) / 1e9;
        boolean fits = hosts != null;
        for (int process = 0; fits && process < hosts.length; process++) {
            for (int dimension = 0; dimension < 3; dimension++) {
                capacity[hosts[process]][dimension] -= processes[process][dimension];
            }
        }
        fits &= Arrays.stream(capacity).flatMapToDouble(Arrays::stream).allMatch(left -> left >= 0);
        double all = fits ? Arrays.stream(hosts).distinct().mapToDouble(host -> cost[host]).sum() : Double.NaN;
        out.printf(Locale.ROOT, "  %-27s costs %,.0f after %.2f s (bar %s)%s%n", problem.name, all, seconds, problem.bar,
                fits ? "" : ": DOES NOT FIT");
    }

    private static double[][] numbers(Pattern pattern, String text) {
        List<double[]> rows = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            double[] row = new double[matcher.groupCount()];
            Arrays.setAll(row, column -> Double.parseDouble(matcher.group(column + 1)));
            rows.add(row);
        }
        return rows.toArray(double[][]::new);
    }
}
