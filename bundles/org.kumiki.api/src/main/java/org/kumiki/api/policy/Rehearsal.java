package org.kumiki.api.policy;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.kumiki.api.model.HostId;

/**
 * The role that a policy was given in a datacenter, whatever its configuration says. It outlasts the platform, the engine and the policy.
 *
 * @param policy    its own name, e.g. {@code consolidate}
 * @param inPlaceOf the policy that it is a candidate for, which keeps the other hosts while it is a canary; none if it comes beside all
 * @param hosts     its part, while it is a canary; empty otherwise
 * @param bounds    those it must stay within while it decides anything
 * @param since     when it came into this role
 * @param promoteAt when it is to be promoted if it has stayed within its bounds; never if empty
 * @param by        who gave it the role
 * @param reason    why, if somebody has said so
 */
public record Rehearsal(String policy, Role role, Optional<String> inPlaceOf, List<HostId> hosts, Bounds bounds, Instant since,
        Optional<Instant> promoteAt, String by, String reason) {

    public Rehearsal {
        Objects.requireNonNull(policy);
        Objects.requireNonNull(role);
        hosts = List.copyOf(hosts);
        Objects.requireNonNull(bounds);
        Objects.requireNonNull(since);
    }

    /** Whether it stands in the place of another policy, so that this one only looks on. */
    public boolean replaces(String other) {
        return role == Role.ACTIVE && inPlaceOf.equals(Optional.of(other));
    }

    /** Whether it has taken a part of the hosts from another policy. */
    public boolean takesFrom(String other) {
        return role == Role.CANARY && inPlaceOf.equals(Optional.of(other));
    }
}
