package org.kumiki.api.migration;

import java.time.Duration;

import org.kumiki.api.migration.MigrationDirective.Continue;
import org.kumiki.api.migration.MigrationProgress.Phase;

/**
 * How far the memory of a guest is copied, in the usual algebra of iterative pre-copy (Clark et al., NSDI 2005; Liu et al., HPDC 2011): a round
 * sends what was written to in the round before, which takes as long as the channel needs for it, and leaves what the guest writes to meanwhile.
 * How much that is, whoever has a guest says. Immutable, and the same by any clock.
 *
 * @param channel  what can be sent at most, in bytes a second
 * @param rate     what is sent, in bytes a second
 * @param throttle by how much the guest's CPUs are slowed down, from 0 to 1
 * @param round    how many rounds are over
 * @param sent     in bytes, by those
 * @param left     in bytes: what would have to be sent if the guest stood still now
 */
public record MemoryCopy(double channel, double rate, double throttle, int round, double sent, double left) {

    /** Before the first byte, of so many bytes of memory. */
    public static MemoryCopy of(double memory, double channel) {
        return new MemoryCopy(channel, channel, 0, 0, 0, memory);
    }

    /** The same, as fast and with as much of the guest's CPUs as a strategy says. */
    public MemoryCopy as(Continue go) {
        double wanted = go.bytesPerSecond() == 0 ? channel : Math.min(go.bytesPerSecond(), channel);
        return new MemoryCopy(channel, wanted, go.throttle(), round, sent, left);
    }

    /** How long it takes to send what is left, in seconds. */
    public double seconds() {
        return left / rate;
    }

    /** Whether the rest can be sent in so short a time, which is not asked before all of the memory was sent once. */
    public boolean endsWithin(Duration downtimeLimit) {
        return round > 0 && seconds() <= downtimeLimit.toNanos() / 1e9;
    }

    /** After a round in which the guest wrote to so many bytes, each counted once. */
    public MemoryCopy next(double written) {
        return new MemoryCopy(channel, rate, throttle, round + 1, sent + left, written);
    }

    /** After the rest was sent, during which the guest wrote to nothing here. */
    public MemoryCopy ended() {
        return new MemoryCopy(channel, rate, throttle, round, sent + left, 0);
    }

    /** What a driver would report of it. */
    public MigrationProgress report(Phase phase, Duration elapsed, double dirtyBytesPerSecond) {
        return new MigrationProgress(phase, elapsed, round, Math.round(sent), Math.round(left), dirtyBytesPerSecond, rate, throttle);
    }
}
