package org.kumiki.api.policy;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Looks ahead: lets a policy decide in a copy of the datacenter whose time runs faster, so that it is known what it would do before it does
 * it. The engine asks before it promotes a policy that has bounds. Thread-safe; calls return at once.
 */
@ConsumerType
public interface Rehearser {

    /**
     * Rehearses a policy from now on.
     *
     * @param candidate its name
     * @param inPlaceOf the policy that does not decide in the copy; none if the candidate comes beside all
     * @param bounds    what the candidate must stay within
     * @return how it went. It fails if that cannot be found out.
     */
    CompletionStage<Forecast> rehearse(String candidate, Optional<String> inPlaceOf, Bounds bounds);

    /**
     * How a rehearsal went.
     *
     * @param objection which bounds were broken, for people; empty if none were
     * @param text      what was seen, for people
     */
    record Forecast(Optional<String> objection, String text) {
    }
}
