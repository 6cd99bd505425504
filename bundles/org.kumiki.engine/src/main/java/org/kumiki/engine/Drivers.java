package org.kumiki.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.time.Timeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hypervisor drivers that are present, one a technology. Asks each for its hosts when it comes, when it says that they changed, and
 * every now and then. A driver that goes is given a little time to be replaced before its hosts count as lost. Thread-safe.
 */
final class Drivers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);
    private static final int THREADS = 16;
    private static final int WAITING = 10_000;
    private static final Duration TO_LOOK = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(15);
    /** Of the time between two looks: changes often come together, and are looked at together. */
    private static final int TO_SETTLE = 150;

    /** A driver with its bulkhead. */
    static final class Driver {

        private final Object service;
        private final Hypervisor hypervisor;
        private final Origin origin;
        private final Bulkhead bulkhead;
        private Runnable unwatch = () -> { };
        private final AtomicBoolean lookIsDue = new AtomicBoolean();
        private volatile boolean gone;

        private Driver(Workers workers, Object service, Origin origin) {
            this.service = service;
            this.origin = origin;
            this.bulkhead = new Bulkhead(workers, "kumiki-driver-" + origin.symbolicName(), THREADS, WAITING);
            this.hypervisor = service instanceof BlockingHypervisor blocking ? new Unblocked(blocking) : (Hypervisor) service;
        }

        Technology technology() {
            return hypervisor.technology();
        }

        /** Whether it was taken away; what it was doing then, its successor does again. */
        boolean isGone() {
            return gone;
        }

        private void end() {
            gone = true;
            try {
                unwatch.run();
            } finally {
                bulkhead.close();
            }
        }

        /** Something that only some drivers can do. */
        <T> Optional<T> facet(Class<T> type) {
            return type.isInstance(service) ? Optional.of(type.cast(service)) : Optional.empty();
        }

        <T> CompletableFuture<T> call(Duration deadline, Function<Hypervisor, CompletionStage<T>> call) {
            return run(deadline, () -> call.apply(hypervisor));
        }

        <T> CompletableFuture<T> run(Duration deadline, Callable<CompletionStage<T>> call) {
            return bulkhead.call(call, deadline).whenComplete((value, failure) -> {
                if (failure != null && !(failure instanceof HypervisorException) && !gone) {
                    bulkhead.failed();
                }
            });
        }
    }

    private final List<Driver> drivers = new ArrayList<>();
    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private final Workers workers;
    private final Timeline timeline;
    private final Duration betweenLooks;
    private final Supplier<Table<InstanceId, Instance>> instances;
    private final Consumer<Report> reports;
    private volatile boolean closed;

    private record Waiting(String technology, CompletableFuture<Driver> result) {
    }

    Drivers(Workers workers, Timeline timeline, Duration betweenLooks, Supplier<Table<InstanceId, Instance>> instances, Consumer<Report> reports) {
        this.workers = workers;
        this.timeline = timeline;
        this.betweenLooks = betweenLooks;
        this.instances = instances;
        this.reports = reports;
    }

    void add(Object service, Origin origin) {
        Driver driver = new Driver(workers, service, origin);
        driver.unwatch = driver.hypervisor.watch(new GuestListener() {

            @Override
            public void stopped(HostId host, InstanceId guest, String reason) {
                reports.accept(new Report.GuestStopped(guest, reason));
            }

            @Override
            public void hostsChanged() {
                look(driver);
            }
        });
        List<Waiting> served;
        synchronized (drivers) {
            drivers.add(driver);
            drivers.sort(Comparator.comparing((Driver d) -> d.origin).reversed());
            served = waiting.stream().filter(one -> one.technology().equals(driver.technology().name())).toList();
        }
        LOG.info("driver {} is present", origin);
        served.forEach(one -> one.result().complete(driver));
        lookAgainAndAgain(driver);
    }

    void remove(Object service) {
        Optional<Driver> gone;
        synchronized (drivers) {
            gone = drivers.stream().filter(driver -> driver.service == service).findFirst();
            gone.ifPresent(drivers::remove);
        }
        gone.ifPresent(driver -> {
            driver.end();
            String technology = driver.technology().name();
            LOG.info("driver {} is gone", driver.origin);
            if (!closed) {
                timeline.after(GRACE, () -> {
                    if (find(technology).isEmpty()) {
                        reports.accept(new Report.DriverGone(technology));
                    }
                });
            }
        });
    }

    Optional<Driver> find(String technology) {
        synchronized (drivers) {
            return drivers.stream().filter(driver -> driver.technology().name().equals(technology)).findFirst();
        }
    }

    /** The driver of a technology; while it is being replaced, the one that will come. */
    CompletionStage<Driver> await(String technology, Duration patience) {
        Waiting one = new Waiting(technology, new CompletableFuture<>());
        synchronized (drivers) {
            Optional<Driver> driver = find(technology);
            if (driver.isPresent()) {
                return CompletableFuture.completedFuture(driver.get());
            }
            if (closed) {
                return CompletableFuture.failedFuture(new IllegalStateException("the datacenter is shutting down"));
            }
            waiting.add(one);
        }
        return workers.within(patience, one.result()).whenComplete((driver, failure) -> {
            synchronized (drivers) {
                waiting.remove(one);
            }
        });
    }

    private void lookAgainAndAgain(Driver driver) {
        look(driver);
        timeline.after(betweenLooks, () -> {
            if (isPresent(driver)) {
                lookAgainAndAgain(driver);
            }
        });
    }

    /** Looks within a moment. */
    void lookAgain(String technology) {
        find(technology).filter(driver -> driver.lookIsDue.compareAndSet(false, true))
                .ifPresent(driver -> timeline.after(betweenLooks.dividedBy(TO_SETTLE), () -> {
                    driver.lookIsDue.set(false);
                    if (isPresent(driver)) {
                        look(driver);
                    }
                }));
    }

    private void look(Driver driver) {
        Table<InstanceId, Instance> asked = instances.get();
        driver.call(TO_LOOK, Hypervisor::hosts).whenComplete((hosts, failure) -> {
            if (failure == null && isPresent(driver)) {
                reports.accept(new Report.HostsSeen(driver.technology(), hosts, asked));
            } else if (failure != null && isPresent(driver)) {
                LOG.warn("driver {} does not say which hosts it has", driver.origin, unwrapped(failure));
            }
        });
    }

    /** The processor time of all guests whose drivers measure it. A driver that fails is left out, and its guests with it. */
    CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        List<Driver> present;
        synchronized (drivers) {
            present = List.copyOf(drivers);
        }
        CompletionStage<Map<InstanceId, Duration>> all = CompletableFuture.completedFuture(new HashMap<>());
        for (Driver driver : present) {
            all = driver.facet(GuestMeter.class).map(meter -> driver.run(TO_LOOK, meter::cpuTimes))
                    .orElseGet(() -> CompletableFuture.completedFuture(Map.of())).exceptionally(failure -> {
                        LOG.warn("driver {} does not say how busy its guests are", driver.origin, unwrapped(failure));
                        return Map.of();
                    }).thenCombine(all, (some, others) -> {
                        others.putAll(some);
                        return others;
                    });
        }
        return all;
    }

    private boolean isPresent(Driver driver) {
        synchronized (drivers) {
            return drivers.contains(driver);
        }
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    List<PlugIn> plugIns() {
        synchronized (drivers) {
            return drivers.stream()
                    .map(driver -> new PlugIn("hypervisor", driver.technology().name(), driver.origin.toString(),
                            find(driver.technology().name()).filter(first -> first == driver).isPresent() ? PlugIn.State.ACTIVE
                                    : PlugIn.State.STANDBY,
                            driver.technology().note(), Optional.of(driver.technology()), driver.bulkhead.calls(), driver.bulkhead.failures()))
                    .toList();
        }
    }

    @Override
    public void close() {
        List<Driver> present;
        List<Waiting> refused;
        synchronized (drivers) {
            closed = true;
            present = List.copyOf(drivers);
            refused = List.copyOf(waiting);
        }
        refused.forEach(one -> one.result().completeExceptionally(new IllegalStateException("the datacenter is shutting down")));
        present.forEach(Driver::end); // without the lock: a driver may be calling us
    }
}
