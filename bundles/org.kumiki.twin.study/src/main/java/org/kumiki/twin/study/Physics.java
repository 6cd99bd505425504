package org.kumiki.twin.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.policy.Policy;
import org.kumiki.twin.cloudsim.Outcome;
import org.kumiki.twin.cloudsim.Study;

/** By whose rules a datacenter runs. */
public enum Physics {

    /** CloudSim 3.0.3's, to compare policies with what was published. */
    CLOUDSIM {
        @Override
        Result run(Scenario scenario, long seed, Optional<Policy> policy) {
            List<Result.Moment> moments = new ArrayList<>();
            Outcome outcome = Study.run(scenario.workload().traces(seed, scenario.length()), scenario.hosts(), scenario.length(), policy,
                    sample -> moments.add(new Result.Moment(Math.rint(sample.seconds() / 60), sample.hostsOn(), sample.load(), sample.hostsViolated(),
                            sample.energyKWh(), sample.migrations())));
            return new Result(metrics(outcome), moments);
        }
    };

    static List<String> names() {
        return Arrays.stream(values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
    }

    static Physics named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /**
     * Runs a scenario under a policy.
     *
     * @param policy none if machines stay where they are put first
     */
    abstract Result run(Scenario scenario, long seed, Optional<Policy> policy);

    private static Map<Metric, Double> metrics(Outcome outcome) {
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        metrics.put(Metric.ENERGY_KWH, outcome.energyKWh());
        metrics.put(Metric.MIGRATIONS, (double) outcome.migrations());
        metrics.put(Metric.SHUTDOWNS, (double) outcome.shutdowns());
        metrics.put(Metric.SLATAH_PERCENT, 100 * outcome.slatah());
        metrics.put(Metric.PDM_PERCENT, 100 * outcome.pdm());
        metrics.put(Metric.SLAV, outcome.slav());
        metrics.put(Metric.ESV_KWH, outcome.esv());
        metrics.put(Metric.UNSERVED_PERCENT, 100 * outcome.overall());
        metrics.put(Metric.ACTIVE_HOSTS, outcome.activeHosts());
        return metrics;
    }
}
