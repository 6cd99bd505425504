package org.kumiki.shell;

import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Resources;

/** Amounts and states in words. */
final class Words {

    private Words() {
    }

    static String of(Resources resources) {
        return resources.cpus() + (resources.cpus() == 1 ? " cpu, " : " cpus, ") + Text.size(resources.memoryMiB()) + " memory, "
                + Text.size(resources.diskMiB()) + " disk"
                + (resources.networkMbps() == 0 ? "" : ", " + resources.networkMbps() + " Mbit/s");
    }

    /** A state after the word "is". */
    static String of(HostState state) {
        return state == HostState.MAINTENANCE ? "in maintenance" : Text.lowerCase(state);
    }

    /** What a state means for a host that has so many guests. */
    static String of(HostState state, int guests) {
        return switch (state) {
            case UP -> "takes guests";
            case DRAINING -> "takes no more guests; " + (guests == 0 ? "none is left" : guests + (guests == 1 ? " is" : " are") + " to leave");
            case MAINTENANCE -> "empty by intent: work on it, or switch it off";
            case OFF -> "switched off; it can be switched on";
            case LOST -> "not reached; what its guests do is not known; it can be switched on";
            case REMOVED -> "not in the datacenter any more; accept brings it back";
        };
    }

    /** From 0 to 1; what was not measured is nothing. */
    static String share(double share) {
        return Double.isNaN(share) ? "" : Math.round(100 * share) + " %";
    }
}
