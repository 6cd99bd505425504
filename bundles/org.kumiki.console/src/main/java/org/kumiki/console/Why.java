package org.kumiki.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Refusal;
import org.kumiki.api.view.HostTable;

/**
 * A decision for people: who decided what, on which knowledge, why, and why not the others.
 *
 * @param view     version of the view that the brain was given
 * @param subjects what was decided about, each with the host that was chosen for it, or none
 * @param not      why other hosts were not chosen, the reason that most hosts share first
 * @param fitting  how many hosts would have done as well as the rules go, and were not chosen
 */
record Why(long number, long at, long view, String brain, List<Subject> subjects, String reason, List<Not> not, int fitting) {

    /** More names than these help nobody. */
    static final int NAMES = 40;

    /** One guest, and where it was put. */
    record Subject(String id, String host) {
    }

    /** A reason, how many hosts share it, and the first of their names. */
    record Not(String reason, int count, List<String> hosts) {
    }

    /** The whole decision, or its first part if it was about very many guests. */
    static Why of(Decision decision, HostTable hosts) {
        return of(decision, hosts, IntStream.range(0, Math.min(NAMES, decision.subject().size())));
    }

    /** What the decision says of one of its guests. */
    static Why of(Decision decision, HostTable hosts, String guest) {
        return of(decision, hosts, IntStream.range(0, decision.subject().size()).filter(i -> decision.subject().get(i).equals(guest)));
    }

    private static Why of(Decision decision, HostTable hosts, IntStream guests) {
        List<Subject> subjects = guests.mapToObj(i -> new Subject(decision.subject().get(i),
                i < decision.chosen().size() ? decision.chosen().get(i).value() : null)).toList();
        return new Why(decision.number(), decision.at().toEpochMilli(), decision.view(), decision.brain(), subjects, decision.reason(),
                not(decision, hosts), fitting(decision, hosts));
    }

    private static List<Not> not(Decision decision, HostTable hosts) {
        Map<String, List<Refusal>> byReason = new LinkedHashMap<>();
        for (Refusal refusal : decision.refusals()) {
            byReason.computeIfAbsent(refusal.reason(), reason -> new ArrayList<>()).add(refusal);
        }
        List<Not> not = new ArrayList<>();
        byReason.forEach((reason, refusals) -> not.add(new Not(reason,
                refusals.stream().mapToInt(refusal -> refusal.hosts().count()).sum(), refusals.stream()
                        .flatMapToInt(refusal -> Arrays.stream(refusal.hosts().toArray())).filter(row -> row < hosts.size())
                        .limit(NAMES).mapToObj(row -> hosts.id(row).value()).toList())));
        not.sort((one, other) -> Integer.compare(other.count(), one.count()));
        return not;
    }

    /** Hosts that came later than the decision are counted among these; few do. */
    private static int fitting(Decision decision, HostTable hosts) {
        BitSet rest = new BitSet();
        rest.set(0, hosts.size());
        decision.refusals().forEach(refusal -> Arrays.stream(refusal.hosts().toArray()).forEach(rest::clear));
        for (HostId host : decision.chosen()) {
            int row = hosts.row(host);
            if (row >= 0) {
                rest.clear(row);
            }
        }
        return rest.cardinality();
    }
}
