package org.kumiki.hypervisor.simulated;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;

/**
 * A guest on paper.
 *
 * @param boots how often it was switched on or restarted
 */
record Guest(InstanceId id, HostId host, GuestState state, Resources resources, int boots) {

    boolean runs() {
        return state == GuestState.RUNNING;
    }

    Guest booted(Resources newResources) {
        return new Guest(id, host, GuestState.RUNNING, newResources, boots + 1);
    }

    Guest stopped() {
        return new Guest(id, host, GuestState.STOPPED, resources, boots);
    }

    Guest on(HostId newHost) {
        return new Guest(id, newHost, state, resources, boots);
    }

    /** What its system would have written since it was last switched on. */
    String consoleText() {
        String boot = """
                [    0.000000] Linux version 6.1.0-kumiki (paper) #%d SMP PREEMPT_DYNAMIC
                [    0.000000] Command line: console=ttyS0 hostname=%s
                [    0.004000] Memory: %dK available
                [    0.012000] smp: Brought up 1 node, %d CPUs
                [    0.180000] virtio_net virtio0 eth0: link up
                [    0.420000] EXT4-fs (vda1): mounted filesystem with ordered data mode
                [    0.910000] systemd[1]: Hostname set to <%s>.
                [    1.500000] systemd[1]: Reached target multi-user.target.

                %s login:\s
                """.formatted(boots, id, resources.memoryMiB() * 1024, resources.cpus(), id, id);
        return runs() ? boot : boot + "[   60.000000] reboot: Power down\n";
    }

    /** One line of the ledger. */
    String toLine() {
        return id + " " + host + " " + state + " " + resources.cpus() + " " + resources.memoryMiB() + " " + resources.diskMiB() + " "
                + resources.networkMbps() + " " + boots;
    }

    /** Reads what {@link #toLine()} wrote, split at the blanks. */
    static Guest of(String[] words) {
        if (words.length != 8) {
            throw new IllegalArgumentException("a guest takes 8 words, not " + words.length);
        }
        Resources resources = new Resources(Integer.parseInt(words[3]), Long.parseLong(words[4]), Long.parseLong(words[5]),
                Integer.parseInt(words[6]));
        return new Guest(new InstanceId(words[0]), new HostId(words[1]), GuestState.valueOf(words[2]), resources,
                Integer.parseInt(words[7]));
    }
}
