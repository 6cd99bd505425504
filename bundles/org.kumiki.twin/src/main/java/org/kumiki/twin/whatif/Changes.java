package org.kumiki.twin.whatif;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.twin.Change;
import org.kumiki.api.twin.EngineState;
import org.kumiki.api.twin.Named;
import org.kumiki.twin.simulation.Simulation;

/**
 * What changes come to on a state. Pure.
 *
 * @param policies that decide
 * @param load     how much of what they were measured to use guests use
 * @param more     hosts that are added, before others go
 * @param gone     the hosts that are taken away
 * @param failures of hosts, each in its time
 * @param launches of instances
 */
record Changes(List<Named<Policy>> policies, double load, List<More> more, List<HostId> gone, List<Failure> failures, List<Launch> launches) {

    /** Hosts like another one. */
    record More(int count, HostId like) {
    }

    /** @param fullest how many hosts fail beside those that are named: those that have the most guests by then */
    record Failure(List<HostId> hosts, int fullest, Duration at) {
    }

    /** Instances like others. */
    record Launch(int count, String type, Duration over, List<Instance> like) {
    }

    Changes {
        policies = List.copyOf(policies);
        more = List.copyOf(more);
        gone = List.copyOf(gone);
        failures = List.copyOf(failures);
        launches = List.copyOf(launches);
    }

    /** @throws IllegalArgumentException if there is no such policy, host or type */
    static Changes of(List<Change> changes, EngineState state) {
        Kinds kinds = new Kinds(state.inventory());
        List<Named<Policy>> policies = state.policies();
        double load = 1;
        List<More> more = new ArrayList<>();
        List<HostId> gone = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        List<Launch> launches = new ArrayList<>();
        for (Change change : changes) {
            if (change instanceof Change.With with) {
                policies = with(policies, with.policy(), state);
            } else if (change instanceof Change.Without without) {
                policies = without(policies, without.policy());
            } else if (change instanceof Change.Replaced replaced) {
                policies = with(without(policies, replaced.policy()), replaced.by(), state);
            } else if (change instanceof Change.Load factor) {
                load *= factor.factor();
            } else if (change instanceof Change.MoreHosts hosts) {
                more.add(new More(hosts.count(), hosts.like().map(kinds::present).orElseGet(kinds::commonest)));
            } else if (change instanceof Change.WithoutHosts hosts) {
                hosts.hosts().stream().map(kinds::present).filter(host -> !gone.contains(host)).forEach(gone::add);
            } else if (change instanceof Change.FewerHosts fewer) {
                gone.addAll(kinds.emptiest(fewer.count(), gone));
            } else if (change instanceof Change.HostsFail fail) {
                failures.add(new Failure(fail.hosts().stream().map(kinds::known).toList(), 0, fail.at()));
            } else if (change instanceof Change.FullestHostsFail fail) {
                failures.add(new Failure(List.of(), kinds.atMostAll(fail.count()), fail.at()));
            } else if (change instanceof Change.Launches launch) {
                String type = launch.type().map(kinds::type).orElseGet(kinds::commonestType);
                launches.add(new Launch(launch.count(), type, launch.over(), kinds.like(type)));
            }
        }
        return new Changes(policies, load, more, gone, failures, launches);
    }

    private static List<Named<Policy>> with(List<Named<Policy>> others, String name, EngineState state) {
        Named<Policy> found = Stream.concat(state.candidates().stream(), state.policies().stream()).filter(one -> one.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no policy '" + name + "'; there is " + names(state)));
        return Stream.concat(others.stream(), Stream.of(found)).toList();
    }

    private static String names(EngineState state) {
        List<String> names = Stream.concat(state.policies().stream(), state.candidates().stream()).map(Named::name).distinct().sorted().toList();
        return names.isEmpty() ? "none at all" : String.join(", ", names);
    }

    private static List<Named<Policy>> without(List<Named<Policy>> policies, String name) {
        if (policies.stream().noneMatch(one -> one.name().equals(name))) {
            throw new IllegalArgumentException("no policy '" + name + "' decides; "
                    + (policies.isEmpty() ? "none does" : String.join(", ", policies.stream().map(Named::name).sorted().toList()) + " do"));
        }
        return policies.stream().filter(one -> !one.name().equals(name)).toList();
    }

    /** Has all of it happen in a run that is about to begin, or in its time. */
    void in(Simulation run) {
        more.forEach(hosts -> run.add(hosts.count(), hosts.like()));
        run.takeAway(gone);
        failures.forEach(failure -> {
            run.fail(failure.hosts(), failure.at());
            run.failFullest(failure.fullest(), failure.at());
        });
        launches.forEach(launch -> run.launch(launch.count(), launch.type(), launch.over(), launch.like()));
    }
}
