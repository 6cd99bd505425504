package org.kumiki.storage.file;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Gives times in microseconds, each later than all before, also when the system's clock is put back. */
final class Clock {

    private final AtomicLong last = new AtomicLong();

    long next() {
        long now = micros(Instant.now());
        return last.updateAndGet(before -> Math.max(before + 1, now));
    }

    long last() {
        return last.get();
    }

    /** That one has been given. */
    void skipTo(long time) {
        last.accumulateAndGet(time, Math::max);
    }

    static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000L + instant.getNano() / 1_000;
    }
}
