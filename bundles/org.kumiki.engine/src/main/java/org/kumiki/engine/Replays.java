package org.kumiki.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.datacenter.Replay;
import org.kumiki.api.model.Decision;

/** What brains were asked lately, so that it can be asked again. Thread-safe. */
final class Replays {

    /** Worlds share what they have in common, so one more costs little; but what differs adds up. */
    private static final int KEPT = 512;

    /** A question that was asked once. */
    @FunctionalInterface
    interface Question {

        /** Asks it again, and makes a record of the answer that has everything else in common with the one of then. */
        CompletionStage<Decision> again(Decision recorded);
    }

    private final Map<Long, Question> questions = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Question> eldest) {
            return size() > KEPT;
        }
    };

    void keep(long decision, Question question) {
        synchronized (questions) {
            questions.put(decision, question);
        }
    }

    CompletionStage<Replay> again(Decision recorded) {
        Question question;
        synchronized (questions) {
            question = questions.get(recorded.number());
        }
        return question == null
                ? CompletableFuture.failedFuture(Refused.wrongState(Kind.DECISION, recorded.number(), "What " + recorded.brain()
                        + " saw when it made decision " + recorded.number() + " is not remembered: only the latest " + KEPT
                        + " decisions since the platform started can be made again, and no person's"))
                : CompletableFuture.completedFuture(recorded).thenCompose(question::again).thenApply(again -> new Replay(recorded, again));
    }
}
