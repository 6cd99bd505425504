package org.kumiki.api.forecast;

import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Foresees how long moves and starts take, and learns from those that are over. Nothing waits for it and nothing is decided by it: its forecasts
 * are kept beside what happened, so that people see how far they are to be trusted. Called from several threads, with a deadline of a second.
 */
@ConsumerType
public interface Forecaster {

    /** What will come of something that begins now; empty if there is nothing to tell it from. */
    Optional<Forecast> foresee(Undertaking undertaking);

    /** Something has ended well, as this. */
    void learn(Undertaking undertaking, Happened happened);
}
