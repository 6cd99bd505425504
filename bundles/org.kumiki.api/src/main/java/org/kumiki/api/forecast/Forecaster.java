package org.kumiki.api.forecast;

import java.util.Optional;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.policy.History;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Foresees how long starts, stops and moves take, and what hosts carry afterwards, and learns from those that are over. Nothing waits for it and
 * nothing is decided by it: its forecasts are kept beside what happened, so that people see how far they are to be trusted.
 * <p>
 * It needs to keep nothing: when it comes it is told of all that is still known, the oldest first, before anything new. Called from several
 * threads; each call has a deadline of ten seconds, and what was known before it came has one together.
 */
@ConsumerType
public interface Forecaster {

    /**
     * What will come of something that begins now; empty if there is nothing to tell it from.
     *
     * @param now     the datacenter as it is; the instance is in it already, and what else is under way
     * @param history what was measured until now
     */
    Optional<Forecast> foresee(Undertaking undertaking, Inventory now, History history);

    /** Something has ended well, as this. */
    void learn(Undertaking undertaking, Happened happened);

    /** Something has ended well some time ago, and this was measured since. */
    void learn(Undertaking undertaking, Afterwards afterwards);
}
