package org.kumiki.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

import org.kumiki.api.datacenter.PlugIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brains of one kind that are present, best first, each with its bulkhead. One that throws, hangs or answers nonsense a few times in a row
 * is quarantined and not asked any more. Thread-safe.
 */
final class Supervised<S> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);
    private static final int STRIKES = 3;
    private static final int THREADS = 4;
    private static final int WAITING = 4_096;

    /** One of them, and how it is doing. */
    static final class One<S> {

        private final S service;
        private final String name;
        private final Origin origin;
        private final boolean advice;
        private final Bulkhead bulkhead;
        private final AtomicInteger strikes = new AtomicInteger();
        private volatile String quarantine;

        private One(Workers workers, String kind, S service, String name, Origin origin, boolean advice) {
            this.service = service;
            this.name = name;
            this.origin = origin;
            this.advice = advice;
            this.bulkhead = new Bulkhead(workers, "kumiki-" + kind + "-" + name, THREADS, WAITING);
        }

        String name() {
            return name;
        }

        S service() {
            return service;
        }

        /** Whether what it says is only shown. */
        boolean isAdvice() {
            return advice;
        }

        @Override
        public String toString() {
            return name + " (" + origin + ")";
        }
    }

    private final Workers workers;
    private final String kind;
    private final Consumer<Origin> provedGood;
    private final Consumer<Origin> provedBad;
    private final List<One<S>> present = new ArrayList<>();
    private volatile boolean closed;

    /**
     * @param kind       what they are, in one word
     * @param provedGood told of each answer that was right, so that the version can be kept
     * @param provedBad  told once of one that was quarantined, so that an earlier version can be brought back
     */
    Supervised(Workers workers, String kind, Consumer<Origin> provedGood, Consumer<Origin> provedBad) {
        this.workers = workers;
        this.kind = kind;
        this.provedGood = provedGood;
        this.provedBad = provedBad;
    }

    void add(S service, String name, Origin origin) {
        add(service, name, origin, false);
    }

    void add(S service, String name, Origin origin, boolean advice) {
        synchronized (present) {
            present.add(new One<>(workers, kind, service, name, origin, advice));
            present.sort(Comparator.comparing((One<S> one) -> one.origin).reversed());
        }
        LOG.info("{} {} of {} is present", kind, name, origin);
    }

    void remove(S service) {
        List<One<S>> gone;
        synchronized (present) {
            gone = present.stream().filter(one -> one.service == service).toList();
            present.removeAll(gone);
        }
        gone.forEach(one -> one.bulkhead.close());
    }

    /** The best one, or the best of a name, that is not quarantined. */
    Optional<One<S>> find(Optional<String> name) {
        synchronized (present) {
            return present.stream().filter(one -> one.quarantine == null && (name.isEmpty() || name.get().equals(one.name))).findFirst();
        }
    }

    /** Whether one of that name is present, be it quarantined. */
    boolean isKnown(String name) {
        synchronized (present) {
            return present.stream().anyMatch(one -> one.name.equals(name));
        }
    }

    /** Those that are well, best first. */
    List<One<S>> well() {
        synchronized (present) {
            return present.stream().filter(one -> one.quarantine == null).toList();
        }
    }

    List<String> names() {
        synchronized (present) {
            return present.stream().filter(one -> one.quarantine == null).map(One::name).distinct().sorted().toList();
        }
    }

    /**
     * Asks one of them; what it throws is its failure.
     *
     * @param fault what is wrong with an answer, or null
     */
    <T> CompletableFuture<T> ask(One<S> one, Duration deadline, Function<S, T> question, Function<T, String> fault) {
        return call(one, deadline, question, fault).thenApply(answer -> {
            one.strikes.set(0);
            provedGood.accept(one.origin);
            return answer;
        });
    }

    /** Tells one of them something. What it throws counts against it; that it throws nothing proves nothing, since nothing was asked. */
    CompletableFuture<Void> tell(One<S> one, Duration deadline, Consumer<S> news) {
        return call(one, deadline, each -> {
            news.accept(each);
            return null;
        }, nothing -> null);
    }

    private <T> CompletableFuture<T> call(One<S> one, Duration deadline, Function<S, T> question, Function<T, String> fault) {
        return one.bulkhead.call(() -> CompletableFuture.completedFuture(question.apply(one.service)), deadline).handle((answer, failure) -> {
            if (failure instanceof Bulkhead.Crowded) { // which is no fault of its own
                throw new IllegalStateException(failure.getMessage(), failure);
            }
            String wrong = failure == null ? fault.apply(answer)
                    : failure instanceof TimeoutException ? "did not answer within " + deadline.toMillis() + " ms" : "threw " + failure;
            if (wrong == null) {
                return answer;
            }
            strike(one, wrong);
            throw new IllegalStateException(kind + " " + one + " " + wrong, failure);
        });
    }

    /** Counts against one, unless it was taken away in the middle of a call: then it did nothing wrong. */
    private void strike(One<S> one, String fault) {
        synchronized (present) {
            if (closed || one.quarantine != null || !present.contains(one)) {
                return;
            }
            if (one.strikes.incrementAndGet() >= STRIKES) {
                one.quarantine = fault;
            }
        }
        one.bulkhead.failed();
        LOG.warn("{} {} {}", kind, one, fault);
        if (one.quarantine != null) {
            LOG.error("{} {} is quarantined: it {}, as the last of {} failures in a row", kind, one, fault, STRIKES);
            one.bulkhead.close();
            provedBad.accept(one.origin);
        }
    }

    /** @param all whether one of each name is asked, and not only the best */
    List<PlugIn> plugIns(boolean all) {
        synchronized (present) {
            return present.stream().map(one -> {
                PlugIn.State state = one.quarantine != null ? PlugIn.State.QUARANTINED
                        : find(all ? Optional.of(one.name) : Optional.empty()).filter(first -> first == one).isPresent() ? PlugIn.State.ACTIVE
                                : PlugIn.State.STANDBY;
                return new PlugIn(kind, one.name, one.origin.toString(), state, one.quarantine != null ? "quarantined: it " + one.quarantine : "",
                        Optional.empty(), one.bulkhead.calls(), one.bulkhead.failures());
            }).toList();
        }
    }

    @Override
    public void close() {
        List<One<S>> all;
        synchronized (present) {
            closed = true;
            all = List.copyOf(present);
        }
        all.forEach(one -> one.bulkhead.close());
    }
}
