package org.kumiki.twin.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Iterative pre-copy (C. Clark et al., Live Migration of Virtual Machines, NSDI 2005): all of the memory is sent while the guest runs, then what it wrote
 * to meanwhile, and so on; at last the guest is stopped and the rest is sent. Implementations differ in how fast they send a round and when they stop.
 *
 * @param rates    how fast each round is sent
 * @param stop     when the guest is stopped
 * @param patience after how many rounds a move is given up that the rule does not end
 */
public record PreCopy(RateControl rates, StopRule stop, int patience) implements MoveModel {

    private static final int FOREVER = 1_000;

    /**
     * As in the paper.
     *
     * @param least and
     * @param most  that a round may be sent at, in bytes a second
     */
    public static PreCopy clark(double least, double most) {
        return new PreCopy(RateControl.clark(least), StopRule.clark(most), FOREVER);
    }

    /** As in Xen 3, which always ends. */
    public static PreCopy xen() {
        return new PreCopy(RateControl.full(), StopRule.xen(), FOREVER);
    }

    /**
     * As in QEMU while it does not slow the guest down; {@link Directed} has moves that do.
     *
     * @param downtimeLimit in seconds
     */
    public static PreCopy qemu(double downtimeLimit) {
        return new PreCopy(RateControl.full(), StopRule.qemu(downtimeLimit), FOREVER);
    }

    @Override
    public Moved move(Writes guest, Channel channel) {
        List<Moved.Round> rounds = new ArrayList<>();
        double seconds = channel.setup();
        double sent = 0;
        double left = guest.memory();
        double dirtyRate = 0;
        for (int round = 1; round <= patience; round++) {
            double took = left / Math.min(channel.bytesPerSecond(), rates.rate(round, dirtyRate));
            rounds.add(new Moved.Round(left, took));
            seconds += took;
            sent += left;
            left = guest.dirtied(round, took);
            dirtyRate = took > 0 ? left / took : 0;
            if (left == 0 || stop.stops(new StopRule.State(round, guest.memory(), sent, left, rates.rate(round + 1, dirtyRate), channel.bytesPerSecond()))) {
                double last = left / channel.bytesPerSecond();
                rounds.add(new Moved.Round(left, last));
                double downtime = last + channel.switchOver();
                return new Moved(true, seconds + downtime, downtime, sent + left, downtime, rounds);
            }
        }
        return new Moved(false, seconds, 0, sent, 0, rounds);
    }
}
