package org.kumiki.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.HostTable;

/**
 * A host as a tile of the picture, with its guests in it.
 *
 * @param can    what can be asked of it now: {@code drain}, {@code accept}, {@code off}, {@code on}, {@code remove}
 * @param guests how many run there
 * @param cpu    how busy its CPUs are, in percent; null if that was not measured
 * @param trend  the same over the last samples, oldest first, -1 where nothing was measured; null if nothing ever was
 * @param blocks its guests, and those that are on their way to it; not all, if there are very many
 * @param note   what was decided last about it, if that is still known
 */
record HostTile(String id, String state, List<String> can, String technology, Resources capacity, Resources used, int guests, Integer cpu,
        List<Integer> trend, Map<String, String> labels, List<Block> blocks, Note note) {

    /** More guests than these are a number, not a picture. */
    static final int BLOCKS = 60;

    private static final int SAMPLES = 30;

    /**
     * A guest in a host.
     *
     * @param state null if it runs, as nearly all do
     * @param cpu   how busy, in percent; null if that was not measured
     * @param to    where it is moving to, if it is
     * @param from  where it comes from, if it is not here yet
     */
    record Block(String id, String name, String state, Integer cpu, String to, String from) {
    }

    /** A decision about a host. */
    record Note(long number, long at, String brain, String reason) {
    }

    /** The tiles of these rows of the table; the instances are gone through once for all of them. */
    static Map<Integer, HostTile> of(Inventory inventory, History history, HostTable hosts, List<Integer> rows) {
        Map<HostId, List<Instance>> guests = new HashMap<>();
        rows.forEach(row -> guests.put(hosts.id(row), new ArrayList<>()));
        Map<HostId, Boolean> kept = new HashMap<>();
        for (Instance instance : inventory.instances()) {
            List<Instance> there = instance.state() == InstanceState.TERMINATED ? null : instance.host().map(guests::get).orElse(null);
            if (there != null) {
                kept.put(instance.host().get(), true);
                if (instance.state().occupiesHost()) {
                    there.add(instance);
                }
            }
        }
        Map<InstanceId, Migration> leaving = new HashMap<>();
        Map<HostId, List<Migration>> coming = new HashMap<>();
        for (Migration move : inventory.migrations()) {
            if (move.isMoving()) {
                leaving.put(move.instance(), move);
                coming.computeIfAbsent(move.destination(), host -> new ArrayList<>()).add(move);
            }
        }
        Map<String, Decision> decided = decisions(inventory, guests.keySet());
        Map<Integer, HostTile> tiles = new HashMap<>();
        for (int row : rows) {
            HostId id = hosts.id(row);
            List<Instance> here = guests.get(id);
            List<Migration> in = coming.getOrDefault(id, List.of());
            double[] cpu = history.cpu(id, SAMPLES);
            tiles.put(row, new HostTile(id.value(), Overview.lower(hosts.state(row)),
                    can(hosts.state(row), here.isEmpty() && in.isEmpty(), !kept.containsKey(id) && in.isEmpty()), hosts.technology(row).name(),
                    hosts.capacity(row), Overview.used(hosts, row), here.size(), last(cpu), trend(cpu), labels(hosts, row),
                    blocks(inventory, history, here, leaving, in), note(decided.get(id.value()))));
        }
        return tiles;
    }

    /** The technology has a place of its own. */
    private static Map<String, String> labels(HostTable hosts, int row) {
        Map<String, String> labels = new TreeMap<>(hosts.labels(row));
        labels.remove(Host.TECHNOLOGY);
        return labels;
    }

    /**
     * @param idle  whether no guest runs there or is coming
     * @param empty whether no instance belongs there, not even one that is stopped
     */
    private static List<String> can(HostState state, boolean idle, boolean empty) {
        List<String> can = new ArrayList<>();
        switch (state) {
            case UP -> can.add("drain");
            case DRAINING, MAINTENANCE -> can.add("accept");
            case OFF, LOST -> can.add("on");
            default -> {
                // it is not there any more
            }
        }
        if (idle && (state == HostState.UP || state == HostState.DRAINING || state == HostState.MAINTENANCE)) {
            can.add("off");
        }
        if (empty && state != HostState.UP && state != HostState.REMOVED) {
            can.add("remove");
        }
        return can;
    }

    /** Those that move come first if not all have room. */
    private static List<Block> blocks(Inventory inventory, History history, List<Instance> here, Map<InstanceId, Migration> leaving,
            List<Migration> coming) {
        here.sort(Comparator.comparing(Instance::launched).thenComparing(Instance::id));
        if (here.size() + coming.size() > BLOCKS) {
            here.sort(Comparator.comparing(instance -> !leaving.containsKey(instance.id())));
        }
        List<Block> blocks = new ArrayList<>();
        here.stream().limit(Math.max(0, BLOCKS - coming.size())).forEach(instance -> {
            Migration move = leaving.get(instance.id());
            blocks.add(new Block(instance.id().value(), InstanceRow.name(instance),
                    instance.state() == InstanceState.RUNNING ? null : instance.state().label(), last(history.cpu(instance.id(), 1)),
                    move == null ? null : move.destination().value(), null));
        });
        coming.stream().sorted(Comparator.comparing(Migration::began).thenComparing(Migration::instance)).limit(BLOCKS)
                .forEach(move -> blocks.add(new Block(move.instance().value(),
                        inventory.instances().find(move.instance()).map(InstanceRow::name).orElse(""), null, null, null, move.source().value())));
        return blocks;
    }

    private static Map<String, Decision> decisions(Inventory inventory, Set<HostId> hosts) {
        Set<String> names = new HashSet<>();
        hosts.forEach(host -> names.add(host.value()));
        Map<String, Decision> decided = new HashMap<>();
        for (Decision decision : inventory.decisions()) {
            for (String subject : decision.subject()) {
                if (names.contains(subject)) {
                    decided.merge(subject, decision, (one, other) -> one.number() > other.number() ? one : other);
                }
            }
        }
        return decided;
    }

    private static Note note(Decision decision) {
        return decision == null ? null
                : new Note(decision.number(), decision.at().toEpochMilli(), decision.brain(), decision.reason());
    }

    private static Integer last(double[] series) {
        return series.length == 0 || Double.isNaN(series[series.length - 1]) ? null : percent(series[series.length - 1]);
    }

    private static List<Integer> trend(double[] series) {
        return DoubleStream.of(series).allMatch(Double::isNaN) ? null
                : DoubleStream.of(series).mapToObj(sample -> Double.isNaN(sample) ? -1 : percent(sample)).toList();
    }

    private static int percent(double share) {
        return (int) Math.round(100 * Math.max(0, Math.min(1, share)));
    }
}
