package org.kumiki.shell;

import org.kumiki.api.model.Resources;

/** Amounts in words. */
final class Words {

    private Words() {
    }

    static String of(Resources resources) {
        return resources.cpus() + (resources.cpus() == 1 ? " cpu, " : " cpus, ") + Text.size(resources.memoryMiB()) + " memory, "
                + Text.size(resources.diskMiB()) + " disk"
                + (resources.networkMbps() == 0 ? "" : ", " + resources.networkMbps() + " Mbit/s");
    }
}
