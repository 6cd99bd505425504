package org.kumiki.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.HostTable;

/**
 * What the page shows at a glance: a pure function of the inventory, the plug-ins and a query. Times are milliseconds since 1970.
 *
 * @param moves those that are under way, and those that have just ended
 */
record Overview(long version, long now, String region, String zone, Summary summary, HostMap map, Slice<HostTile> hosts, List<MoveRow> moves,
        List<PlanRow> plans, List<RehearsalRow> rehearsals, Slice<InstanceRow> instances, List<Placed> technologies, List<PlugInRow> plugIns, List<DecisionRow> decisions) {

    static final int DECISIONS = 12;

    /**
     * The datacenter in a few numbers.
     *
     * @param hosts     by state, in lower case; removed ones are not counted
     * @param instances by state, by EC2's name
     * @param capacity  of the hosts that run guests
     * @param used      of that
     * @param decisions so far
     * @param moving    how many instances are
     * @param busy      how many hosts they leave or come to
     */
    record Summary(Map<String, Integer> hosts, Map<String, Integer> instances, Resources capacity, Resources used, long decisions,
            int moving, int busy) {
    }

    /** A technology in one cell of the classification, with the hosts there that use it, and their guests. */
    record Placed(String name, String version, String monitor, String method, int hosts, int guests, List<String> features, String note) {
    }

    /** A plug-in as a row. */
    record PlugInRow(String kind, String name, String bundle, String state, String note, long calls, long failures) {
    }

    /** A decision as a row; how many hosts were chosen and refused, and the first of what it was about. */
    record DecisionRow(long number, long at, String brain, String subject, int subjects, String chosen, int hosts, String reason,
            int refused) {
    }

    static Overview of(Datacenter datacenter, Query query, Instant now) {
        Inventory inventory = datacenter.inventory();
        Region region = datacenter.region();
        HostTable hosts = inventory.view().hosts();
        List<PlugIn> plugIns = datacenter.plugIns();
        Set<HostId> busy = busy(inventory);
        return new Overview(inventory.version(), now.toEpochMilli(), region.name(), region.zone(), summary(inventory, hosts, busy),
                HostMap.of(hosts, query.group()), hosts(inventory, datacenter.history(), hosts, busy, query),
                MoveRow.of(datacenter, inventory, now), datacenter.plans().stream().map(plan -> PlanRow.of(plan, inventory)).toList(),
                datacenter.rehearsals().stream().map(report -> RehearsalRow.of(report, inventory)).toList(),
                instances(inventory, hosts, query), technologies(plugIns, hosts), plugInRows(plugIns), decisions(inventory));
    }

    /** The hosts that guests are leaving or coming to. */
    private static Set<HostId> busy(Inventory inventory) {
        Set<HostId> busy = new HashSet<>();
        inventory.migrations().stream().filter(Migration::isMoving).forEach(move -> busy.addAll(List.of(move.source(), move.destination())));
        return busy;
    }

    private static Summary summary(Inventory inventory, HostTable hosts, Set<HostId> busy) {
        Map<String, Integer> byState = new TreeMap<>();
        Resources capacity = Resources.NONE;
        Resources used = Resources.NONE;
        for (int row = 0; row < hosts.size(); row++) {
            HostState state = hosts.state(row);
            if (state != HostState.REMOVED) {
                byState.merge(lower(state), 1, Integer::sum);
            }
            if (state == HostState.UP || state == HostState.DRAINING) {
                capacity = capacity.plus(hosts.capacity(row));
                used = used.plus(used(hosts, row));
            }
        }
        Map<String, Integer> instances = new TreeMap<>();
        for (Instance instance : inventory.instances()) {
            instances.merge(instance.state().label(), 1, Integer::sum);
        }
        long last = 0;
        for (Decision decision : inventory.decisions()) {
            last = Math.max(last, decision.number());
        }
        return new Summary(byState, instances, capacity, used, last, (int) inventory.migrations().stream().filter(Migration::isMoving).count(),
                busy.size());
    }

    static int full(HostTable hosts, int row) {
        Resources capacity = hosts.capacity(row);
        Resources used = used(hosts, row);
        return Math.max(percent(used.cpus(), capacity.cpus()), percent(used.memoryMiB(), capacity.memoryMiB()));
    }

    private static int percent(long part, long whole) {
        return whole == 0 ? 0 : (int) Math.min(100, 100 * part / whole);
    }

    /** A host whose driver reports less than its guests were promised has less than nothing free. */
    static Resources used(HostTable hosts, int row) {
        Resources capacity = hosts.capacity(row);
        return new Resources(Math.max(0, capacity.cpus() - hosts.freeCpus(row)),
                Math.max(0, capacity.memoryMiB() - hosts.freeMemoryMiB(row)), Math.max(0, capacity.diskMiB() - hosts.freeDiskMiB(row)),
                Math.max(0, capacity.networkMbps() - hosts.freeNetworkMbps(row)));
    }

    private static Slice<HostTile> hosts(Inventory inventory, History history, HostTable hosts, Set<HostId> busy, Query query) {
        List<Integer> rows = new ArrayList<>();
        for (int row = 0; row < hosts.size(); row++) {
            if (matches(hosts, row, busy, query)) {
                rows.add(row);
            }
        }
        rows.sort(Comparator.comparing(hosts::id));
        Slice<Integer> page = Slice.of(rows, query.hostPage(), Query.HOSTS, row -> row);
        return page.with(HostTile.of(inventory, history, hosts, page.rows()));
    }

    private static boolean matches(HostTable hosts, int row, Set<HostId> busy, Query query) {
        HostState state = hosts.state(row);
        boolean rightState = switch (query.hostState()) {
            case "all" -> state != HostState.REMOVED;
            case "moving" -> busy.contains(hosts.id(row));
            default -> lower(state).equals(query.hostState());
        };
        return rightState && (query.hostText().isEmpty() || has(hosts.id(row).value(), query.hostText())
                || has(hosts.technology(row).name(), query.hostText()) || hosts.labels(row).entrySet().stream()
                        .anyMatch(label -> has(label.getValue(), query.hostText()) || isLabel(query.hostText(), label.getKey(), label.getValue())));
    }

    private static Slice<InstanceRow> instances(Inventory inventory, HostTable hosts, Query query) {
        List<Instance> found = new ArrayList<>();
        for (Instance instance : inventory.instances()) {
            if (InstanceRow.matches(instance, query)) {
                found.add(instance);
            }
        }
        found.sort(Comparator.comparing(Instance::launched).reversed().thenComparing(Instance::id));
        return Slice.of(found, query.page(), Query.INSTANCES, instance -> InstanceRow.of(instance, inventory, hosts));
    }

    /**
     * The technologies that are here, each in every cell that is its own. A technology may be found to virtualize one way on this host and
     * another way on that one, so hosts are counted by what was found on them.
     */
    private static List<Placed> technologies(List<PlugIn> plugIns, HostTable hosts) {
        record Cell(String name, String version, Technology.MonitorPlace monitor, Technology.Method method) {
        }
        Map<Cell, int[]> counts = new LinkedHashMap<>();
        Map<Cell, Technology> described = new HashMap<>();
        plugIns.stream().flatMap(plugIn -> plugIn.technology().stream()).forEach(technology -> technology.methods().forEach(method -> {
            Cell cell = new Cell(technology.name(), technology.version(), technology.monitor(), method);
            counts.putIfAbsent(cell, new int[2]);
            described.put(cell, technology);
        }));
        for (int row = 0; row < hosts.size(); row++) {
            if (hosts.state(row) != HostState.REMOVED) {
                Technology technology = hosts.technology(row);
                for (Technology.Method method : technology.methods()) {
                    Cell cell = new Cell(technology.name(), technology.version(), technology.monitor(), method);
                    int[] count = counts.computeIfAbsent(cell, c -> new int[2]);
                    count[0]++;
                    count[1] += hosts.guests(row);
                    described.putIfAbsent(cell, technology);
                }
            }
        }
        List<Placed> placed = new ArrayList<>();
        counts.forEach((cell, count) -> {
            Technology technology = described.get(cell);
            placed.add(new Placed(cell.name(), cell.version(), cell.monitor().name(), cell.method().name(), count[0], count[1],
                    technology.features().stream().map(Overview::lower).sorted().toList(), technology.note()));
        });
        placed.sort(Comparator.comparing(Placed::name).thenComparing(Placed::version).thenComparing(Placed::method));
        return placed;
    }

    private static List<PlugInRow> plugInRows(List<PlugIn> plugIns) {
        return plugIns.stream().sorted(Comparator.comparing(PlugIn::kind).thenComparing(PlugIn::state).thenComparing(PlugIn::name))
                .map(plugIn -> new PlugInRow(plugIn.kind(), plugIn.name(), plugIn.bundle(), lower(plugIn.state()), plugIn.note(),
                        plugIn.calls(), plugIn.failures()))
                .toList();
    }

    private static List<DecisionRow> decisions(Inventory inventory) {
        return inventory.decisions().stream().sorted(Comparator.comparingLong(Decision::number).reversed()).limit(DECISIONS)
                .map(decision -> new DecisionRow(decision.number(), decision.at().toEpochMilli(), decision.brain(),
                        decision.subject().isEmpty() ? "" : decision.subject().get(0), decision.subject().size(),
                        decision.chosen().isEmpty() ? "" : decision.chosen().get(0).value(),
                        (int) decision.chosen().stream().distinct().count(), decision.reason(),
                        decision.refusals().stream().mapToInt(refusal -> refusal.hosts().count()).sum()))
                .toList();
    }

    /** Whether a text is a whole label, as {@code rack=r1}. */
    private static boolean isLabel(String text, String key, String value) {
        return text.equalsIgnoreCase(key + "=" + value);
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean has(String text, String part) {
        return text.toLowerCase(Locale.ROOT).contains(part);
    }
}
