package org.kumiki.api.policy;

/** What part a policy has in a datacenter. */
public enum Role {
    /** Its plans are carried out. */
    ACTIVE,
    /** Its plans are made, checked, compared and shown; nothing moves. */
    SHADOW,
    /** Its plans are carried out on a part of the hosts, which is its own. */
    CANARY,
    /** It is not asked. */
    OFF
}
