package org.kumiki.twin.study;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.kumiki.api.policy.Policy;
import org.kumiki.api.twin.Named;
import org.kumiki.twin.cloudsim.HonestStudy;
import org.kumiki.twin.cloudsim.HostKind;
import org.kumiki.twin.cloudsim.Outcome;
import org.kumiki.twin.cloudsim.Sample;
import org.kumiki.twin.cloudsim.Study;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.trace.CpuTraces;

/** By whose rules a datacenter runs. */
public enum Physics {

    /** CloudSim 3.0.3's, to compare policies with what was published. */
    CLOUDSIM {
        @Override
        Result run(Scenario scenario, Choice choice, long seed, Policies brains) {
            return day(Study::run, scenario, choice, seed, brains);
        }
    },

    /** The same machines and hosts, but memory counts, and moves, falling asleep and waking take what they take. */
    HONEST {
        @Override
        Result run(Scenario scenario, Choice choice, long seed, Policies brains) {
            return day((traces, hosts, length, policy, samples) -> HonestStudy.run(traces, hosts, length, policy, HostSleep.SUSPENDED, samples),
                    scenario, choice, seed, brains);
        }
    },

    /**
     * The production engine in virtual time, with the real datacenter's scheduler and strategy for moves beside the policies, on hosts that are
     * simulated.
     */
    ENGINE {
        @Override
        Result run(Scenario scenario, Choice choice, long seed, Policies brains) {
            return EngineRun.run(scenario, choice, seed, brains);
        }

        @Override
        Metric compared() {
            return Metric.ENERGY_KWH;
        }
    };

    /** Some days of machines that are there all the time, under one policy at most. */
    private interface Days {

        Outcome run(CpuTraces traces, List<HostKind> hosts, Duration length, Optional<Policy> policy, Consumer<Sample> samples);
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Physics::key).toList();
    }

    static Physics named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** What scenarios call it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Runs a scenario.
     *
     * @param choice what decides
     * @param brains among which that is
     */
    abstract Result run(Scenario scenario, Choice choice, long seed, Policies brains);

    /** By what policies are compared if a scenario does not say. */
    Metric compared() {
        return Metric.ESV_KWH;
    }

    /**
     * Refuses what only the engine can do.
     *
     * @param otherwise how it is here
     */
    void needsEngine(Field field, String otherwise) throws ScenarioException {
        if (this != ENGINE) {
            throw field.wrong("needs `physics: engine`; with " + key() + " " + otherwise);
        }
    }

    private static Result day(Days days, Scenario scenario, Choice choice, long seed, Policies brains) {
        CpuTraces traces = ((Workload.Fixed) scenario.workload()).traces(seed, scenario.length()); // the reader has seen to that
        Optional<Policy> policy = choice.policies().stream().findFirst().map(brain -> brains.create(Policy.class, brain)).map(Named::plugIn);
        List<Result.Moment> moments = new ArrayList<>();
        Outcome outcome = days.run(traces, scenario.hosts(), scenario.length(), policy, sample -> moments.add(new Result.Moment(
                Math.rint(sample.seconds() / 60), sample.hostsOn(), sample.load(), sample.hostsViolated(), sample.energyKWh(), sample.migrations(),
                Double.NaN, Double.NaN)));
        return new Result(metrics(outcome), moments);
    }

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
