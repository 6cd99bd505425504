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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** {@code kumiki simulate SCENARIO}: reads a scenario, carries its runs out, and says what came of them. */
public final class Simulate {

    static final String USAGE = """
            usage: kumiki simulate [OPTION...] SCENARIO
              --out DIR      for runs.csv, series.csv and report.html (default: the scenario's name and -results, here)
              --resume       go on with what is there: a run that is in runs.csv is not made again
              --overwrite    begin anew although there are results
              --jobs N       how many runs at a time (default: as many as there are cores and memory for)
              --plugins DIR  policies in jars of your own
              --check        only say whether the scenario can be run
              --example      print a scenario that can
            """;

    private static final int WRONG_USE = 2;
    private static final int MOST_REASONS = 5;

    /** What the command line says. */
    private record Options(Map<String, String> values, Optional<Path> scenario) {

        private static final List<String> WITH_VALUE = List.of("--out", "--jobs", "--plugins");
        private static final List<String> WITHOUT = List.of("--resume", "--overwrite", "--check", "--example");

        static Options read(List<String> arguments) throws ScenarioException {
            Map<String, String> values = new TreeMap<>();
            Optional<Path> scenario = Optional.empty();
            for (int index = 0; index < arguments.size(); index++) {
                String argument = arguments.get(index);
                if (WITH_VALUE.contains(argument) && index + 1 < arguments.size()) {
                    values.put(argument, arguments.get(++index));
                } else if (WITHOUT.contains(argument)) {
                    values.put(argument, "");
                } else if (argument.startsWith("-") || scenario.isPresent()) {
                    throw new ScenarioException("", 0, (WITH_VALUE.contains(argument) ? argument + " needs a value" : "'" + argument + "' is not understood") + "\n" + USAGE.strip());
                } else {
                    scenario = Optional.of(Path.of(argument));
                }
            }
            return new Options(values, scenario);
        }

        boolean has(String option) {
            return values.containsKey(option);
        }

        Path file() throws ScenarioException {
            return scenario.orElseThrow(() -> new ScenarioException("", 0, "which scenario?\n" + USAGE.strip()));
        }

        Path out() throws ScenarioException {
            String name = file().getFileName().toString().replaceFirst("\\.ya?ml$", "");
            return Path.of(values.getOrDefault("--out", name + "-results"));
        }

        int jobs(int otherwise) throws ScenarioException {
            String jobs = values.getOrDefault("--jobs", Integer.toString(otherwise));
            if (!jobs.matches("[1-9]\\d{0,3}")) {
                throw new ScenarioException("", 0, "--jobs is how many runs at a time, from 1 on, and not '" + jobs + "'");
            }
            return Integer.parseInt(jobs);
        }
    }

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
        System.exit(new Simulate(System.out, Boolean.getBoolean("kumiki.terminal"), Optional.empty()).run(List.of(arguments)));
    }

    /** Does what the command line says; returns what the program ends with: 0 if all is well, 1 if runs failed, 2 if it cannot be done so. */
    public int run(List<String> arguments) {
        try {
            Options options = Options.read(arguments);
            if (options.has("--example")) {
                out.print(example());
                return 0;
            }
            Policies policies = policies(options);
            Scenario scenario = ScenarioReader.read(options.file(), policies);
            if (options.has("--check")) {
                out.println(options.file() + " is well: " + scenario.runs().size() + " runs, " + scenario.policies().size() + " policies with " + scenario.seeds().size()
                        + " seeds each.");
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

    static String example() throws IOException {
        try (InputStream bytes = Simulate.class.getResourceAsStream("example.yaml")) {
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
            throw new ScenarioException("", 0, directory + " has results already; --resume goes on with them, --overwrite begins anew, --out DIR puts new ones elsewhere");
        }
        int jobs = options.jobs(LocalCores.fitting(scenario, Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory()));
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
        out.println(scenario.name() + ": " + all + " runs" + (missing.size() < all ? ", " + (all - missing.size()) + " of them there already" : "") + ", on " + spread.place());
        if (missing.isEmpty()) {
            return;
        }
        Progress progress = new Progress(out, isTerminal, missing.size(), System::nanoTime);
        Thread farewell = new Thread(() -> {
            int left = ledger.missing().size();
            if (left > 0) {
                System.err.println("\nkumiki: stopped; " + (all - left) + " of " + all + " runs are in " + directory + ", and --resume goes on with them");
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
        List<List<String>> rows = new ArrayList<>();
        List<Metric> metrics = List.of(Metric.ENERGY_KWH, Metric.MIGRATIONS, Metric.SLATAH_PERCENT, Metric.ESV_KWH);
        rows.add(row("policy", metrics, metric -> (metric.title() + " " + metric.unit()).strip()));
        findings.ranking().forEach(policy -> rows.add(row(findings.label(policy), metrics, metric -> Findings.shown(metric, findings.estimate(policy, metric)))));
        int[] widths = new int[metrics.size() + 1];
        rows.forEach(row -> java.util.Arrays.setAll(widths, column -> Math.max(widths[column], row.get(column).length())));
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  %-" + widths[0] + "s", row.get(0)));
            for (int column = 1; column < widths.length; column++) {
                line.append(String.format(Locale.ROOT, "  %" + widths[column] + "s", row.get(column)));
            }
            out.println(line);
        }
        out.println(findings.verdict());
    }

    private static List<String> row(String first, List<Metric> metrics, Function<Metric, String> cell) {
        List<String> row = new ArrayList<>(List.of(first));
        metrics.forEach(metric -> row.add(cell.apply(metric)));
        return row;
    }
}
