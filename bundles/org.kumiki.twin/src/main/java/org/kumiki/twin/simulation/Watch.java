package org.kumiki.twin.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.twin.Named;
import org.kumiki.api.twin.VirtualEngine;

/**
 * Keeps an eye on brains in a run. In the live datacenter one that throws is quarantined after a while, and one that hangs is cut off; here
 * that would hide what it does, so the run ends with it. Who is being asked can be read from any thread.
 */
final class Watch {

    /** Who is being asked, and since when. */
    record Asked(String who, long sinceNanos) {
    }

    private volatile Asked asked;
    private RuntimeException failure;

    /** Adds brains to an engine, the best last, since the one that came last is asked. */
    void addTo(VirtualEngine engine, Brains brains) {
        reversed(brains.schedulers()).forEach(one -> engine.add(Scheduler.class, one.name(),
                (view, request) -> ask("scheduler " + one.name(), () -> one.plugIn().place(view, request))));
        reversed(brains.strategies()).forEach(one -> engine.add(MigrationStrategy.class, one.name(),
                (order, progress) -> this.<MigrationDirective>ask("migration strategy " + one.name(), () -> one.plugIn().direct(order, progress))));
        reversed(brains.policies()).forEach(one -> engine.add(Policy.class, one.name(),
                (view, history) -> ask("policy " + one.name(), () -> one.plugIn().plan(view, history))));
    }

    private static <S> List<Named<S>> reversed(List<Named<S>> best) {
        List<Named<S>> all = new ArrayList<>(best);
        Collections.reverse(all);
        return all;
    }

    private <T> T ask(String who, Supplier<T> question) {
        asked = new Asked(who, System.nanoTime());
        try {
            T answer = question.get();
            if (answer == null) {
                failure = new IllegalStateException(who + " answered null");
            }
            return answer;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            failure = new IllegalStateException(who + " threw " + e, e);
            throw e;
        } finally {
            asked = null;
        }
    }

    /** Who is being asked at this moment, or null. */
    Asked asked() {
        return asked;
    }

    /** @throws IllegalStateException if a brain has failed */
    void check() {
        if (failure != null) {
            throw failure;
        }
    }
}
