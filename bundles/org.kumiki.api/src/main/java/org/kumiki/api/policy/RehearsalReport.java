package org.kumiki.api.policy;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a policy does in the role that it was given. All but the {@link Rehearsal} ends with the platform.
 *
 * @param moves     how many guests it has moved since it has that role, as far as decisions are kept
 * @param plans     its latest plan beside that of the policy it is a candidate for, while it is a shadow
 * @param samples   what was seen, oldest first
 * @param objection what is against it; empty if it is within its bounds, as far as that is known
 */
public record RehearsalReport(Rehearsal rehearsal, int moves, Optional<Comparison> plans, List<Sample> samples, Optional<String> objection) {

    public RehearsalReport {
        Objects.requireNonNull(rehearsal);
        samples = List.copyOf(samples);
    }

    /**
     * How both did at one moment. While the candidate is a shadow it is what each of their plans would come to; after that it is what was measured: of
     * the hosts that are the candidate's, and of the others.
     *
     * @param active of the other policy; none if there is none, or it has no hosts
     */
    public record Sample(Instant at, Figures candidate, Optional<Figures> active) {
    }
}
