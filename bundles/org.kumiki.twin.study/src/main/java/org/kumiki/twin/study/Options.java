package org.kumiki.twin.study;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the command line says.
 *
 * @param values   of the options that are there
 * @param scenario what stands alone
 */
record Options(Map<String, String> values, Optional<Path> scenario) {

    static final String USAGE = """
            usage: kumiki simulate [OPTION...] SCENARIO
              --out DIR      for runs.csv, series.csv and report.html (default: the scenario's name and -results, here)
              --resume       go on with what is there: a run that is in runs.csv is not made again
              --overwrite    begin anew although there are results
              --jobs N       how many runs at a time (default: as many as there are cores and memory for)
              --plugins DIR  policies in jars of your own
              --check        only say whether the scenario can be run
              --example      print a scenario that can; also --example arrivals, or animoto
              --spark MASTER first of all: on the Spark cluster there, by the spark-submit of SPARK_HOME
            docs/simulate.md says what a scenario is.
            """;

    static final List<String> EXAMPLES = List.of("day", "arrivals", "animoto");

    private static final List<String> WITH_VALUE = List.of("--out", "--jobs", "--plugins");
    private static final List<String> WITHOUT = List.of("--resume", "--overwrite", "--check", "--example", "--help");

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
                String problem = WITH_VALUE.contains(argument) ? argument + " needs a value" : "'" + argument + "' is not understood";
                throw new ScenarioException("", 0, problem + "\n" + USAGE.strip());
            } else {
                scenario = Optional.of(Path.of(argument));
            }
        }
        return new Options(values, scenario);
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    /** The example that is asked for. */
    String example() throws ScenarioException {
        String name = scenario.map(Path::toString).orElse(EXAMPLES.get(0));
        if (!EXAMPLES.contains(name)) {
            throw new ScenarioException("", 0, "there is no example '" + name + "'; there are " + String.join(", ", EXAMPLES));
        }
        return name;
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
