package org.kumiki.api.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A virtual machine of a client.
 *
 * @param reservation the request that launched it, e.g. {@code r-0a1b2c3d4e5f60718}; one request may launch several
 * @param index       its place in that reservation, from 0
 * @param resources   what it takes of its host; copied from its type, so that a changed type changes no running instance
 * @param rootDevice  where its root volume belongs; none if its image has no disk
 * @param host        where it runs, or ran last
 * @param reason      why it is in this state, if someone would ask; e.g. {@code Client.UserInitiatedShutdown}
 * @param since       when it came into this state
 * @param decision    the number of the decision that placed it
 */
public record Instance(InstanceId id, AccountId owner, String reservation, int index, LaunchSpec spec, Resources resources,
        Optional<String> rootDevice, InstanceState state, Optional<String> reason, Instant launched, Instant since, Optional<HostId> host,
        NetworkInterface nic, boolean terminationProtected, Map<String, String> tags, long decision) {

    public Instance {
        tags = Map.copyOf(tags);
    }

    public Instance with(InstanceState newState, Instant at, Optional<String> newReason) {
        return new Instance(id, owner, reservation, index, spec, resources, rootDevice, newState, newReason, launched, at, host, nic,
                terminationProtected, tags, decision);
    }

    public Instance onHost(HostId newHost, long newDecision) {
        return new Instance(id, owner, reservation, index, spec, resources, rootDevice, state, reason, launched, since,
                Optional.of(newHost), nic, terminationProtected, tags, newDecision);
    }

    public Instance with(LaunchSpec newSpec, Resources newResources) {
        return new Instance(id, owner, reservation, index, newSpec, newResources, rootDevice, state, reason, launched, since, host, nic,
                terminationProtected, tags, decision);
    }

    public Instance with(NetworkInterface newNic) {
        return new Instance(id, owner, reservation, index, spec, resources, rootDevice, state, reason, launched, since, host, newNic,
                terminationProtected, tags, decision);
    }

    public Instance withTags(Map<String, String> newTags) {
        return new Instance(id, owner, reservation, index, spec, resources, rootDevice, state, reason, launched, since, host, nic,
                terminationProtected, newTags, decision);
    }

    public Instance withTerminationProtected(boolean isProtected) {
        return new Instance(id, owner, reservation, index, spec, resources, rootDevice, state, reason, launched, since, host, nic,
                isProtected, tags, decision);
    }
}
