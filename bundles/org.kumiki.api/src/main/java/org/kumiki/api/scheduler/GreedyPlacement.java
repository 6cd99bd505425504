package org.kumiki.api.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Refusal;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Technology.MonitorPlace;
import org.kumiki.api.model.Workload;
import org.kumiki.api.view.HostTable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Places guests one after the other, each on the host that costs least then: what most schedulers do, so that all that is left to them
 * is to say what a host costs. The rules are those of {@link Eligibility}, also among the guests of one request.
 * <p>
 * As all guests of a request are alike, this places as many of them as can be placed at all. Of hosts that cost the same, the one of the
 * lowest row is taken, so the result is always the same.
 * <p>
 * A scheduler keeps one of these. It remembers what the hosts cost for guests of the last shapes, and looks again only where the table has
 * changed since: ten thousand hosts are then chosen from in microseconds. What it remembers never shows in a result. Thread-safe.
 */
public final class GreedyPlacement {

    /** More shapes than there are instance types; each takes some ten bytes for a host. */
    private static final int SHAPES = 64;

    /**
     * What it costs to put a guest on a host. A pure function of what the table knows of that one host, the groups on it left out; it is
     * called once a host and guest, so it should not allocate.
     */
    @ConsumerType
    @FunctionalInterface
    public interface Cost {

        /**
         * @param row    the host in question, which has room for them
         * @param each   what one guest takes
         * @param guests how many guests of this request it would have then, which the table knows nothing of; at least 1
         * @return the less the better; never {@code NaN}
         */
        double of(HostTable hosts, int row, Resources each, int guests);
    }

    private static final double UNSUITED = 1_000;
    private static final Set<Method> PARAVIRTUAL = Set.of(Method.PARAVIRTUAL);
    private static final Set<Method> TRANSLATION = Set.of(Method.BINARY_TRANSLATION);

    private final Cost cost;
    private final String merit;
    private final Map<Survey.Shape, Survey> surveys = new ConcurrentHashMap<>();

    /** @param merit what is good about the host that costs least, in words, e.g. {@code the least room left} */
    public GreedyPlacement(Cost cost, String merit) {
        this.cost = cost;
        this.merit = merit;
    }

    /** The same, for once. */
    public static Placement place(HostTable hosts, PlacementRequest request, Cost cost, String merit) {
        return new GreedyPlacement(cost, merit).place(hosts, request);
    }

    public Placement place(HostTable hosts, PlacementRequest request) {
        Cost suited = request.rules().workload().map(this::suited).orElse(cost);
        Choice choice = new Choice(hosts, request, survey(hosts, Survey.Shape.of(request), suited), suited);
        List<HostId> chosen = choice.choose();
        return new Placement(chosen, reason(request, choice.eligible, chosen.size()), choice.refusals);
    }

    /** What a host's technology bears badly costs more than whatever else there is: it is taken when all others are full. */
    private Cost suited(Workload workload) {
        return (hosts, row, each, guests) -> cost.of(hosts, row, each, guests)
                + UNSUITED * burden(workload, hosts.technology(row));
    }

    /** A kernel that is a program of its host has each call and fault looked at there: but for arithmetic it bears what a translated one does. */
    private static int burden(Workload workload, Technology technology) {
        boolean isProgram = technology.monitor() == MonitorPlace.HOST_OS && technology.methods().equals(PARAVIRTUAL);
        return workload.burden(isProgram && workload != Workload.CPU ? TRANSLATION : technology.methods());
    }

    private Survey survey(HostTable hosts, Survey.Shape shape, Cost suited) {
        Survey before = surveys.getOrDefault(shape, Survey.NONE);
        Survey survey = before.of(hosts, shape, suited);
        if (survey != before) {
            if (surveys.size() >= SHAPES && before == Survey.NONE) {
                surveys.clear();
            }
            surveys.put(shape, survey);
        }
        return survey;
    }

    private String reason(PlacementRequest request, int eligible, int placed) {
        if (placed == 0) {
            return "no host may take it";
        }
        String most = request.rules().workload().map(workload -> "of those that suit work of the kind " + workload.name().toLowerCase(Locale.ROOT) + " best, ")
                .orElse("");
        String choice = most + merit + " of " + eligible + (eligible == 1 ? " host" : " hosts") + " that may take it";
        return placed == request.count() ? choice : choice + "; there is room for " + placed + " of " + request.count();
    }

    /** One request on its way. */
    private final class Choice {

        private final HostTable hosts;
        private final PlacementRequest request;
        private final Cost cost;
        /** Whether the first guest decides which host the others must share. */
        private final boolean beginsCluster;
        /** By block: the hosts that may take another guest. */
        private final long[] open;
        /** By block: the row of these that costs least, or -1. */
        private final int[] cheapest;
        /** By block: what it costs there. */
        private final double[] least;
        /** By row: how many guests of this request it has been given. */
        private final Map<Integer, Integer> placed = new HashMap<>(4);
        private final int eligible;
        private final List<Refusal> refusals;

