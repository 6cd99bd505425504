package org.kumiki.api.hypervisor;

/** Whether a guest's machine is switched on. */
public enum GuestState {
    RUNNING, STOPPED
}
