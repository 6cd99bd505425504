package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.model.InstanceId;

/** How busy guests are, of drivers that know. */
final class MeterChecks {

    private MeterChecks() {
    }

    static List<Check> all() {
        return List.of(Check.of("measures the processor time of guests that run, and of no others", MeterChecks::cpuTimes));
    }

    private static void cpuTimes(Trial trial) throws Exception {
        GuestMeter meter = trial.driver().facet(GuestMeter.class)
                .orElseThrow(() -> new NotOffered("the driver is no GuestMeter"));
        InstanceId running = trial.running();
        InstanceId stopped = trial.stopped();
        InstanceId destroyed = trial.running();
        trial.destroy(destroyed);
        trial.until("the processor time of a guest that runs is known", () -> read(trial, meter).containsKey(running), () -> "it is not there");
        Map<InstanceId, Duration> first = read(trial, meter);
        Map<InstanceId, Duration> second = read(trial, meter);
        expect(!first.containsKey(stopped) && !first.containsKey(destroyed), "cpuTimes() has guests that do not run");
        expect(!first.get(running).isNegative() && second.get(running).compareTo(first.get(running)) >= 0,
                "the processor time of a guest goes from " + first.get(running) + " to " + second.get(running));
    }

    private static Map<InstanceId, Duration> read(Trial trial, GuestMeter meter) {
        try {
            return trial.await("cpuTimes", trial.call("cpuTimes", meter::cpuTimes));
        } catch (Exception e) {
            throw new AssertionError("cpuTimes throws " + e, e);
        }
    }
}