        Choice(HostTable hosts, PlacementRequest request, Survey survey, Cost cost) {
            this.hosts = hosts;
            this.request = request;
            this.cost = cost;
            Optional<String> spread = request.rules().spreadGroup();
            Optional<String> cluster = request.rules().clusterGroup();
            beginsCluster = cluster.isPresent() && !hosts.runsAnywhere(cluster.get());
            boolean changes = request.count() > 1 || spread.isPresent() || cluster.isPresent();
            open = changes ? survey.eligible.clone() : survey.eligible;
            cheapest = changes ? survey.cheapest.clone() : survey.cheapest;
            least = changes ? survey.least.clone() : survey.least;
            Refusals why = new Refusals(survey);
            spread.ifPresent(group -> why.add(Eligibility.SPREAD, close(rows(group))));
            cluster.filter(group -> !beginsCluster).ifPresent(group -> why.add(Eligibility.CLUSTER, close(others(rows(group)))));
            refusals = why.toList();
            eligible = spread.isPresent() || cluster.isPresent() ? Arrays.stream(open).mapToInt(Long::bitCount).sum() : survey.eligibles;
            if (beginsCluster && request.count() > 1 && spread.isEmpty()) {
                keepRoomiest();
            }
        }

        private long[] rows(String group) {
            long[] words = new long[open.length];
            for (int row : hosts.rows(group)) {
                words[row / HostTable.BLOCK] |= bit(row);
            }
            return words;
        }

        private static long[] others(long[] words) {
            for (int block = 0; block < words.length; block++) {
                words[block] = ~words[block];
            }
            return words;
        }

        /** Takes hosts out of those that may take a guest, and answers which of them could have. */
        private long[] close(long[] words) {
            for (int block = 0; block < words.length; block++) {
                words[block] &= open[block];
                if (words[block] != 0) {
                    open[block] &= ~words[block];
                    if ((words[block] & bit(cheapest[block])) != 0) {
                        compare(block);
                    }
                }
            }
            return words;
        }

        private static long bit(int row) {
            return 1L << row % HostTable.BLOCK;
        }

        /** Finds the row of a block that costs least. */
        private void compare(int block) {
            cheapest[block] = -1;
            for (long left = open[block]; left != 0; left &= left - 1) {
                int row = block * HostTable.BLOCK + Long.numberOfTrailingZeros(left);
                double price = cost.of(hosts, row, request.each(), placed.getOrDefault(row, 0) + 1);
                if (cheapest[block] < 0 || price < least[block]) {
                    cheapest[block] = row;
                    least[block] = price;
                }
            }
        }

        /** A cluster must not begin on a host that cannot take as much of it as another one could. */
        private void keepRoomiest() {
            int row = cheapestForAll();
            long[] roomiest = row < 0 ? roomiest() : new long[open.length];
            if (row >= 0) {
                roomiest[row / HostTable.BLOCK] = bit(row);
            }
            close(others(roomiest));
        }

        /** Of the hosts that can take all guests, the one that costs least, or -1. */
        private int cheapestForAll() {
            int best = -1;
            double lowest = 0;
            for (int block = 0; block < open.length; block++) {
                if (cheapest[block] >= 0 && (best < 0 || least[block] < lowest)) {
                    for (long left = open[block]; left != 0; left &= left - 1) {
                        int row = block * HostTable.BLOCK + Long.numberOfTrailingZeros(left);
                        double price = cost.of(hosts, row, request.each(), 1);
                        if ((best < 0 || price < lowest) && room(row) == request.count()) {
                            best = row;
                            lowest = price;
                        }
                    }
                }
            }
            return best;
        }

        /** The hosts that can take the most, if none can take all. */
        private long[] roomiest() {
            int most = 0;
            long[] roomiest = new long[open.length];
            for (int block = 0; block < open.length; block++) {
                for (long left = open[block]; left != 0; left &= left - 1) {
                    int row = block * HostTable.BLOCK + Long.numberOfTrailingZeros(left);
                    int room = room(row);
                    if (room > most) {
                        most = room;
                        Arrays.fill(roomiest, 0);
                    }
                    roomiest[block] |= room == most ? bit(row) : 0;
                }
            }
            return roomiest;
        }

        private int room(int row) {
            boolean alone = request.count() == 1 || request.rules().spreadGroup().isPresent();
            return alone ? 1 : hosts.fits(row, request.each(), request.count());
        }

        List<HostId> choose() {
            List<HostId> chosen = new ArrayList<>(Math.min(request.count(), 64));
            while (chosen.size() < request.count()) {
                int row = cheapest();
                if (row < 0) {
                    break;
                }
                chosen.add(hosts.id(row));
                if (chosen.size() < request.count()) {
                    take(row);
                }
            }
            return chosen;
        }

        private void take(int row) {
            int block = row / HostTable.BLOCK;
            if (beginsCluster) {
                Arrays.fill(open, 0);
                Arrays.fill(cheapest, -1);
                open[block] = bit(row);
            }
            if (placed.merge(row, 1, Integer::sum) == room(row)) {
                open[block] &= ~bit(row);
            }
            compare(block);
        }

        private int cheapest() {
            int best = -1;
            for (int block = 0; block < cheapest.length; block++) {
                if (cheapest[block] >= 0 && (best < 0 || least[block] < least[best])) {
                    best = block;
                }
            }
            return best < 0 ? -1 : cheapest[best];
        }
    }
}
