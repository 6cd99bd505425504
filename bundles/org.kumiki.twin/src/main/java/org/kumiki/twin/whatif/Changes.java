package org.kumiki.twin.whatif;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.twin.Change;
import org.kumiki.api.twin.EngineState;
import org.kumiki.api.twin.Named;
import org.kumiki.api.view.HostTable;

/**
 * What changes come to on a state. Pure.
 *
 * @param policies that decide
 * @param load     how much of what they were measured to use guests use
 * @param gone     the hosts that are taken away
 */
record Changes(List<Named<Policy>> policies, double load, List<HostId> gone) {

    /** @throws IllegalArgumentException if there is no such policy or host */
    static Changes of(List<Change> changes, EngineState state) {
        Changes all = new Changes(state.policies(), 1, List.of());
        for (Change change : changes) {
            all = all.and(change, state);
        }
        return all;
    }

    private Changes and(Change change, EngineState state) {
        if (change instanceof Change.With with) {
            return with(policies, with.policy(), state);
        } else if (change instanceof Change.Without without) {
            return new Changes(without(without.policy()), load, gone);
        } else if (change instanceof Change.Replaced replaced) {
            return with(without(replaced.policy()), replaced.by(), state);
        } else if (change instanceof Change.WithoutHosts hosts) {
            hosts.hosts().forEach(host -> requireHost(state.inventory().view().hosts(), host));
            return new Changes(policies, load, joined(hosts.hosts()));
        } else if (change instanceof Change.FewerHosts fewer) {
            return new Changes(policies, load, joined(emptiest(state.inventory().view().hosts(), fewer.count())));
        }
        return new Changes(policies, load * ((Change.Load) change).factor(), gone);
    }

    private Changes with(List<Named<Policy>> others, String name, EngineState state) {
        Named<Policy> found = Stream.concat(state.candidates().stream(), state.policies().stream()).filter(one -> one.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no policy '" + name + "'; there is " + names(state)));
        List<Named<Policy>> all = new ArrayList<>(others);
        all.add(found);
        return new Changes(List.copyOf(all), load, gone);
    }

    private static String names(EngineState state) {
        List<String> names = Stream.concat(state.policies().stream(), state.candidates().stream()).map(Named::name).distinct().sorted().toList();
        return names.isEmpty() ? "none at all" : String.join(", ", names);
    }

    private List<Named<Policy>> without(String name) {
        if (policies.stream().noneMatch(one -> one.name().equals(name))) {
            throw new IllegalArgumentException("no policy '" + name + "' decides; "
                    + (policies.isEmpty() ? "none does" : String.join(", ", policies.stream().map(Named::name).sorted().toList()) + " do"));
        }
        return policies.stream().filter(one -> !one.name().equals(name)).toList();
    }

    private static void requireHost(HostTable hosts, HostId host) {
        if (hosts.row(host) < 0 || !isThere(hosts.state(hosts.row(host)))) {
            throw new IllegalArgumentException("there is no host '" + host + "' that is on");
        }
    }

    private static boolean isThere(HostState state) {
        return state == HostState.UP || state == HostState.DRAINING || state == HostState.MAINTENANCE;
    }

    private static List<HostId> emptiest(HostTable hosts, int count) {
        List<HostId> up = IntStream.range(0, hosts.size()).filter(row -> hosts.state(row) == HostState.UP).boxed()
                .sorted(Comparator.comparingInt((Integer row) -> hosts.guests(row)).thenComparing(Comparator.reverseOrder())).map(hosts::id).toList();
        if (up.size() <= count) {
            throw new IllegalArgumentException("there are " + up.size() + " hosts that take guests, so " + count + " fewer leave none");
        }
        return up.subList(0, count);
    }

    private List<HostId> joined(List<HostId> more) {
        return Stream.concat(gone.stream(), more.stream()).distinct().toList();
    }
}
