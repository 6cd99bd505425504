package org.kumiki.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.kumiki.api.datacenter.PlugIn;

/**
 * The services of one kind that are present, best first, each with its bulkhead. Who needs one while there is none waits for it, and what
 * one was doing when it was taken away is done again by the next. Thread-safe.
 */
final class Services<S> implements AutoCloseable {

    private static final int THREADS = 8;
    private static final int WAITING = 20_000;

    /** A service with its bulkhead. */
    private record Present<S>(S service, Origin origin, Bulkhead bulkhead) {
    }

    private final Workers workers;
    private final String kind;
    private final List<Present<S>> present = new ArrayList<>();
    private final List<CompletableFuture<Present<S>>> waiting = new ArrayList<>();
    private boolean everPresent;

    Services(Workers workers, String kind) {
        this.workers = workers;
        this.kind = kind;
    }

    void add(S service, Origin origin) {
        List<CompletableFuture<Present<S>>> served;
        Present<S> added = new Present<>(service, origin,
                new Bulkhead(workers, "kumiki-" + kind.replace(' ', '-') + "-" + origin.symbolicName(), THREADS, WAITING));
        synchronized (present) {
            present.add(added);
            everPresent = true;
            present.sort(Comparator.comparing((Present<S> one) -> one.origin()).reversed());
            served = List.copyOf(waiting);
            waiting.clear();
        }
        served.forEach(future -> future.complete(added));
    }

    void remove(S service) {
        List<Present<S>> gone;
        synchronized (present) {
            gone = present.stream().filter(one -> one.service() == service).toList();
            present.removeAll(gone);
        }
        gone.forEach(one -> one.bulkhead().close());
    }

    /** Whether there is one, or was and will be again. */
    boolean isExpected() {
        synchronized (present) {
            return everPresent;
        }
    }

    /** The one that is asked first. */
    Optional<S> best() {
        synchronized (present) {
            return present.stream().map(Present::service).findFirst();
        }
    }

    List<S> all() {
        synchronized (present) {
            return present.stream().map(Present::service).toList();
        }
    }

    /** Calls the best one; fails with a {@link java.util.concurrent.TimeoutException} if none comes in time, or if it takes too long. */
    <T> CompletionStage<T> call(Duration patience, Duration deadline, Function<S, CompletionStage<T>> call) {
        return await(patience).thenCompose(one -> call(one, deadline, call).handle((answer, failure) -> {
            if (failure == null) {
                return CompletableFuture.completedFuture(answer);
            }
            return isPresent(one) ? CompletableFuture.<T>failedFuture(failure) : call(patience, deadline, call);
        }).thenCompose(next -> next));
    }

    /** Calls a certain one of {@link #all()}. */
    <T> CompletionStage<T> call(S service, Duration deadline, Function<S, CompletionStage<T>> call) {
        Optional<Present<S>> found;
        synchronized (present) {
            found = present.stream().filter(one -> one.service() == service).findFirst();
        }
        return found.map(one -> call(one, deadline, call))
                .orElseGet(() -> CompletableFuture.failedFuture(new IllegalStateException("the " + kind + " is gone")));
    }

    private static <S, T> CompletableFuture<T> call(Present<S> one, Duration deadline, Function<S, CompletionStage<T>> call) {
        return one.bulkhead().call(() -> call.apply(one.service()), deadline);
    }

    private boolean isPresent(Present<S> one) {
        synchronized (present) {
            return present.contains(one);
        }
    }

    private CompletionStage<Present<S>> await(Duration patience) {
        CompletableFuture<Present<S>> future = new CompletableFuture<>();
        synchronized (present) {
            if (!present.isEmpty()) {
                future.complete(present.get(0));
                return future;
            }
            waiting.add(future);
        }
        return workers.within(patience, future).whenComplete((service, failure) -> {
            synchronized (present) {
                waiting.remove(future);
            }
        });
    }

    List<PlugIn> plugIns() {
        synchronized (present) {
            return present.stream().map(one -> new PlugIn(kind, one.origin().symbolicName(), one.origin().toString(),
                    one == present.get(0) ? PlugIn.State.ACTIVE : PlugIn.State.STANDBY, "", Optional.empty(), one.bulkhead().calls(),
                    one.bulkhead().failures())).toList();
        }
    }

    /** Ends what is under way; whoever waits is told by then, or when it has waited long enough. */
    @Override
    public void close() {
        List<Present<S>> gone;
        synchronized (present) {
            gone = List.copyOf(present);
        }
        gone.forEach(one -> one.bulkhead().close());
    }
}
