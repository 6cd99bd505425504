package org.kumiki.twin.whatif;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.view.HostTable;

/** Which hosts and instances a datacenter has, and of which kind most of them are. Whoever asks for what there is not is told so. Pure. */
final class Kinds {

    private final Inventory inventory;
    private final HostTable hosts;

    /** What makes hosts alike. */
    private record Kind(String technology, Resources capacity, int processors) {
    }

    Kinds(Inventory inventory) {
        this.inventory = inventory;
        this.hosts = inventory.view().hosts();
    }

    /** The same, if it is on. */
    HostId present(HostId host) {
        if (hosts.row(host) < 0 || !isOn(hosts.state(hosts.row(host)))) {
            throw new IllegalArgumentException("there is no host '" + host + "' that is on");
        }
        return host;
    }

    private static boolean isOn(HostState state) {
        return state == HostState.UP || state == HostState.DRAINING || state == HostState.MAINTENANCE;
    }

    /** The same, if it is in the datacenter, on or off. */
    HostId known(HostId host) {
        if (hosts.row(host) < 0 || hosts.state(hosts.row(host)) == HostState.REMOVED) {
            throw new IllegalArgumentException("there is no host '" + host + "'");
        }
        return host;
    }

    /** The same, if there are so many hosts. */
    int atMostAll(int count) {
        long all = IntStream.range(0, hosts.size()).filter(row -> hosts.state(row) != HostState.REMOVED).count();
        if (count > all) {
            throw new IllegalArgumentException("there are " + all + " hosts, of which " + count + " cannot fail");
        }
        return count;
    }

    /** The first host of the kind that most of those that take guests are. */
    HostId commonest() {
        Map<Kind, List<Integer>> byKind = up().boxed().collect(Collectors.groupingBy(
                row -> new Kind(hosts.technology(row).name(), hosts.capacity(row), hosts.processors(row)), LinkedHashMap::new, Collectors.toList()));
        return largest(byKind.values()).map(rows -> hosts.id(rows.get(0)))
                .orElseThrow(() -> new IllegalArgumentException("there is no host that takes guests, which others could be like"));
    }

    /** Of those that take guests and are not taken already, the ones with the fewest; of equals the last. */
    List<HostId> emptiest(int count, Collection<HostId> taken) {
        List<HostId> left = up().boxed().filter(row -> !taken.contains(hosts.id(row)))
                .sorted(Comparator.comparingInt((Integer row) -> hosts.guests(row)).thenComparing(Comparator.reverseOrder())).map(hosts::id).toList();
        if (left.size() <= count) {
            throw new IllegalArgumentException("there are " + left.size() + " hosts that take guests, so " + count + " fewer leave none");
        }
        return left.subList(0, count);
    }

    private IntStream up() {
        return IntStream.range(0, hosts.size()).filter(row -> hosts.state(row) == HostState.UP);
    }

    /** The same, if instances are sold in it. */
    String type(String name) {
        if (inventory.instanceTypes().find(name).isEmpty()) {
            throw new IllegalArgumentException("there is no instance type '" + name + "'; one is, for example, "
                    + inventory.instanceTypes().stream().findFirst().map(type -> "'" + type.name() + "'").orElse("none"));
        }
        return name;
    }

    /** The type that most of the running instances have. */
    String commonestType() {
        return largest(running().collect(Collectors.groupingBy(one -> one.spec().type(), LinkedHashMap::new, Collectors.toList())).values())
                .map(instances -> instances.get(0).spec().type())
                .orElseThrow(() -> new IllegalArgumentException("nothing runs that other instances could be like; say their type"));
    }

    /** The running instances of a type, or of any, if none is of that one. */
    List<Instance> like(String type) {
        List<Instance> same = running().filter(one -> one.spec().type().equals(type)).toList();
        return same.isEmpty() ? running().toList() : same;
    }

    private Stream<Instance> running() {
        return inventory.instances().stream().filter(one -> one.state() == InstanceState.RUNNING);
    }

    /** Of equals the first. */
    private static <T> Optional<List<T>> largest(Collection<List<T>> groups) {
        return groups.stream().reduce((one, other) -> other.size() > one.size() ? other : one);
    }
}
