package org.kumiki.bench.plan;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.scheduler.PlacementRequest;

/**
 * What clients ask for: guests of 1 to 8 CPUs with 2, 4 or 8 GiB for each of them. With rules, three of ten may only run where the data may
 * lie, 15 % belong to spread groups of five, and 5 % to cluster groups of two,
 * which are launched by one request.
 */
final class Guests {

    private static final int[] CPUS = { 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 8, 8, 8 };
    private static final int[] GIB = { 2, 4, 4, 8 };
    private static final Map<String, String> RESIDENCY = Map.of("residency", "jp");

    private final SplittableRandom random;
    private final boolean rules;
    private int number;

    Guests(long seed, boolean rules) {
        random = new SplittableRandom(seed);
        this.rules = rules;
    }

    PlacementRequest next() {
        int cpus = CPUS[random.nextInt(CPUS.length)];
        int gib = cpus * GIB[random.nextInt(GIB.length)];
        Resources each = new Resources(cpus, gib * 1_024L, 20_480L * cpus, 100 * cpus);
        number++;
        PlacementRules where = rules ? rules() : PlacementRules.ANYWHERE;
        return new PlacementRequest(where.clusterGroup().isPresent() ? 2 : 1, each, where);
    }

    private PlacementRules rules() {
        int kind = random.nextInt(1_000);
        Optional<String> spread = kind < 150 ? Optional.of("spread-" + number / 33) : Optional.empty();
        Optional<String> cluster = kind >= 150 && kind < 175 ? Optional.of("cluster-" + number) : Optional.empty();
        Map<String, String> labels = random.nextInt(10) < 3 && cluster.isEmpty() ? RESIDENCY : Map.of();
        return labels.isEmpty() && spread.isEmpty() && cluster.isEmpty() ? PlacementRules.ANYWHERE
                : new PlacementRules(Optional.empty(), Set.of(), labels, spread, cluster);
    }
}
