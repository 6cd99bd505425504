package org.kumiki.node.ssh;

import java.time.Duration;

/** A moment after which nobody waits any longer. */
record Deadline(long nanoTime, Duration patience) {

    static Deadline in(Duration patience) {
        return new Deadline(System.nanoTime() + patience.toNanos(), patience);
    }

    /** Never less than nothing. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    /** The earlier of this one and another. */
    Deadline orIn(Duration other) {
        return other.compareTo(left()) < 0 ? in(other) : this;
    }
}
