package org.kumiki.twin.model;

/**
 * Between what a move by Xen's pre-copy takes, whatever the guest does (S. Akoush et al., Predicting the Performance of Virtual Machine Migration, MASCOTS
 * 2010): memory is sent at least once; it is sent at most five times but for a page, since rounds end as soon as more than three times was sent, the round
 * that does it may send all, and so may the last. The guest stands still for as long as nothing to all of the memory takes.
 *
 * @param least and
 * @param most seconds in all, without the setup
 * @param mostDowntime seconds; the least is the switch-over
 */
public record Bounds(double least, double most, double mostDowntime) {

    /** @param switchOver seconds that the guest stands still beside the copying */
    public static Bounds of(double memory, double bytesPerSecond, double switchOver) {
        double once = memory / bytesPerSecond;
        return new Bounds(once + switchOver, (5 * memory - StopRule.PAGE) / bytesPerSecond + switchOver, once + switchOver);
    }
}
