package org.kumiki.api.migration;

import java.time.Duration;

/** What to do next in a migration. */
public sealed interface MigrationDirective {

    /**
     * Goes on copying.
     *
     * @param bytesPerSecond upper bound for the channel; 0 for none
     * @param downtimeLimit  switch over when the rest can be sent in so short a time
     * @param throttle       slow the guest's CPUs down by so much, from 0 to 0.99
     */
    record Continue(long bytesPerSecond, Duration downtimeLimit, double throttle) implements MigrationDirective {
    }

    /** Runs the guest at the destination now, and lets its memory follow. */
    record SwitchToPostcopy() implements MigrationDirective {
    }

    /** Stops the guest now and copies the rest. */
    record StopAndCopy() implements MigrationDirective {
    }

    /** Shuts the guest down at the source and starts it at the destination. Only before the first byte is sent. */
    record Cold() implements MigrationDirective {
    }

    /** Gives up; the guest goes on at the source. */
    record Cancel(String reason) implements MigrationDirective {
    }
}
