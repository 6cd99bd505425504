package org.kumiki.twin.simulation;

import java.time.Duration;
import java.time.Instant;

import org.kumiki.api.twin.EngineSettings;
import org.kumiki.twin.model.HostSleep;

/**
 * How a run goes on from a state of the live datacenter.
 *
 * @param begin    when it begins, if the state is not younger
 * @param sleep    how hosts sleep and wake
 * @param load     how much of what its guests were measured to use they go on to use
 * @param interval for which each figure of the outcome is
 */
public record Fork(EngineSettings settings, Instant begin, long seed, Brains brains, Physics physics, HostSleep sleep, double load, Duration interval) {

    public Fork {
        if (!(load >= 0) || interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the load is not negative, and an interval is: " + load + ", " + interval);
        }
    }
}
