package org.kumiki.bench.twin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.policy.Policy;
import org.kumiki.policy.beloglazov.Beloglazov;
import org.kumiki.policy.consolidate.Consolidate;
import org.kumiki.policy.stochastic.Stochastic;
import org.kumiki.twin.cloudsim.HostKind;
import org.kumiki.twin.cloudsim.Outcome;
import org.kumiki.twin.cloudsim.Study;
import org.kumiki.twin.power.PowerTable;
import org.kumiki.twin.trace.Workdays;

/** A workday that is made up, of a datacenter that is consolidated every five minutes, in a Java of its own. */
final class ConsolidatedDay {

    /** As in SPECpower's results of IBM's System x3250 M3 and x3550 M3, but for the memory, of which such hosts have more. */
    private static final HostKind SMALL = new HostKind(4, 2_933, 16_384, PowerTable.X3250_X3470);
    private static final HostKind LARGE = new HostKind(12, 3_067, 49_152, PowerTable.X3550_X5675);

    private ConsolidatedDay() {
    }

    /** @param arguments how many hosts, how many machines, for how many hours, and the policy's name */
    public static void main(String[] arguments) {
        int hosts = Integer.parseInt(arguments[0]);
        Map<HostKind, Integer> kinds = new LinkedHashMap<>();
        kinds.put(SMALL, (hosts + 1) / 2);
        kinds.put(LARGE, hosts / 2);
        List<HostKind> all = HostKind.byTurns(kinds);
        Outcome outcome = Study.run(Workdays.traces(Integer.parseInt(arguments[1]), 1, 1), all, Duration.ofHours(Integer.parseInt(arguments[2])), policy(arguments[3]), sample -> { });
        System.out.println(Jvm.OUTCOME + outcome.energyKWh() + " " + outcome.migrations() + " " + outcome.activeHosts() + " " + outcome.esv());
    }

    private static Optional<Policy> policy(String name) {
        return switch (name) {
            case "none" -> Optional.empty();
            case "thr-mmt" -> Optional.of(new Beloglazov("thr", 0.8, "mmt"));
            case "stochastic" -> Optional.of(new Stochastic(1, 1.5, 30));
            case "consolidate" -> Optional.of(new Consolidate(0.8, 256, Duration.ofHours(1), 1, 0));
            default -> throw new IllegalArgumentException("no policy is called " + name);
        };
    }
}
