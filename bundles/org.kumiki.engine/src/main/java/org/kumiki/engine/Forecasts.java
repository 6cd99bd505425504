package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.time.Timeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks whoever foresees how long things take, if anybody does, and keeps what was foreseen beside what happened. Nothing waits for an answer, and
 * nothing depends on one. Thread-safe.
 */
final class Forecasts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Forecasts.class);
    private static final Duration TO_THINK = Duration.ofSeconds(1);
    private static final int KEPT = 1_000;

    private final Timeline timeline;
    private final Supervised<Forecaster> forecasters;
    /** What was asked of things that go on, by what they are. */
    private final Map<Undertaking, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();
    private final List<Foreseen> kept = new ArrayList<>();

    Forecasts(Timeline timeline, Supervised<Forecaster> forecasters) {
        this.timeline = timeline;
        this.forecasters = forecasters;
    }

    /** The newest ones, oldest first. */
    List<Foreseen> all() {
        synchronized (kept) {
            return List.copyOf(kept);
        }
    }

    /** Something begins. */
    void begun(Undertaking undertaking) {
        Instant at = timeline.instant();
        forecasters.find(Optional.empty()).ifPresent(one -> asked.put(undertaking, forecasters.ask(one, TO_THINK, each -> each.foresee(undertaking),
                answer -> answer == null ? "answered null" : null).handle((forecast, failure) -> {
                    if (failure == null) {
                        forecast.ifPresent(each -> keep(new Foreseen(undertaking, one.toString(), at, each, Optional.empty())));
                    } else {
                        LOG.debug("nobody foresees {}", undertaking, failure);
                    }
                    return null;
                })));
    }

    /** It has ended well. */
    void ended(Undertaking undertaking, Happened happened) {
        CompletableFuture<Void> before = asked.remove(undertaking);
        if (before != null) {
            before.thenRun(() -> {
                happened(undertaking, happened);
                learn(undertaking, happened);
            });
        }
    }

    /** It has not. */
    void failed(Undertaking undertaking) {
        asked.remove(undertaking);
    }

    private void learn(Undertaking undertaking, Happened happened) {
        forecasters.find(Optional.empty()).ifPresent(one -> forecasters.ask(one, TO_THINK, each -> {
            each.learn(undertaking, happened);
            return true;
        }, answer -> null).exceptionally(failure -> {
            LOG.debug("nobody learns from {}", undertaking, failure);
            return null;
        }));
    }

    private void keep(Foreseen foreseen) {
        synchronized (kept) {
            kept.add(foreseen);
            if (kept.size() > KEPT) {
                kept.remove(0);
            }
        }
    }

    private void happened(Undertaking undertaking, Happened happened) {
        synchronized (kept) {
            for (int index = kept.size() - 1; index >= 0; index--) {
                if (kept.get(index).undertaking().equals(undertaking)) {
                    kept.set(index, kept.get(index).with(happened));
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        forecasters.close();
    }
}
