package org.kumiki.console;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How much may be asked of a store for the sake of an order: so many questions, and for so long. Not thread-safe. */
final class Budget {

    private static final int MOST = 500;
    private static final Duration LONGEST = Duration.ofMillis(300);

    private final LongSupplier clock;
    private final long begun;
    private int left;

    /** @param clock in nanoseconds, like {@link System#nanoTime()} */
    Budget(int most, LongSupplier clock) {
        this.clock = clock;
        this.begun = clock.getAsLong();
        this.left = most;
    }

    static Budget ofPage() {
        return new Budget(MOST, System::nanoTime);
    }

    /** Whether one more question may be asked, which then counts. */
    boolean spend() {
        return left-- > 0 && clock.getAsLong() - begun < LONGEST.toNanos();
    }
}
