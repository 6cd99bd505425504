package org.kumiki.twin.model;

/**
 * What a move goes through.
 *
 * @param bytesPerSecond it carries
 * @param setup          seconds until the first byte is sent, in which the guest runs
 * @param switchOver     seconds that the guest stands still beside the copying: until it is stopped, and until it goes on
 */
public record Channel(double bytesPerSecond, double setup, double switchOver) {

    public Channel {
        if (!(bytesPerSecond > 0 && setup >= 0 && switchOver >= 0)) {
            throw new IllegalArgumentException("a channel carries something: " + bytesPerSecond + " bytes a second, " + setup + " s, " + switchOver + " s");
        }
    }

    /** One that takes no time but for what it carries, in Mbit/s. */
    public static Channel megabits(double megabitsPerSecond) {
        return new Channel(bytes(megabitsPerSecond), 0, 0);
    }

    /** Bytes a second of Mbit/s. */
    public static double bytes(double megabitsPerSecond) {
        return megabitsPerSecond * 1e6 / 8;
    }
}
