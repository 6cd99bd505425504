package org.kumiki.twin.model;

/** When the rounds of a pre-copy are over, so that the guest is stopped and the rest is sent. A pure function. */
@FunctionalInterface
public interface StopRule {

    /** Of a page on the hardware of all sources, in bytes. */
    double PAGE = 4_096;

    /**
     * How far it is after a round.
     *
     * @param round     that has ended, from 1
     * @param sent      since the beginning, in bytes
     * @param remaining that the round has left
     * @param next      rate that the next one would be sent at, by the rule for it
     */
    record State(int round, double memory, double sent, double remaining, double next, double channel) {
    }

    boolean stops(State state);

    default StopRule or(StopRule other) {
        return state -> stops(state) || other.stops(state);
    }

    static StopRule rounds(int most) {
        return state -> state.round() >= most;
    }

    static StopRule remaining(double bytes) {
        return state -> state.remaining() < bytes;
    }

    /**
     * Clark et al. (NSDI 2005), section 5.1: when the next round would have to be faster than is allowed, or less than 256 KB are left.
     *
     * @param most in bytes a second
     */
    static StopRule clark(double most) {
        return remaining(256e3).or(state -> state.next() > most);
    }

    /**
     * Xen 3, as S. Akoush et al., Predicting the Performance of Virtual Machine Migration, MASCOTS 2010, describe it: fewer than 50 pages are left, 29
     * rounds are over, or more than three times the memory was sent. The constants are those one finds in Xen's sources of then.
     */
    static StopRule xen() {
        return remaining(50 * PAGE).or(rounds(29)).or(state -> state.sent() > 3 * state.memory());
    }

    /**
     * QEMU: when the rest can be sent within the downtime that is allowed.
     *
     * @param downtimeLimit in seconds; 0.3 unless it is told otherwise
     */
    static StopRule qemu(double downtimeLimit) {
        return state -> state.remaining() <= downtimeLimit * state.channel();
    }
}
