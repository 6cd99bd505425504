package org.kumiki.twin.model;

import java.util.List;

/**
 * The closed form of mVM (V. Kherbache, E. Madelaine, F. Hermenier, Scheduling Live-Migrations for Fast, Adaptable and Energy-Efficient Relocation
 * Operations, UCC 2015), as it is in the scheduler of BtrPlace, against whose source it was checked: a guest writes to a hot part of its memory
 * again and again, and slowly to the rest.
 *
 * @param hotSize     of the hot part, Hs, in bytes
 * @param hotDuration in which it is written to once, Hd, in seconds
 * @param coldRate    at which the rest is, Cr, in bytes a second
 */
public record HotAndCold(double hotSize, double hotDuration, double coldRate) implements MoveModel {

    /** A guest that does nothing, in BtrPlace. */
    public static final HotAndCold IDLE = new HotAndCold(5e6, 2, 0);
    /** A guest under load, in the paper's experiments. */
    public static final HotAndCold STRESSED = new HotAndCold(96e6, 2, 3e6);

    /** One that is busy to a share from 0 to 1, between the two. */
    public static HotAndCold busy(double share) {
        return new HotAndCold(IDLE.hotSize + share * (STRESSED.hotSize - IDLE.hotSize), STRESSED.hotDuration, share * STRESSED.coldRate);
    }

    /** The same guest, round by round. */
    public Writes writes(double memory) {
        return new Writes() {

            @Override
            public double memory() {
                return memory;
            }

            @Override
            public double dirtied(int round, double seconds) {
                return Math.min(memory, hotSize * Math.min(1, seconds / hotDuration) + coldRate * seconds);
            }
        };
    }

    /**
     * How long a guest of so much memory moves.
     *
     * @throws IllegalArgumentException if the guest writes as fast as can be sent
     */
    public double seconds(double memory, double bytesPerSecond) {
        double hotRate = hotSize / hotDuration;
        if (hotRate >= bytesPerSecond || coldRate >= bytesPerSecond) {
            throw new IllegalArgumentException("the guest writes " + Math.max(hotRate, coldRate) + " bytes a second and " + bytesPerSecond + " can be sent");
        }
        double once = memory / bytesPerSecond;
        if (once <= hotDuration) {
            return once + hotRate * once / (bytesPerSecond - hotRate);
        }
        double again = (hotSize + (once - hotDuration) * coldRate) / (bytesPerSecond - coldRate);
        return once + again + hotSize / bytesPerSecond * (hotRate / (bytesPerSecond - hotRate));
    }

    /** The form says how long a move takes, and not how long the guest stands still: that is taken to be the switch-over alone. */
    @Override
    public Moved move(Writes guest, Channel channel) {
        double copying = seconds(guest.memory(), channel.bytesPerSecond());
        double bytes = copying * channel.bytesPerSecond();
        return new Moved(true, channel.setup() + copying + channel.switchOver(), channel.switchOver(), bytes, channel.switchOver(),
                List.of(new Moved.Round(bytes, copying)));
    }
}
