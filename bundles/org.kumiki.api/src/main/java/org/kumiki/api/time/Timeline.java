package org.kumiki.api.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The time of one datacenter. Whoever needs to know the time, or to wait, asks here and never the system, so that a simulation can
 * be hours ahead. Thread-safe.
 */
@ProviderType
public interface Timeline extends InstantSource {

    @Override
    Instant instant();

    /**
     * Runs a task once, not before a delay has passed. The task must be short; it runs on a thread of the timeline.
     *
     * @return cancels the task if it has not begun
     */
    Runnable after(Duration delay, Runnable task);
}
