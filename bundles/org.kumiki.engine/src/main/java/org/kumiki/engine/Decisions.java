package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;

import org.kumiki.api.model.Decision;

/** Keeps the latest decisions, so that somebody can ask why. */
final class Decisions {

    private static final int KEPT = 10_000;
    private static final Duration HOUR = Duration.ofHours(1);

    private Decisions() {
    }

    static long next(Draft draft) {
        Ordered<Long, Decision> decisions = draft.all(Entity.DECISION);
        return decisions.size() == 0 ? 1 : decisions.last().number() + 1;
    }

    static void keep(Draft draft, Decision decision) {
        draft.put(Entity.DECISION, decision);
        if (draft.all(Entity.DECISION).size() > KEPT) {
            draft.remove(Entity.DECISION, draft.all(Entity.DECISION).first().number());
        }
    }

    /** How many guests a policy has moved within the hour before a moment, not counting what was before another one. */
    static int movesOfTheHour(World world, String policy, Instant since, Instant now) {
        Instant hourAgo = now.minus(HOUR);
        return moves(world, policy, since.isAfter(hourAgo) ? since : hourAgo);
    }

    /** How many guests a policy has moved since, as far as decisions are kept. */
    static int moves(World world, String policy, Instant since) {
        return (int) world.decisions().stream().filter(decision -> !decision.at().isBefore(since) && !decision.chosen().isEmpty()
                && decision.brain().startsWith(policy + " (")).count();
    }
}
