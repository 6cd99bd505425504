package org.kumiki.twin.model;

/** How fast each round of a pre-copy is sent. A pure function. */
@FunctionalInterface
public interface RateControl {

    /**
     * @param round     from 1
     * @param dirtyRate at which the guest wrote during the round before, in bytes a second; 0 for the first
     * @return bytes a second; more than the channel carries stands for all it carries
     */
    double rate(int round, double dirtyRate);

    /** As fast as the channel is, as Xen since 3 and QEMU. */
    static RateControl full() {
        return (round, dirtyRate) -> Double.MAX_VALUE;
    }

    /**
     * Clark et al. (NSDI 2005), section 5.1: the first round is sent at the lowest rate, and each other one by 50 Mbit/s faster than the guest wrote
     * during the one before.
     *
     * @param least in bytes a second; 100 Mbit/s in their experiments
     */
    static RateControl clark(double least) {
        return (round, dirtyRate) -> round == 1 ? least : Math.max(least, dirtyRate + Channel.bytes(50));
    }
}
