package org.kumiki.twin.model;

import java.util.List;

/** The guest stands still while its memory is sent, once: M/R, and the switch-over (Clark et al., NSDI 2005, section 3.1, pure stop-and-copy). */
public record StopAndCopy() implements MoveModel {

    @Override
    public Moved move(Writes guest, Channel channel) {
        double copying = guest.memory() / channel.bytesPerSecond();
        double downtime = copying + channel.switchOver();
        return new Moved(true, channel.setup() + downtime, downtime, guest.memory(), downtime, List.of(new Moved.Round(guest.memory(), copying)));
    }
}
