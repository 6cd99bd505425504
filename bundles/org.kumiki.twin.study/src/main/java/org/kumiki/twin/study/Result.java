package org.kumiki.twin.study;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a run.
 *
 * @param metrics of all of it; what its physics do not measure is not there
 * @param moments how it went, in the order of time
 */
public record Result(Map<Metric, Double> metrics, List<Moment> moments) implements Serializable {

    /**
     * How the datacenter fared.
     *
     * @param minute        since the beginning
     * @param hostsOn       how many hosts were on
     * @param load          of them, from 0 to 1
     * @param hostsViolated on how many machines got less than they wanted
     * @param energyKWh     since the beginning
     * @param migrations    that were begun since then
     * @param machines      that run; NaN where none comes or goes
     * @param failed        launches since the beginning; NaN where there are none
     */
    public record Moment(double minute, double hostsOn, double load, double hostsViolated, double energyKWh, int migrations, double machines,
            double failed) implements Serializable {
    }

    public Result {
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
        moments = List.copyOf(moments);
    }
}
