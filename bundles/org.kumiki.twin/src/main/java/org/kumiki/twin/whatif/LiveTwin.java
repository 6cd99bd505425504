package org.kumiki.twin.whatif;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Rehearser;
import org.kumiki.api.time.Timeline;
import org.kumiki.api.twin.Change;
import org.kumiki.api.twin.LiveEngine;
import org.kumiki.api.twin.Twin;
import org.kumiki.api.twin.VirtualEngines;
import org.kumiki.api.twin.WhatIf;
import org.kumiki.api.twin.WhatIfRun;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions by forks of the live datacenter, each on a thread of its own at low priority. One whose brain hangs is given up, and its
 * thread with it.
 */
@Component(service = { Twin.class, Rehearser.class }, configurationPid = "org.kumiki.twin")
@Designate(ocd = Config.class)
public final class LiveTwin implements Twin, Rehearser {

    private static final Logger LOG = LoggerFactory.getLogger(LiveTwin.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration REHEARSED = Duration.ofHours(8);

    /** @param longest how long a question may take in real time */
    record Limits(int atOnce, Duration longest, Duration patience) {
    }

    private final LiveEngine engine;
    private final VirtualEngines engines;
    private final Timeline timeline;
    private final Limits limits;
    private final Run.Tariff tariff;
    private final Set<Run> runs = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();

    @Activate
    public LiveTwin(Config config, @Reference LiveEngine engine, @Reference VirtualEngines engines, @Reference Timeline timeline) {
        this(engine, engines, timeline, new Limits(config.at_once(), Duration.ofMinutes(config.longest_minutes()),
                Duration.ofSeconds(config.patience_seconds())), new Run.Tariff(config.per_kwh(), config.currency()));
    }

    LiveTwin(LiveEngine engine, VirtualEngines engines, Timeline timeline, Limits limits, Run.Tariff tariff) {
        this.engine = engine;
        this.engines = engines;
        this.timeline = timeline;
        this.limits = limits;
        this.tariff = tariff;
    }

    @Override
    public WhatIfRun ask(WhatIf question) {
        Run run = new Run(question, engine.fork(), engines, tariff, runs::remove);
        synchronized (runs) {
            if (runs.size() >= limits.atOnce()) {
                throw new IllegalStateException("the twin answers " + runs.size() + " already, which is as many as it may; wait, or cancel one");
            }
            runs.add(run);
        }
        Thread thread = new Thread(run, "kumiki-twin-" + number.incrementAndGet());
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        Runnable late = timeline.after(limits.longest(),
                () -> run.giveUp(new CancellationException("it took more than " + limits.longest().toMinutes() + " minutes")));
        run.report().whenComplete((report, failure) -> {
            late.run();
            if (failure != null) {
                thread.interrupt();
            }
        });
        thread.start();
        watch(run);
        return run;
    }

    private void watch(Run run) {
        timeline.after(BETWEEN_LOOKS, () -> {
            Optional<String> hangs = run.hangs(limits.patience());
            if (hangs.isPresent()) {
                LOG.warn("{} has not answered the twin in {} s, which gives that question up", hangs.get(), limits.patience().toSeconds());
                run.giveUp(new IllegalStateException(hangs.get() + " did not answer within " + limits.patience().toSeconds() + " s"));
            } else if (!run.isOver()) {
                watch(run);
            }
        });
    }

    @Override
    public CompletionStage<Forecast> rehearse(String candidate, Optional<String> inPlaceOf, Bounds bounds) {
        Change change = inPlaceOf.<Change>map(other -> new Change.Replaced(other, candidate)).orElseGet(() -> new Change.With(candidate));
        try {
            return ask(new WhatIf(List.of(change), REHEARSED)).report().thenApply(report -> Judgement.of(report, bounds));
        } catch (IllegalStateException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Deactivate
    void close() {
        runs.forEach(run -> run.giveUp(new CancellationException("the twin is being taken out")));
    }
}
