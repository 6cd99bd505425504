package org.kumiki.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.kumiki.api.model.HostState;
import org.kumiki.api.view.HostTable;

/**
 * Every host as a small square, in groups.
 *
 * @param by      what groups can be made by: {@code technology}, {@code state}, and the labels that several hosts share
 * @param group   what they are made by; empty for all hosts in one
 * @param groups  in the order of the squares
 * @param squares empty if there are too many for a picture
 */
record HostMap(List<String> by, String group, List<Group> groups, List<Square> squares) {

    static final int SQUARES = 3_000;

    /** As many labels to choose from, and as many groups, as anybody can overlook. */
    private static final int LABELS = 8;
    private static final int GROUPS = 200;

    /** A host: its name, its state, and how full it is, in percent of what is scarcest. */
    record Square(String id, String state, int full) {
    }

    /** Hosts with something in common. */
    record Group(String name, int hosts, int guests) {
    }

    static HostMap of(HostTable hosts, String wanted) {
        List<Integer> rows = new ArrayList<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        for (int row = 0; row < hosts.size(); row++) {
            if (hosts.state(row) != HostState.REMOVED) {
                rows.add(row);
                hosts.labels(row).forEach((key, value) -> labels.computeIfAbsent(key, k -> new TreeSet<>()).add(value));
            }
        }
        List<String> by = new ArrayList<>(List.of("technology", "state"));
        labels.entrySet().stream().filter(label -> label.getValue().size() > 1 && label.getValue().size() <= Math.min(GROUPS, rows.size() / 2))
                .map(Map.Entry::getKey).filter(key -> !by.contains(key)).limit(LABELS).forEach(by::add);
        String group = by.contains(wanted) ? wanted : "";
        if (rows.size() > SQUARES) {
            return new HostMap(by, group, List.of(), List.of());
        }
        rows.sort(Comparator.comparing((Integer row) -> name(hosts, row, group), HostMap::naturally).thenComparing(hosts::id));
        Map<String, Group> groups = new LinkedHashMap<>();
        rows.forEach(row -> groups.merge(name(hosts, row, group), new Group(name(hosts, row, group), 1, hosts.guests(row)),
                (one, other) -> new Group(one.name(), one.hosts() + 1, one.guests() + other.guests())));
        return new HostMap(by, group, List.copyOf(groups.values()),
                rows.stream().map(row -> new Square(hosts.id(row).value(), Overview.lower(hosts.state(row)), Overview.full(hosts, row))).toList());
    }

    private static String name(HostTable hosts, int row, String group) {
        return switch (group) {
            case "" -> "";
            case "technology" -> hosts.technology(row).name();
            case "state" -> Overview.lower(hosts.state(row));
            default -> hosts.labels(row).getOrDefault(group, "");
        };
    }

    /** r2 comes before r10. */
    private static int naturally(String one, String other) {
        return Comparator.comparing(HostMap::letters).thenComparingInt(String::length).thenComparing(name -> name).compare(one, other);
    }

    private static String letters(String name) {
        int end = 0;
        while (end < name.length() && !Character.isDigit(name.charAt(end))) {
            end++;
        }
        return name.substring(0, end);
    }
}
