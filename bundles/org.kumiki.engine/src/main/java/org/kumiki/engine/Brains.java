package org.kumiki.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.twin.Named;
import org.kumiki.api.view.DatacenterView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedulers that are present, of which one decides: the one of the highest service ranking, and of equals the newest. While there is
 * none, requests wait. One that throws, hangs, or breaks the rules on the very view it was given gets a strike; after a few in a row it
 * is quarantined, and the next one takes the same requests over. Thread-safe.
 */
final class Brains implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Brains.class);
    private static final int STRIKES = 3;
    private static final int ATTEMPTS = 12;
    private static final int THREADS = 4;
    private static final int WAITING = 4_096;
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofMillis(500);
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A scheduler, and how it is doing. */
    private static final class Brain {

        private final Scheduler scheduler;
        private final String name;
        private final Origin origin;
        private final Bulkhead bulkhead;
        private final AtomicInteger strikes = new AtomicInteger();
        private long lastStrike;
        private volatile String quarantine;

        Brain(Workers workers, Scheduler scheduler, String name, Origin origin) {
            this.scheduler = scheduler;
            this.name = name;
            this.origin = origin;
            this.lastStrike = workers.nanoTime();
            this.bulkhead = new Bulkhead(workers, "kumiki-scheduler-" + name, THREADS, WAITING);
        }

        private static final Comparator<Brain> BEST_FIRST = Comparator.comparing((Brain brain) -> brain.origin).reversed();
    }

    private final Workers workers;
    private final List<Brain> brains = new ArrayList<>();
    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private volatile boolean closed;
    private final Consumer<Origin> provedGood;
    private final Consumer<Origin> provedBad;

    /**
     * @param provedGood told of each answer that was right, so that the version can be kept
     * @param provedBad  told once of a scheduler that was quarantined, so that an earlier version can be brought back
     */
    Brains(Workers workers, Consumer<Origin> provedGood, Consumer<Origin> provedBad) {
        this.workers = workers;
        this.provedGood = provedGood;
        this.provedBad = provedBad;
    }

    void add(Scheduler scheduler, String name, Origin origin) {
        List<Runnable> resumed;
        synchronized (brains) {
            brains.add(new Brain(workers, scheduler, name, origin));
            brains.sort(Brain.BEST_FIRST);
            resumed = List.copyOf(waiting);
            waiting.clear();
        }
        LOG.info("scheduler {} of {} is present; {} decides", name, origin, active().map(brain -> brain.name).orElse("nobody"));
        resumed.forEach(Runnable::run);
    }

    void remove(Scheduler scheduler) {
        List<Brain> gone;
        synchronized (brains) {
            gone = brains.stream().filter(brain -> brain.scheduler == scheduler).toList();
            brains.removeAll(gone);
        }
        gone.forEach(brain -> brain.bulkhead.close()); // without the lock: what waited for an answer goes on to the next one at once
    }

    /** What a scheduler answered, and what it was shown. */
    private record Answer(DatacenterView view, Placement placement) {
    }

    /**
     * Asks for hosts. Fails only if no scheduler gives a right answer in time.
     *
     * @param views what is to be shown to a scheduler, when its turn has come
     */
    CompletionStage<Launches.Placed> place(Supplier<DatacenterView> views, PlacementRequest request) {
        CompletableFuture<Launches.Placed> result = new CompletableFuture<>();
        attempt(views, request, ATTEMPTS, result);
        return workers.within(PATIENCE, result).exceptionally(e -> {
            Throwable cause = Drivers.unwrapped(e);
            throw cause instanceof TimeoutException
                    ? Refused.unavailable(Kind.HOST, "scheduler", "No scheduler is present that could decide; add one and try again", cause)
                    : Refused.unavailable(Kind.HOST, "scheduler", cause.getMessage(), cause);
        });
    }

    private void attempt(Supplier<DatacenterView> views, PlacementRequest request, int left, CompletableFuture<Launches.Placed> result) {
        if (closed) {
            result.completeExceptionally(new IllegalStateException("The datacenter is shutting down"));
        }
        if (result.isDone()) {
            return;
        }
        Brain brain = activeOrWait(() -> attempt(views, request, left, result), result).orElse(null);
        if (brain == null) {
            return;
        }
        if (left == 0) {
            result.completeExceptionally(new IllegalStateException("no scheduler gave a right answer in " + ATTEMPTS + " attempts"));
            return;
        }
        AtomicLong begun = new AtomicLong();
        brain.bulkhead.call(() -> {
            begun.set(workers.nanoTime());
            DatacenterView view = views.get();
            return CompletableFuture.completedFuture(new Answer(view, brain.scheduler.place(view, request)));
        }, DEADLINE).whenComplete((answer, failure) -> {
            if (failure instanceof Bulkhead.Crowded) { // which is no fault of the scheduler
                result.completeExceptionally(failure);
                return;
            }
            String fault = failure == null ? PlanChecker.objection(answer.view().hosts(), request, answer.placement()) : describe(failure);
            if (fault == null) {
                brain.strikes.set(0);
                provedGood.accept(brain.origin);
                result.complete(new Launches.Placed(answer.placement(), brain.name + " (" + brain.origin + ")", answer.view()));
            } else {
                strike(brain, fault, begun.get());
                attempt(views, request, left - 1, result);
            }
        });
    }

    /** Asks a certain scheduler once more. Whatever it answers has no consequences, for itself neither. */
    CompletionStage<Placement> again(String name, DatacenterView view, PlacementRequest request) {
        Optional<Brain> found;
        synchronized (brains) {
            found = brains.stream().filter(brain -> brain.quarantine == null && (brain.name + " (" + brain.origin + ")").equals(name)).findFirst();
        }
        return found.map(brain -> brain.bulkhead.call(() -> CompletableFuture.completedFuture(brain.scheduler.place(view, request)), DEADLINE))
                .orElseGet(() -> CompletableFuture.failedFuture(Refused.unavailable(Kind.DECISION, name, "The scheduler " + name
                        + " is not present any more", null)));
    }

    private static String describe(Throwable failure) {
        return failure instanceof TimeoutException ? "did not answer within " + DEADLINE.toMillis() + " ms" : "threw " + failure;
    }

    /**
     * Counts against a scheduler, unless it was taken away in the middle of a call: then it did nothing wrong. Calls that ran side by side
     * count once, since one stall of the machine fails them all.
     */
    private void strike(Brain brain, String fault, long begun) {
        boolean out;
        synchronized (brains) {
            if (!isAsked(brain)) {
                return;
            }
            boolean counts = begun - brain.lastStrike > 0;
            if (counts) {
                brain.lastStrike = workers.nanoTime();
            }
            out = counts && brain.strikes.incrementAndGet() >= STRIKES; // whoever comes next does not wait for the first
        }
        brain.bulkhead.failed();
        LOG.warn("scheduler {} of {} {}", brain.name, brain.origin, fault);
        if (out) {
            quarantine(brain, fault + ", as the last of " + STRIKES + " failures in a row");
        } else if (brain.bulkhead.overdue() > 0) {
            workers.after(GRACE, () -> {
                if (brain.bulkhead.overdue() >= THREADS) {
                    quarantine(brain, "does not give its threads back");
                }
            });
        }
    }

    private boolean isAsked(Brain brain) {
        return !closed && brain.quarantine == null && brains.contains(brain);
    }

    private void quarantine(Brain brain, String fault) {
        synchronized (brains) {
            if (!isAsked(brain)) {
                return;
            }
            brain.quarantine = fault;
        }
        LOG.error("scheduler {} of {} is quarantined: it {}", brain.name, brain.origin, fault);
        brain.bulkhead.close();
        provedBad.accept(brain.origin);
    }

    private Optional<Brain> active() {
        synchronized (brains) {
            return brains.stream().filter(brain -> brain.quarantine == null).findFirst();
        }
    }

    private Optional<Brain> activeOrWait(Runnable resume, CompletableFuture<?> result) {
        Optional<Brain> active;
        synchronized (brains) {
            active = active();
            if (active.isEmpty()) {
                waiting.add(resume);
            }
        }
        if (active.isEmpty()) {
            result.whenComplete((placed, failure) -> {
                synchronized (brains) {
                    waiting.remove(resume);
                }
            });
            if (closed) {
                resume.run();
            }
        }
        return active;
    }

    /** The schedulers that are well, best first. */
    List<Named<Scheduler>> well() {
        synchronized (brains) {
            return brains.stream().filter(brain -> brain.quarantine == null).map(brain -> new Named<>(brain.name, brain.scheduler)).toList();
        }
    }

    List<PlugIn> plugIns() {
        synchronized (brains) {
            Optional<Brain> active = active();
            return brains.stream().map(brain -> {
                PlugIn.State state = brain.quarantine != null ? PlugIn.State.QUARANTINED
                        : active.filter(best -> best == brain).isPresent() ? PlugIn.State.ACTIVE : PlugIn.State.STANDBY;
                String note = brain.quarantine != null ? "quarantined: it " + brain.quarantine : "";
                return new PlugIn("scheduler", brain.name, brain.origin.toString(), state, note, Optional.empty(), brain.bulkhead.calls(),
                        brain.bulkhead.failures());
            }).toList();
        }
    }

    @Override
    public void close() {
        List<Brain> present;
        List<Runnable> refused;
        synchronized (brains) {
            closed = true;
            present = List.copyOf(brains);
            refused = List.copyOf(waiting);
        }
        present.forEach(brain -> brain.bulkhead.close());
        refused.forEach(Runnable::run);
    }
}
