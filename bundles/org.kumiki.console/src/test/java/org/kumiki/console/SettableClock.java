package org.kumiki.console;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A clock that goes when it is told to. It begins just before its numbers run over, as that of a machine may. */
final class SettableClock implements LongSupplier {

    private long now = Long.MAX_VALUE - 1;

    @Override
    public long getAsLong() {
        return now;
    }

    void pass(Duration time) {
        now += time.toNanos();
    }
}
