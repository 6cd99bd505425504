package org.kumiki.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.HostLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.policy.History;
import org.kumiki.api.time.Timeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks whoever foresees how long things take, if anybody does, and keeps what was foreseen beside what happened, in memory and in a file. Nothing
 * waits for an answer, and nothing depends on one. Thread-safe; reading takes no lock.
 */
final class Forecasts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Forecasts.class);
    /** Long, as nobody waits: a machine with too much to do is no fault of a forecaster. */
    private static final Duration TO_ANSWER = Duration.ofSeconds(10);
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);
    private static final Going UNWATCHED = new Going() {

        @Override
        public void ended(Happened happened) {
            // nobody wants to know
        }

        @Override
        public void failed(String reason) {
            // nobody wants to know
        }
    };

    /** Something that was begun. Whoever carries it out says once how it has ended. */
    interface Going {

        void ended(Happened happened);

        void failed(String reason);
    }

    private final Timeline timeline;
    private final Supervised<Forecaster> forecasters;
    private final Supplier<World> world;
    private final Supplier<History> history;
    /** How often use is measured, if it is. */
    private final Optional<Duration> sampling;
    private final Optional<ForecastFile> file;
    private final Executor background;
    private final ForecastLedger ledger = new ForecastLedger();
    private final List<ForecastLedger.Entry> unwritten = new ArrayList<>();
    private final Object writing = new Object();
    private volatile boolean closed;

    /** @param file what was kept there is taken in, and what comes is added to it; without one, everything ends with the engine */
    Forecasts(Timeline timeline, Supervised<Forecaster> forecasters, Supplier<World> world, Supplier<History> history, Optional<Duration> sampling,
            Optional<Path> file, Executor background) {
        this.timeline = timeline;
        this.forecasters = forecasters;
        this.world = world;
        this.history = history;
        this.sampling = sampling;
        this.file = file.map(ForecastFile::new);
        this.background = background;
        this.file.ifPresent(this::remember);
    }

    /** The newest ones, oldest first. */
    List<Foreseen> all() {
        return ledger.all();
    }

    /** One that is told of all that is known, before anything new. */
    synchronized void add(Forecaster forecaster, String name, Origin origin) {
        forecasters.add(forecaster, name, origin);
        List<Foreseen> past = ledger.all();
        forecasters.well().stream().filter(one -> one.service() == forecaster).forEach(one -> teach(one, each -> past.forEach(known -> {
            known.happened().ifPresent(happened -> each.learn(known.undertaking(), happened));
            known.afterwards().ifPresent(afterwards -> each.learn(known.undertaking(), afterwards));
        })));
    }

    /** What somebody else has begun already is not looked at: nobody knows how long it will have taken. */
    static Going unwatched() {
        return UNWATCHED;
    }

    /** Something begins. */
    Going begun(Undertaking undertaking) {
        if (file.isEmpty() && forecasters.find(Optional.empty()).isEmpty()) {
            return UNWATCHED; // an engine in virtual time, for whom nobody looks ahead
        }
        ForecastLedger.Entry entry = ledger.add(Foreseen.begun(undertaking, timeline.instant()));
        keep(entry);
        CompletableFuture<Void> asked = forecasters.find(Optional.empty()).map(one -> ask(one, entry.number(), undertaking))
                .orElseGet(() -> CompletableFuture.completedFuture(null));
        return new Going() {

            @Override
            public void ended(Happened happened) {
                Instant end = timeline.instant();
                asked.thenRun(() -> happened(entry.number(), end, happened)); // what was foreseen late was foreseen all the same
            }

            @Override
            public void failed(String reason) {
                Instant end = timeline.instant();
                asked.thenRun(() -> change(entry.number(), known -> known.failed(end, reason)));
            }
        };
    }

    private CompletableFuture<Void> ask(Supervised.One<Forecaster> one, long number, Undertaking undertaking) {
        World now = world.get();
        History measured = history.get();
        return forecasters.ask(one, TO_ANSWER, each -> each.foresee(undertaking, now, measured), answer -> answer == null ? "answered null" : null)
                .handle((forecast, failure) -> {
                    if (failure == null) {
                        forecast.ifPresent(what -> change(number, known -> known.with(one.toString(), what)));
                    } else {
                        LOG.debug("nobody foresees {}", undertaking, failure);
                    }
                    return null;
                });
    }

    private synchronized void happened(long number, Instant end, Happened happened) {
        change(number, known -> known.with(end, happened)).ifPresent(known -> {
            teachAll(each -> each.learn(known.undertaking(), happened));
            measureAfter(number, untilMeasured(end));
        });
    }

    /** Until the last sample that counts has been taken. */
    private Duration untilMeasured(Instant end) {
        return withSlack(HostLoad.LAST).minus(Duration.between(end, timeline.instant()));
    }

    /** How long it takes until so many samples have been taken for sure. */
    private Duration withSlack(int samples) {
        return sampling.map(interval -> interval.multipliedBy(samples).plus(interval.dividedBy(2))).orElse(Duration.ZERO);
    }

    private void measureAfter(long number, Duration time) {
        timeline.after(time.isNegative() ? Duration.ZERO : time, () -> background(() -> measure(number)));
    }

    private synchronized void measure(long number) {
        ledger.find(number).filter(known -> known.over().isPresent()).ifPresent(known -> {
            Afterwards afterwards = sampling.isEmpty() ? LoadAfterwards.unknown(known.undertaking(), "nobody measures CPU use here (sample.seconds is 0)")
                    : LoadAfterwards.of(known.undertaking(), known.over().get(), world.get(), history.get());
            change(number, each -> each.with(afterwards)).ifPresent(each -> teachAll(one -> one.learn(known.undertaking(), afterwards)));
        });
    }

    private void teachAll(Consumer<Forecaster> lesson) {
        forecasters.well().forEach(one -> teach(one, lesson));
    }

    private void teach(Supervised.One<Forecaster> one, Consumer<Forecaster> lesson) {
        forecasters.tell(one, TO_ANSWER, lesson).exceptionally(failure -> {
            LOG.debug("{} does not learn", one, failure);
            return null;
        });
    }

    private Optional<Foreseen> change(long number, UnaryOperator<Foreseen> change) {
        Optional<ForecastLedger.Entry> changed = closed ? Optional.empty() : ledger.change(number, change);
        changed.ifPresent(this::keep);
        return changed.map(ForecastLedger.Entry::foreseen);
    }

    /** Takes in what was kept. What was under way then was broken off; what was to be measured still is, if somebody did. */
    private void remember(ForecastFile kept) {
        try {
            kept.read().forEach(ledger::put);
        } catch (IOException e) {
            LOG.warn("{} cannot be read, so what was foreseen before is forgotten", kept, e);
        }
        for (ForecastLedger.Entry entry : ledger.entries()) {
            Foreseen known = entry.foreseen();
            if (known.over().isEmpty()) {
                change(entry.number(), each -> each.failed(timeline.instant(), "the platform ended in the middle of it"));
            } else if (known.happened().isPresent() && known.afterwards().isEmpty()) {
                Duration left = untilMeasured(known.over().get());
                Duration least = withSlack(1); // then it is known what was measured before
                measureAfter(entry.number(), left.compareTo(least) < 0 ? least : left);
            }
        }
    }

    /** Has it written with what else comes in a moment. */
    private void keep(ForecastLedger.Entry entry) {
        if (file.isEmpty()) {
            return;
        }
        synchronized (unwritten) {
            unwritten.add(entry);
            if (unwritten.size() > 1) {
                return;
            }
        }
        timeline.after(BETWEEN_WRITES, () -> background(this::write));
    }

    private void write() {
        synchronized (writing) { // or else older lines could follow newer ones
            List<ForecastLedger.Entry> batch;
            synchronized (unwritten) {
                batch = List.copyOf(unwritten);
                unwritten.clear();
            }
            file.filter(there -> !batch.isEmpty()).ifPresent(there -> {
                try {
                    there.add(batch, ledger::entries);
                } catch (IOException e) {
                    LOG.warn("what was foreseen cannot be kept in {}", there, e);
                }
            });
        }
    }

    private void background(Runnable task) {
        try {
            background.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the engine has ended, and has written everything", e);
        }
    }

    /** What is under way stays so, and is found broken off by the next engine. */
    @Override
    public void close() {
        closed = true;
        forecasters.close();
        write();
    }
}
