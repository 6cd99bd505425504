package org.kumiki.hypervisor.vsphere;

import org.kumiki.api.hypervisor.GuestState;

/**
 * A guest of ours, as the server has it.
 *
 * @param host  where it is; it is in the memory of a host only while it is on
 * @param power as the server says it
 */
record Machine(Ref ref, Ref host, String power) {

    static final String ON = "poweredOn";
    static final String OFF = "poweredOff";

    boolean isOn() {
        return power.equals(ON);
    }

    /** Not only suspended, which keeps its configuration as it is. */
    boolean isOff() {
        return power.equals(OFF);
    }

    GuestState state() {
        return isOn() ? GuestState.RUNNING : GuestState.STOPPED;
    }
}
