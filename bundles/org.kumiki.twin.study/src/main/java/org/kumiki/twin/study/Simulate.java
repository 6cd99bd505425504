package org.kumiki.twin.study;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** {@code kumiki simulate SCENARIO}: reads a scenario, carries its runs out, and says what came of them. */
public final class Simulate {

    /** The engine's, which says what it does, thousands of times in a study; kept here, as Java forgets the levels of loggers that nobody has. */
    private static final Logger ENGINE = Logger.getLogger("org.kumiki");
    private static final int WRONG_USE = 2;
    private static final int MOST_REASONS = 5;

    private final PrintStream out;
    private final boolean isTerminal;
    private final Optional<Spread> elsewhere;

    /**
     * @param isTerminal whether {@code out} is a terminal, on which lines may change
     * @param elsewhere  where runs are carried out, if not on this machine's cores
     */
    public Simulate(PrintStream out, boolean isTerminal, Optional<Spread> elsewhere) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.elsewhere = elsewhere;
    }

    public static void main(String[] arguments) {
        ENGINE.setLevel(Level.SEVERE);
        System.exit(new Simulate(System.out, Boolean.getBoolean("kumiki.terminal"), Optional.empty()).run(List.of(arguments)));
    }

    /** Does what the command line says; returns what the program ends with: 0 if all is well, 1 if runs failed, 2 if it cannot be done so. */
    public int run(List<String> arguments) {
        try {
            Options options = Options.read(arguments);
            if (options.has("--help")) {
                out.print(Options.USAGE);
                return 0;
            }
            if (options.has("--example")) {
                out.print(example(options.example()));
                return 0;
            }
            Policies policies = policies(options);
            Scenario scenario = ScenarioReader.read(options.file(), policies);
            if (options.has("--check")) {
                out.println(options.file() + " is well: " + scenario.runs().size() + " runs, " + scenario.policies().size() + " policies with "
                        + scenario.seeds().size() + " seeds each.");
                return 0;
            }
            return study(scenario, policies, options);
        } catch (ScenarioException e) {
            System.err.println("kumiki: " + e.getMessage());
            return WRONG_USE;
        } catch (IOException | UncheckedIOException e) {
            System.err.println("kumiki: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** A scenario that can be run. */
    static String example(String name) throws IOException {
        try (InputStream bytes = Simulate.class.getResourceAsStream("examples/" + name + ".yaml")) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Policies policies(Options options) throws IOException, ScenarioException {
        ClassLoader classes = Thread.currentThread().getContextClassLoader();
        if (!options.has("--plugins")) {
            return Policies.of(classes);
        }
        Path directory = Path.of(options.values().get("--plugins"));
        if (!Files.isDirectory(directory)) {
            throw new ScenarioException("", 0, "--plugins: there is no directory " + directory);
        }
        return Policies.of(directory, classes);
    }

    private int study(Scenario scenario, Policies policies, Options options) throws IOException, ScenarioException, InterruptedException {
        Path directory = options.out();
        if (Files.exists(directory.resolve(Ledger.RUNS)) && !options.has("--resume") && !options.has("--overwrite")) {
            throw new ScenarioException("", 0, directory
                    + " has results already; --resume goes on with them, --overwrite begins anew, --out DIR puts new ones elsewhere");
        }
        Runtime here = Runtime.getRuntime();
        int jobs = options.jobs(LocalCores.fitting(scenario, here.availableProcessors(), here.maxMemory()));
        Spread spread = elsewhere.orElse(new LocalCores(policies, jobs));
        Files.createDirectories(directory);
        Digests digests = new Digests(scenario, policies);
        List<String> reasons = new ArrayList<>();
        try (Ledger ledger = new Ledger(directory, scenario, digests::of, options.has("--resume"))) {
            carryOut(scenario, ledger, spread, reasons, directory);
            ledger.sort();
        }
        Path report = Report.write(scenario, directory);
        say(Findings.read(scenario, directory));
        out.println(report.toAbsolutePath().normalize());
        reasons.stream().limit(MOST_REASONS).forEach(reason -> System.err.println("kumiki: " + reason));
        return reasons.isEmpty() ? 0 : 1;
    }

    private void carryOut(Scenario scenario, Ledger ledger, Spread spread, List<String> reasons, Path directory) throws InterruptedException {
        List<Run> missing = ledger.missing();
        int all = scenario.runs().size();
        String there = missing.size() < all ? ", " + (all - missing.size()) + " of them there already" : "";
        out.println(scenario.name() + ": " + all + " runs" + there + ", on " + spread.place());
        if (missing.isEmpty()) {
            return;
        }
        Progress progress = new Progress(out, isTerminal, missing.size(), System::nanoTime);
        Thread farewell = new Thread(() -> {
            int left = ledger.missing().size();
            if (left > 0) {
                System.err.println("\nkumiki: stopped; " + (all - left) + " of " + all + " runs are in " + directory
                        + ", and --resume goes on with them");
            }
        });
        Runtime.getRuntime().addShutdownHook(farewell);
        spread.run(scenario, missing, new Spread.Listener() {

            @Override
            public void done(Run run, Result result) {
                try {
                    ledger.add(run, result);
                    progress.ended(true);
                } catch (UncheckedIOException e) {
                    failed(run, e.getMessage());
                }
            }

            @Override
            public void failed(Run run, String reason) {
                synchronized (reasons) {
                    reasons.add(scenario.policies().get(run.policy()).label() + " with seed " + run.seed() + " failed: " + reason);
                }
                progress.ended(false);
            }
        });
        Runtime.getRuntime().removeShutdownHook(farewell);
    }

    private void say(Findings findings) {
        if (findings.ranking().isEmpty()) {
            out.println("There is nothing to compare: no run went well.");
            return;
        }
        List<Metric> metrics = Stream.of(Metric.ENERGY_KWH, Metric.MIGRATIONS, Metric.SLATAH_PERCENT, Metric.ESV_KWH, Metric.FAILED_LAUNCHES)
                .filter(findings.metrics()::contains).toList();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("policy", metrics, metric -> (metric.title() + " " + metric.unit()).strip()));
        for (int policy : findings.ranking()) {
            rows.add(row(findings.label(policy), metrics, metric -> Findings.shown(metric, findings.estimate(policy, metric))));
        }
        TextTable.lines(rows).forEach(out::println);
        out.println(Verdict.of(findings));
    }

    private static List<String> row(String first, List<Metric> metrics, Function<Metric, String> cell) {
        List<String> row = new ArrayList<>(List.of(first));
        metrics.forEach(metric -> row.add(cell.apply(metric)));
        return row;
    }
}
