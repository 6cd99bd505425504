package org.kumiki.twin.study;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.kumiki.twin.cloudsim.HostKind;

/**
 * A datacenter, what it is asked for, and the policies that are compared on it. Immutable; {@link ScenarioReader} reads it.
 *
 * @param name     of the study
 * @param text     as it was written
 * @param physics  by whose rules it runs
 * @param hosts    what each of them is
 * @param promised how many CPUs a host promises for each that it has, where that counts
 * @param types    what machines are, where they can be chosen
 * @param workload what the machines use
 * @param failing  how often hosts fail
 * @param length   of each run
 * @param policies each is run with each seed
 * @param seeds    of the workload
 * @param compare  by which policies are compared
 * @param bounds   that the mean of a policy must keep to be called the best
 */
public record Scenario(String name, String text, Physics physics, List<HostKind> hosts, int promised, List<MachineType> types, Workload workload, Failing failing,
        Duration length, List<Choice> policies, List<Long> seeds, Metric compare, Map<Metric, Double> bounds) implements Serializable {

    public Scenario {
        hosts = List.copyOf(hosts);
        types = List.copyOf(types);
        policies = List.copyOf(policies);
        seeds = List.copyOf(seeds);
        bounds = Collections.unmodifiableMap(new TreeMap<>(bounds));
    }

    /** All runs: each policy in the order in which they are written, with each seed. */
    public List<Run> runs() {
        return IntStream.range(0, policies.size()).boxed().flatMap(policy -> seeds.stream().map(seed -> new Run(policy, seed))).toList();
    }
}
