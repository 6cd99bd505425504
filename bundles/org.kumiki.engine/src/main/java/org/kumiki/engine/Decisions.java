package org.kumiki.engine;

import org.kumiki.api.model.Decision;

/** Keeps the latest decisions, so that somebody can ask why. */
final class Decisions {

    private static final int KEPT = 10_000;

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
}
