package org.kumiki.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.kumiki.api.datacenter.Table;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.Role;
import org.kumiki.api.view.DatacenterView;

/** Which policy decides what: as configured, unless it was given another role. Immutable and pure. */
record Roles(Table<String, Rehearsal> given) {

    Optional<Rehearsal> of(String policy) {
        return given.find(policy);
    }

    /** @param advises whether its plans are only shown, by its configuration */
    Role of(String policy, boolean advises) {
        return of(policy).map(Rehearsal::role).orElse(advises ? Role.SHADOW : Role.ACTIVE);
    }

    /** The policy that now decides in the place of another one. */
    Optional<Rehearsal> insteadOf(String policy) {
        return given.stream().filter(other -> other.replaces(policy)).findFirst();
    }

    /** The policy that has taken a part of the hosts from another one. */
    Optional<Rehearsal> canaryOf(String policy) {
        return given.stream().filter(other -> other.takesFrom(policy)).findFirst();
    }

    /** The policy that a shadow's plans are compared with. */
    Optional<String> rival(Rehearsal shadow) {
        return insteadOf(shadow.policy()).map(Rehearsal::policy).or(shadow::inPlaceOf);
    }

    /** What a policy sees: its part, or what is left by those that have taken theirs from it. */
    DatacenterView view(String policy, DatacenterView whole) {
        return part(whole, own(policy), taken(policy));
    }

    /** The hosts that a canary leaves; none if there are no others, or if they are not another policy's. */
    Optional<DatacenterView> rest(Rehearsal canary, DatacenterView whole) {
        return canary.role() != Role.CANARY ? Optional.empty() : Optional.of(part(whole, Optional.empty(), Set.copyOf(canary.hosts())));
    }

    private static DatacenterView part(DatacenterView whole, Optional<Set<HostId>> own, Set<HostId> taken) {
        return own.isEmpty() && taken.isEmpty() ? whole : whole.part(row -> mayUse(whole.hosts().id(row), own, taken));
    }

    private static boolean mayUse(HostId host, Optional<Set<HostId>> own, Set<HostId> taken) {
        return own.map(hosts -> hosts.contains(host)).orElse(true) && !taken.contains(host);
    }

    private Optional<Set<HostId>> own(String policy) {
        return of(policy).filter(one -> one.role() == Role.CANARY).map(canary -> Set.copyOf(canary.hosts()));
    }

    private Set<HostId> taken(String policy) {
        Set<HostId> taken = new HashSet<>();
        given.stream().filter(other -> other.takesFrom(policy)).forEach(canary -> taken.addAll(canary.hosts()));
        return taken;
    }

    /** Why an action is not a policy's to carry out; empty if it is, or if its configuration alone forbids it. */
    Optional<String> objection(String policy, Action action, Table<InstanceId, Instance> instances) {
        Optional<Role> role = of(policy).map(Rehearsal::role).filter(given -> given == Role.SHADOW || given == Role.OFF);
        return role.map(given -> "policy " + policy + (given == Role.OFF ? " was retired" : " only looks on"))
                .or(() -> beyond(policy, action, instances));
    }

    /** Why an action reaches beyond the hosts that a policy may use; empty if it does not. */
    Optional<String> beyond(String policy, Action action, Table<InstanceId, Instance> instances) {
        Optional<Set<HostId>> own = own(policy);
        Set<HostId> taken = taken(policy);
        return hosts(action, instances).filter(host -> !mayUse(host, own, taken)).findFirst()
                .map(host -> "host " + host + (taken.contains(host) ? " belongs to a canary" : " is not of its part"));
    }

    private static Stream<HostId> hosts(Action action, Table<InstanceId, Instance> instances) {
        return Stream.concat(target(action).stream(), action.instances().stream().flatMap(id -> instances.find(id).stream())
                .flatMap(instance -> instance.host().stream()));
    }

    private static List<HostId> target(Action action) {
        return action instanceof Action.Sleep sleep ? List.of(sleep.host())
                : action instanceof Action.Wake wake ? List.of(wake.host()) : List.of(Execution.destination(action));
    }
}
