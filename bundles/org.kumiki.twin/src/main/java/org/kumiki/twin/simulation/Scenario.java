package org.kumiki.twin.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.kumiki.api.model.Technology;
import org.kumiki.api.twin.EngineSettings;
import org.kumiki.twin.trace.Demand;

/**
 * A datacenter in which nothing runs yet, and what is asked of it. The same scenario comes to the same, bit for bit.
 *
 * @param begin    when it begins
 * @param seed     of the engine's identifiers; everything else that is random is in the demand
 * @param hosts    all of one technology
 * @param interval for which each figure of the outcome is
 */
public record Scenario(EngineSettings settings, Instant begin, long seed, List<SimulatedHost> hosts, Demand demand, Physics physics, Brains brains,
        Duration interval) {

    /** A hypervisor that can do all that the twin simulates. */
    public static final Technology TECHNOLOGY = new Technology("simulated", "1", Technology.MonitorPlace.HYPERVISOR_WITH_DRIVERS,
            Set.of(Technology.Method.HARDWARE), Set.of(Technology.Feature.STOP_START, Technology.Feature.GRACEFUL_STOP,
                    Technology.Feature.LIVE_MIGRATION_PRECOPY, Technology.Feature.LIVE_MIGRATION_POSTCOPY, Technology.Feature.STOP_AND_COPY),
            "it exists in the twin only");

    public Scenario {
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty() || interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("a scenario has hosts and an interval: " + hosts.size() + ", " + interval);
        }
    }
}
