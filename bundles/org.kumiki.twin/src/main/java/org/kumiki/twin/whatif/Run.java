package org.kumiki.twin.whatif;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import org.kumiki.api.twin.EngineState;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.VirtualEngines;
import org.kumiki.api.twin.WhatIf;
import org.kumiki.api.twin.WhatIfReport;
import org.kumiki.api.twin.WhatIfRun;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.simulation.Brains;
import org.kumiki.twin.simulation.Fork;
import org.kumiki.twin.simulation.Physics;
import org.kumiki.twin.simulation.Simulation;

/** A question on the thread that answers it: one side after the other. Thread-safe. */
final class Run implements WhatIfRun, Runnable {

    private static final int INTERVALS = 48;
    /** Not one that a datacenter has which is simulated itself: the copy would give new instances the identifiers of those that are there. */
    private static final long SEED = 0x7477696e;

    private final WhatIf question;
    private final EngineState state;
    private final VirtualEngines engines;
    private final Tariff tariff;
    private final CompletableFuture<WhatIfReport> report = new CompletableFuture<>();
    private final CompletionStage<WhatIfReport> answer;
    private volatile Simulation simulation;
    private volatile double done;

    /** What energy costs. */
    record Tariff(double perKWh, String currency) {
    }

    /** @param over told when there is an answer, before whoever has asked is */
    Run(WhatIf question, EngineState state, VirtualEngines engines, Tariff tariff, Consumer<Run> over) {
        this.question = question;
        this.state = state;
        this.engines = engines;
        this.tariff = tariff;
        this.answer = report.whenComplete((value, failure) -> over.accept(this)).minimalCompletionStage();
    }

    @Override
    public WhatIf question() {
        return question;
    }

    @Override
    public double done() {
        return done;
    }

    @Override
    public CompletionStage<WhatIfReport> report() {
        return answer;
    }

    @Override
    public void cancel() {
        giveUp(new CancellationException("it was cancelled"));
    }

    boolean isOver() {
        return report.isDone();
    }

    /** Ends it from outside; the thread follows when the brain that it is in has answered. */
    void giveUp(RuntimeException reason) {
        report.completeExceptionally(reason);
        Simulation now = simulation;
        if (now != null) {
            now.cancel();
        }
    }

    /** The brain that has been asked for so long, and has not answered. */
    Optional<String> hangs(Duration patience) {
        return Optional.ofNullable(simulation).flatMap(one -> one.hangs(patience));
    }

    @Override
    public void run() {
        try {
            Changes none = Changes.of(List.of(), state);
            Changes wanted = Changes.of(question.changes(), state);
            Series asIs = side(none, 0);
            Series changed = question.changes().isEmpty() ? asIs : side(wanted, 0.5);
            done = 1;
            report.complete(new WhatIfReport(question, asIs.begin(), asIs, changed, tariff.perKWh(), tariff.currency()));
        } catch (RuntimeException | Error e) { // whatever a brain does to this thread, whoever asked is told
            report.completeExceptionally(e);
        }
    }

    private Series side(Changes changes, double before) {
        Duration interval = question.ahead().dividedBy(INTERVALS);
        Instant begin = state.inventory().time();
        try (Simulation side = Simulation.of(engines, state, new Fork(state.settings(), begin, SEED, Brains.of(state).with(changes.policies()),
                Physics.STANDARD, HostSleep.SUSPENDED, changes.load(), interval))) {
            simulation = side;
            changes.in(side);
            for (int index = 1; index <= INTERVALS; index++) {
                if (report.isDone()) {
                    throw new CancellationException("nobody waits for it any more");
                }
                side.runUntil(begin.plus(index == INTERVALS ? question.ahead() : interval.multipliedBy(index)));
                done = before + index / (2.0 * INTERVALS);
            }
            return side.series();
        } finally {
            simulation = null;
        }
    }
}
