package org.kumiki.twin.model;

import java.util.List;

/**
 * Post-copy (M. Hines and K. Gopalan, Post-Copy Based Live Virtual Machine Migration, VEE 2009): the guest stands still only while the state of its
 * processors is sent, then runs at the destination, and its memory follows. No page is sent twice; it waits for those that it needs before they are there,
 * of which adaptive pre-paging leaves at most 21 % of its working set, by the paper's abstract.
 *
 * @param state      of its processors and what cannot be fetched later, in bytes
 * @param roundTrip  of a page that is asked for, in seconds
 * @param faults     the share of the working set that it waits for, from 0 to 1
 * @param workingSet what it touches while it moves, in bytes
 */
public record PostCopy(double state, double roundTrip, double faults, double workingSet) implements MoveModel {

    /** Of the working set, with adaptive pre-paging (the abstract of the paper). */
    public static final double FAULTS = 0.21;

    @Override
    public Moved move(Writes guest, Channel channel) {
        double downtime = state / channel.bytesPerSecond() + channel.switchOver();
        double copying = guest.memory() / channel.bytesPerSecond();
        double pages = faults * Math.min(workingSet, guest.memory()) / StopRule.PAGE;
        double waiting = pages * (roundTrip + StopRule.PAGE / channel.bytesPerSecond());
        return new Moved(true, channel.setup() + downtime + copying, downtime, state + guest.memory(), downtime + Math.min(waiting, copying),
                List.of(new Moved.Round(state, state / channel.bytesPerSecond()), new Moved.Round(guest.memory(), copying)));
    }
}
