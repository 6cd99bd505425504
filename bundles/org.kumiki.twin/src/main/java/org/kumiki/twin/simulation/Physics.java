package org.kumiki.twin.simulation;

import java.time.Duration;

import org.kumiki.twin.model.BootTime;
import org.kumiki.twin.model.Channel;

/**
 * How long things take.
 *
 * @param switchOn   from the order to start a guest until its machine is on, which is when it begins to use its CPUs
 * @param guests     how long their systems take to come up and to shut down
 * @param channel    what one move goes through; each has it for itself
 * @param workingSet the share of its memory, from 0 to 1, that a guest writes to again and again
 * @param step       how often the load of all guests is looked at; it stays as it is between
 */
public record Physics(Duration switchOn, BootTime guests, Channel channel, double workingSet, Duration step) {

    /** 10 Gbit/s of which a move has four fifths; a tenth of the memory is written to. */
    public static final Physics STANDARD = new Physics(Duration.ofSeconds(2), BootTime.MACHINE_2015, new Channel(Channel.bytes(8_000), 0.1, 0.04), 0.1,
            Duration.ofMinutes(5));

    public Physics {
        if (!(workingSet > 0 && workingSet <= 1) || step.isNegative() || step.isZero() || switchOn.isNegative()) {
            throw new IllegalArgumentException("steps take time, and a guest writes to some of its memory: " + step + ", " + workingSet);
        }
    }
}
