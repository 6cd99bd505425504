package org.kumiki.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import org.kumiki.api.forecast.Happened;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directs the moves that are under way: takes a driver's reports in, asks the strategy that is present at that moment, and answers with what
 * it says. A strategy may be exchanged in the middle of a move; while there is none, or it fails, what was said last goes on to hold.
 * Thread-safe.
 */
final class Migrations implements AutoCloseable {

    /** Why a move is given up that an operator has cancelled. */
    static final String CANCELLED = "it was cancelled";

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final Duration TO_THINK = Duration.ofSeconds(1);
    /** Enough for any strategy to see where a move is going. */
    private static final int KEPT = 512;

    private final Supplier<World> world;
    private final Supervised<MigrationStrategy> strategies;
    private final Map<InstanceId, List<MigrationProgress>> progress = new ConcurrentHashMap<>();

    Migrations(Supplier<World> world, Supervised<MigrationStrategy> strategies) {
        this.world = world;
        this.strategies = strategies;
    }

    /** The latest reports on the move of an instance, oldest first. */
    List<MigrationProgress> progress(InstanceId instance) {
        return progress.getOrDefault(instance, List.of());
    }

    /** Whether there is a strategy that could direct it; else, why not. */
    Optional<String> objection(Optional<String> strategy) {
        return strategies.find(strategy).isPresent() ? Optional.empty() : Optional.of(strategy.map(name -> "no strategy '" + name
                + "' is present; there is " + String.join(", ", strategies.names())).orElse("no migration strategy is present; add one"));
    }

    /** What the strategy wants before anything is sent. */
    MigrationDirective first(Migration migration, MigrationOrder order) {
        progress.put(order.instance(), List.of());
        return ask(migration.strategy(), order, List.of())
                .orElseGet(() -> new MigrationDirective.Continue(0, order.downtimeBudget(), 0));
    }

    /**
     * What a driver is handed with an order.
     *
     * @param switchOver what is to be done while the guest stands still, before it goes on at the destination
     */
    MigrationControl control(Migration migration, MigrationOrder order, MigrationDirective first, Supplier<CompletionStage<?>> switchOver) {
        return new MigrationControl() {

            private MigrationDirective last = first;

            @Override
            public synchronized MigrationDirective report(MigrationProgress report) {
                List<MigrationProgress> reports = keep(order.instance(), report);
                Optional<String> unwanted = unwanted(order.instance());
                if (unwanted.isPresent()) {
                    return new MigrationDirective.Cancel(unwanted.get());
                }
                if (report.phase() == MigrationProgress.Phase.SWITCHOVER) {
                    return switchOver(switchOver, last);
                }
                last = ask(migration.strategy(), order, reports).filter(directive -> !(directive instanceof MigrationDirective.Cold)).orElse(last);
                return last;
            }
        };
    }

    private static MigrationDirective switchOver(Supplier<CompletionStage<?>> switchOver, MigrationDirective goOn) {
        try {
            switchOver.get().toCompletableFuture().get(); // it has a deadline of its own
            return goOn;
        } catch (ExecutionException e) {
            return new MigrationDirective.Cancel("its network cannot follow: " + e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return goOn; // the driver is being taken out; its successor reports again
        }
    }

    private List<MigrationProgress> keep(InstanceId instance, MigrationProgress report) {
        return progress.merge(instance, List.of(report), (before, now) -> {
            List<MigrationProgress> reports = new ArrayList<>(before.subList(Math.max(0, before.size() - KEPT + 1), before.size()));
            reports.addAll(now);
            return List.copyOf(reports);
        });
    }

    /** Why a move is to be given up, if it is. */
    private Optional<String> unwanted(InstanceId id) {
        World now = world.get();
        Optional<Migration> migration = now.migrations().find(id).filter(Migration::isMoving);
        Optional<Instance> instance = now.instances().find(id);
        if (migration.isEmpty() || migration.get().reason().equals(CANCELLED)) {
            return Optional.of(CANCELLED);
        }
        return instance.filter(found -> found.state() == InstanceState.RUNNING).isPresent() ? Optional.empty()
                : Optional.of("the instance is " + instance.map(found -> found.state().label()).orElse("gone"));
    }

    private Optional<MigrationDirective> ask(Optional<String> name, MigrationOrder order, List<MigrationProgress> reports) {
        Optional<Supervised.One<MigrationStrategy>> strategy = strategies.find(name);
        if (strategy.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(strategies.ask(strategy.get(), TO_THINK, brain -> brain.direct(order, reports),
                    directive -> directive == null ? "answered null" : fault(directive)).get());
        } catch (ExecutionException e) {
            LOG.debug("the move of {} goes on as before", order.instance(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private static String fault(MigrationDirective directive) {
        if (directive instanceof MigrationDirective.Continue go && (go.bytesPerSecond() < 0 || go.downtimeLimit().isNegative()
                || !(go.throttle() >= 0 && go.throttle() <= 0.99))) {
            return "answered " + directive;
        }
        return null;
    }

    /** What is kept of a move that is over. */
    static String summary(MigrationOutcome.Moved moved) {
        MigrationProgress end = moved.end();
        return String.format(Locale.ROOT, "it took %d ms and %d rounds, sent %.1f MB, and stood still for %d ms", end.elapsed().toMillis(),
                end.round(), end.sentBytes() / 1e6, moved.downtime().toMillis());
    }

    /** What a forecaster can learn from a move. */
    Happened happened(MigrationOutcome.Moved moved, InstanceId instance) {
        List<MigrationProgress> reports = progress(instance);
        return new Happened(moved.end().elapsed(), moved.downtime(), moved.end().sentBytes(),
                reports.stream().mapToDouble(MigrationProgress::dirtyBytesPerSecond).max().orElse(0),
                reports.stream().mapToDouble(MigrationProgress::bytesPerSecond).max().orElse(0));
    }

    void ended(MigrationProgress end, InstanceId instance) {
        keep(instance, end);
    }

    /** Forgets the reports on moves that nobody remembers any more. */
    void tidy() {
        progress.keySet().removeIf(instance -> world.get().migrations().find(instance).isEmpty());
    }

    @Override
    public void close() {
        strategies.close();
    }
}
