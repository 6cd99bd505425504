package org.kumiki.twin.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What the tables of a study say: read from them, so that a report has no figure that they have not.
 *
 * @param scenario of the study
 * @param values   by policy, as the scenario has them, and seed
 */
record Findings(Scenario scenario, List<Map<Long, Map<Metric, Double>>> values) {

    static final double SIGNIFICANT = 0.05;

    /**
     * How a policy differs from the best.
     *
     * @param policy     which of the scenario's
     * @param difference of what policies are compared by, on the seeds that both have
     * @param p          how likely that is by chance alone, for all policies together
     */
    record Difference(int policy, Estimate difference, double p) {

        boolean isSignificant() {
            return p < SIGNIFICANT;
        }
    }

    static Findings read(Scenario scenario, Path directory) throws IOException {
        List<Map<Long, Map<Metric, Double>>> values = new ArrayList<>();
        scenario.policies().forEach(policy -> values.add(new TreeMap<>()));
        List<String> labels = scenario.policies().stream().map(Choice::label).toList();
        for (String line : Files.readAllLines(directory.resolve(Ledger.RUNS)).stream().skip(1).toList()) {
            List<String> row = Csv.values(line);
            Map<Metric, Double> metrics = new TreeMap<>();
            for (Metric metric : Metric.values()) {
                String value = row.get(Ledger.FIRST_METRIC + metric.ordinal());
                if (!value.isEmpty()) {
                    metrics.put(metric, Double.valueOf(value));
                }
            }
            values.get(labels.indexOf(row.get(1))).put(Long.valueOf(row.get(2)), metrics);
        }
        return new Findings(scenario, values);
    }

    /** Those that some run has. */
    List<Metric> metrics() {
        return Arrays.stream(Metric.values())
                .filter(metric -> values.stream().flatMap(seeds -> seeds.values().stream()).anyMatch(each -> each.containsKey(metric))).toList();
    }

    /** What a policy came to, a value a seed. */
    double[] of(int policy, Metric metric) {
        return values.get(policy).values().stream().filter(each -> each.containsKey(metric)).mapToDouble(each -> each.get(metric)).toArray();
    }

    Estimate estimate(int policy, Metric metric) {
        return Estimate.of(of(policy, metric));
    }

    /** The policies of which there are runs, the best first; those that do not keep the scenario's bounds come last. */
    List<Integer> ranking() {
        return IntStream.range(0, values.size()).filter(policy -> !values.get(policy).isEmpty()).boxed()
                .sorted(Comparator.comparing((Integer policy) -> !broken(policy).isEmpty())
                        .thenComparingDouble(policy -> estimate(policy, scenario.compare()).mean()))
                .toList();
    }

    /** The scenario's bounds that a policy does not keep on the average. */
    List<Metric> broken(int policy) {
        return scenario.bounds().entrySet().stream().filter(bound -> !(estimate(policy, bound.getKey()).mean() <= bound.getValue()))
                .map(Map.Entry::getKey).toList();
    }

    /** The best of those that keep all bounds. */
    Optional<Integer> best() {
        return ranking().stream().findFirst().filter(policy -> broken(policy).isEmpty());
    }

    /** How the others differ from the best: each seed of the one with the same of the other. */
    List<Difference> differences(int best) {
        List<Integer> others = ranking().stream().filter(policy -> policy != best).toList();
        List<Estimate> estimates = new ArrayList<>();
        double[] p = new double[others.size()];
        for (int index = 0; index < p.length; index++) {
            double[][] pairs = pairs(others.get(index), best);
            double[] difference = IntStream.range(0, pairs[0].length).mapToDouble(pair -> pairs[0][pair] - pairs[1][pair]).toArray();
            estimates.add(Estimate.of(difference));
            p[index] = Estimate.pairedP(pairs[0], pairs[1]);
        }
        double[] adjusted = Estimate.holm(p);
        return IntStream.range(0, p.length).mapToObj(index -> new Difference(others.get(index), estimates.get(index), adjusted[index])).toList();
    }

    private double[][] pairs(int one, int other) {
        Metric metric = scenario.compare();
        List<Long> seeds = values.get(one).keySet().stream().filter(seed -> values.get(one).get(seed).containsKey(metric)
                && values.get(other).getOrDefault(seed, Map.of()).containsKey(metric)).toList();
        return new double[][] { seeds.stream().mapToDouble(seed -> values.get(one).get(seed).get(metric)).toArray(),
                seeds.stream().mapToDouble(seed -> values.get(other).get(seed).get(metric)).toArray() };
    }

    String label(int policy) {
        return scenario.policies().get(policy).label();
    }

    static String shown(Metric metric, Estimate estimate) {
        return metric.shown(estimate.mean()) + (Double.isNaN(estimate.half()) ? "" : " ± " + metric.shown(estimate.half()));
    }
}
