package org.kumiki.api.model;

/** Whether a host takes guests. */
public enum HostState {
    /** Runs guests and takes new ones. */
    UP,
    /** Runs guests and takes no new ones: an operator is emptying it. */
    DRAINING,
    /** Empty by intent; an operator works on it. */
    MAINTENANCE,
    /** Switched off; it can be woken. */
    OFF,
    /** Its driver is absent or does not reach it. What its guests do is not known. */
    LOST,
    /** Taken out of the datacenter. Its row stays, so that older decisions can still be read. */
    REMOVED;

    public boolean takesGuests() {
        return this == UP;
    }
}
