package org.kumiki.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.VolumeId;

/**
 * One check of one driver: its guests, which go when it is over, and the words in which checks are written. Calls of the driver that do not come back
 * in time fail the check. Thread-safe.
 */
public final class Trial {

    private static final long BETWEEN_LOOKS_MILLIS = 20;

    /** By which hosts may be slower than their beds say: the system property {@code kumiki.tck.patience}. */
    private static final double FACTOR = Double.parseDouble(System.getProperty("kumiki.tck.patience", "1"));

    private final TestBed bed;
    private final ConcurrentLinkedQueue<InstanceId> guests = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Events> watches = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kumiki-tck");
        thread.setDaemon(true);
        return thread;
    });

    Trial(TestBed bed) {
        this.bed = bed;
    }

    public TestBed bed() {
        return bed;
    }

    private Duration patience() {
        return Duration.ofMillis((long) (bed.patience().toMillis() * FACTOR));
    }

    public HostId host() {
        return bed.host();
    }

    public Technology technology() {
        return driver().technology();
    }

    Driver driver() {
        return Driver.of(bed.driver());
    }

    /** The identifier of a guest that nobody else has. What becomes of it is cleared away after the check. */
    public InstanceId newGuest() {
        InstanceId id = new InstanceId(InstanceId.PREFIX + hex());
        guests.add(id);
        return id;
    }

    public VolumeId newVolume() {
        return new VolumeId(VolumeId.PREFIX + hex());
    }

    private static String hex() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, 17);
    }

    /** A specification under a harmless name. */
    public GuestSpec spec(InstanceId guest) {
        return bed.guest(guest, "tck");
    }

    /** A guest that runs. */
    public InstanceId running() throws Exception {
        InstanceId guest = newGuest();
        start(guest);
        return guest;
    }

    /** A guest that was running and is off. */
    public InstanceId stopped() throws Exception {
        InstanceId guest = running();
        stop(guest, true);
        return guest;
    }

    public void start(InstanceId guest) throws Exception {
        start(host(), spec(guest));
    }

    public void start(HostId host, GuestSpec spec) throws Exception {
        await("start", tryStart(host, spec));
    }

    public CompletableFuture<Void> tryStart(HostId host, GuestSpec spec) {
        return ask("start", driver -> driver.start(host, spec), driver -> driver.start(host, spec));
    }

    /** Starts a guest on this thread; whatever comes of it. What is no refusal is thrown. */
    void startHere(HostId host, GuestSpec spec) {
        try {
            if (driver().service() instanceof BlockingHypervisor blocking) {
                blocking.start(host, spec);
            } else {
                ((Hypervisor) driver().service()).start(host, spec);
            }
        } catch (HypervisorException e) {
            expect(driver().blocks(), "start throws what its stage should fail with: " + e);
        }
    }

    public void stop(InstanceId guest, boolean force) throws Exception {
        await(force ? "stop by force" : "stop", tryStop(host(), guest, force));
    }

    public CompletableFuture<Void> tryStop(HostId host, InstanceId guest, boolean force) {
        return ask("stop", driver -> driver.stop(host, guest, force), driver -> driver.stop(host, guest, force));
    }

    public void reboot(InstanceId guest) throws Exception {
        await("reboot", tryReboot(host(), guest));
    }

    public CompletableFuture<Void> tryReboot(HostId host, InstanceId guest) {
        return ask("reboot", driver -> driver.reboot(host, guest), driver -> driver.reboot(host, guest));
    }

    public void destroy(InstanceId guest) throws Exception {
        destroy(host(), guest);
    }

    public void destroy(HostId host, InstanceId guest) throws Exception {
        await("destroy", tryDestroy(host, guest));
    }

    public CompletableFuture<Void> tryDestroy(HostId host, InstanceId guest) {
        return ask("destroy", driver -> driver.destroy(host, guest), driver -> driver.destroy(host, guest));
    }

    public ConsoleOutput console(InstanceId guest) throws Exception {
        return await("console", tryConsole(host(), guest));
    }

    public CompletableFuture<ConsoleOutput> tryConsole(HostId host, InstanceId guest) {
        return call("console", () -> driver().service() instanceof BlockingHypervisor blocking
                ? CompletableFuture.completedFuture(blocking.console(host, guest))
                : ((Hypervisor) driver().service()).console(host, guest));
    }

    /** What the driver reports of all its hosts now. */
    public List<HostReport> reports() throws Exception {
        return await("hosts", call("hosts", () -> driver().service() instanceof BlockingHypervisor blocking
                ? CompletableFuture.completedFuture(blocking.hosts())
                : ((Hypervisor) driver().service()).hosts()));
    }

    public HostReport report(HostId host) throws Exception {
        return reports().stream().filter(report -> report.host().equals(host)).findFirst()
                .orElseThrow(() -> new AssertionError("hosts() has no host " + host));
    }

    /** Those guests of this check that are on a host, with their states. */
    public Map<InstanceId, GuestState> states(HostId host) throws Exception {
        Map<InstanceId, GuestState> states = new HashMap<>(report(host).guests());
        states.keySet().retainAll(Set.copyOf(guests));
        return states;
    }

    /** How a guest is, as its host reports it; empty if there is no such guest. */
    public Optional<GuestState> state(InstanceId guest) throws Exception {
        return Optional.ofNullable(states(host()).get(guest));
    }

    public void expectState(InstanceId guest, GuestState expected, String when) throws Exception {
        Optional<GuestState> state = state(guest);
        expect(state.equals(Optional.of(expected)), "the guest is " + state.map(Enum::name).orElse("not there") + ", not " + expected + ", " + when);
    }

    public void expectRunning(InstanceId guest, String when) throws Exception {
        expectState(guest, GuestState.RUNNING, when);
    }

    /** Nothing is left of a guest: its driver does not report it, and nothing of it is to be seen. */
    public void expectGone(InstanceId guest, String when) throws Exception {
        for (HostReport report : reports()) {
            expect(!report.guests().containsKey(guest), report.host() + " still has the guest " + when);
        }
        until("nothing is left of a guest " + when, () -> traces(guest).isEmpty(), () -> "left: " + traces(guest));
    }

    /** What is to be seen of a guest from the outside. */
    public Set<String> traces(InstanceId guest) {
        try {
            return bed.traces(guest);
        } catch (Exception e) {
            throw new IllegalStateException("the test bed cannot say what is to be seen of a guest: " + e, e);
        }
    }

    /** What happens to guests by itself, from now on. */
    public Events watch() {
        Events events = new Events(patience());
        events.end(driver().watch(events));
        watches.add(events);
        return events;
    }

    public static void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** A call is refused, for one of these reasons, and says more to people. */
    public HypervisorException expectRefusal(String what, CompletionStage<?> stage, Reason... reasons) throws Exception {
        try {
            stage.toCompletableFuture().get(patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw hanging(what, e);
        } catch (ExecutionException e) {
            Throwable cause = unwrapped(e);
            if (cause instanceof AssertionError error) {
                throw error;
            }
            if (!(cause instanceof HypervisorException refusal)) {
                throw new AssertionError(what + " fails with no HypervisorException: " + cause, cause);
            }
            expect(List.of(reasons).contains(refusal.reason()), what + " fails as " + refusal.reason() + ", not as "
                    + List.of(reasons).stream().map(Enum::name).collect(Collectors.joining(" or ")) + ": " + refusal.getMessage());
            expect(refusal.getMessage() != null && !refusal.getMessage().isBlank(), what + " fails as " + refusal.reason() + " and does not say why");
            return refusal;
        }
        throw new AssertionError(what + " is not refused");
    }

    /** The answer of a call. */
    public <T> T await(String what, CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw hanging(what, e);
        } catch (ExecutionException e) {
            Throwable cause = unwrapped(e);
            if (cause instanceof AssertionError error) {
                throw error;
            }
            throw new AssertionError(what + " fails: " + cause, cause);
        }
    }

    private AssertionError hanging(String what, TimeoutException e) {
        return new AssertionError(what + " does not come back within " + patience().toMillis() + " ms", e);
    }

    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Looks again and again until it is so. */
    public void until(String what, BooleanSupplier condition, Callable<String> otherwise) throws Exception {
        long end = System.nanoTime() + patience().toNanos();
        while (!condition.getAsBoolean()) {
            expect(System.nanoTime() < end, "waited in vain until " + what + "; " + otherwise.call());
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
    }

    /** Does things at the same moment; returns when all are done, and fails if one of them failed. */
    public void together(List<? extends Callable<?>> deeds) throws Exception {
        CountDownLatch ready = new CountDownLatch(deeds.size());
        List<Future<?>> results = new ArrayList<>();
        for (Callable<?> deed : deeds) {
            results.add(threads.submit(() -> {
                ready.countDown();
                ready.await();
                return deed.call();
            }));
        }
        for (Future<?> result : results) {
            try {
                result.get(2 * patience().toMillis(), TimeUnit.MILLISECONDS); // each deed has its own deadline
            } catch (TimeoutException e) {
                throw hanging("what is done by " + deeds.size() + " threads at a time", e);
            } catch (ExecutionException e) {
                if (unwrapped(e) instanceof AssertionError error) {
                    throw error;
                }
                throw new AssertionError("one of " + deeds.size() + " threads fails: " + unwrapped(e), unwrapped(e));
            }
        }
    }

    /** A question to either kind of driver that is answered by nothing but its end. */
    private CompletableFuture<Void> ask(String what, Driver.Question<Hypervisor, Void> stage, Order order) {
        return call(what, () -> {
            if (driver().service() instanceof BlockingHypervisor blocking) {
                order.carryOut(blocking);
                return CompletableFuture.completedFuture(null);
            }
            return stage.ask((Hypervisor) driver().service());
        });
    }

    /** Something that a blocking hypervisor does before it returns. */
    private interface Order {

        void carryOut(BlockingHypervisor driver);
    }

    /** Calls the driver on a thread of this check. */
    public <T> CompletableFuture<T> call(String what, Callable<CompletionStage<T>> call) {
        Driver driver = driver();
        CompletableFuture<T> result = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                driver.answer(what, call).whenComplete((value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(failure);
                    }
                });
            } catch (Exception | Error e) {
                result.completeExceptionally(e instanceof AssertionError ? e : new AssertionError(what + " throws " + e, e));
            }
        });
        return result;
    }

    /** A facet that the driver declares, which it must implement. */
    public <T> T facet(Class<T> type) {
        return driver().facet(type).orElseThrow(() -> new AssertionError("it declares what it does not implement: " + type.getSimpleName()));
    }

    /** Clears the guests of this check away; who cannot has failed. */
    void close() throws Exception {
        try {
            for (Events events : watches) {
                events.close();
            }
            if (!guests.isEmpty()) {
                clearAway();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void clearAway() throws Exception {
        for (HostReport report : reports()) {
            for (InstanceId guest : report.guests().keySet()) {
                if (guests.contains(guest)) {
                    destroy(report.host(), guest);
                }
            }
        }
    }
}
