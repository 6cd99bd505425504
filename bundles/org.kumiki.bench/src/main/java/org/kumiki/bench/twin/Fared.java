package org.kumiki.bench.twin;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a simulator has made of a day under a policy.
 *
 * @param slatah      the share of the hosts' active time in which machines got too little
 * @param pdm         the share of what machines wanted that they did not get because they moved
 * @param coldSeconds of CPU of a process for that day alone
 * @param warmSeconds of CPU for the day in a process that has run it before, if that was measured
 * @param heapMiB     the most that was in use in either
 */
record Fared(double kWh, double migrations, double shutdowns, double slatah, double pdm, double coldSeconds, OptionalDouble warmSeconds, long heapMiB) {

    /** Of what a program said of its last day. */
    static Fared of(Jvm.Run run, double coldSeconds, OptionalDouble warmSeconds, long heapMiB) {
        return new Fared(run.number(0), run.number(1), run.number(2), run.number(3), run.number(4), coldSeconds, warmSeconds, heapMiB);
    }

    /** Energy and violations in one number, in kWh. */
    double esv() {
        return kWh * slatah * pdm;
    }

    /** By the names that they have in a file. */
    Map<String, Number> figures() {
        Map<String, Number> figures = new HashMap<>(Map.of("energy_kwh", kWh, "migrations", migrations, "shutdowns", shutdowns, "slatah_percent", 100 * slatah,
                "pdm_percent", 100 * pdm, "esv_kwh", esv(), "cold_cpu_seconds", coldSeconds, "heap_mib", heapMiB));
        warmSeconds.ifPresent(seconds -> figures.put("warm_cpu_seconds", seconds));
        return figures;
    }
}
