package org.kumiki.bench.twin;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;

import org.kumiki.twin.cloudsim.Outcome;
import org.kumiki.twin.cloudsim.Study;
import org.kumiki.twin.trace.PlanetLab;

import com.sun.management.OperatingSystemMXBean;

/** Days of PlanetLab in the twin, in a Java of its own: what the last one comes to, and how much CPU the process has taken for one of the last ten. */
final class SimulatedDays {

    private static final int MEASURED = 10;

    private SimulatedDays() {
    }

    /** @param arguments how many hosts, the overload, the selection and the parameter of the policy, how often, and the days */
    public static void main(String[] arguments) throws IOException {
        int hosts = Integer.parseInt(arguments[0]);
        int times = Integer.parseInt(arguments[4]);
        Published policy = new Published(arguments[1], arguments[2], arguments[3]);
        OperatingSystemMXBean process = times > MEASURED ? (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean() : null;
        Outcome outcome = null;
        long before = 0;
        for (int time = 0; time < times; time++) {
            before = time == times - MEASURED && process != null ? process.getProcessCpuTime() : before;
            for (int day = 5; day < arguments.length; day++) {
                outcome = Study.run(PlanetLab.read(Path.of(arguments[day])), hosts, Optional.of(policy.policy()));
            }
        }
        double seconds = process == null ? 0 : (process.getProcessCpuTime() - before) / 1e9 / MEASURED;
        System.out.println(Jvm.OUTCOME + outcome.energyKWh() + " " + outcome.migrations() + " " + outcome.shutdowns() + " " + outcome.slatah() + " "
                + outcome.pdm() + " " + seconds);
    }
}
