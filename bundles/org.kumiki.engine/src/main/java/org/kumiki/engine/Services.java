package org.kumiki.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.datacenter.PlugIn;

/** The services of one kind that are present, best first. Who needs one while there is none waits for it. Thread-safe. */
final class Services<S> {

    private record Present<S>(S service, Origin origin) {
    }

    private final String kind;
    private final List<Present<S>> present = new ArrayList<>();
    private final List<CompletableFuture<S>> waiting = new ArrayList<>();

    Services(String kind) {
        this.kind = kind;
    }

    void add(S service, Origin origin) {
        List<CompletableFuture<S>> served;
        synchronized (present) {
            present.add(new Present<>(service, origin));
            present.sort(Comparator.comparing((Present<S> one) -> one.origin()).reversed());
            served = List.copyOf(waiting);
            waiting.clear();
        }
        served.forEach(future -> future.complete(service));
    }

    void remove(S service) {
        synchronized (present) {
            present.removeIf(one -> one.service() == service);
        }
    }

    List<S> all() {
        synchronized (present) {
            return present.stream().map(Present::service).toList();
        }
    }

    /** The best one; fails with a {@link java.util.concurrent.TimeoutException} if none comes in time. */
    CompletionStage<S> await(Duration patience) {
        CompletableFuture<S> future = new CompletableFuture<>();
        synchronized (present) {
            if (!present.isEmpty()) {
                future.complete(present.get(0).service());
                return future;
            }
            waiting.add(future);
        }
        return future.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).whenComplete((service, failure) -> {
            synchronized (present) {
                waiting.remove(future);
            }
        });
    }

    List<PlugIn> plugIns() {
        synchronized (present) {
            return present.stream().map(one -> new PlugIn(kind, one.origin().symbolicName(), one.origin().toString(),
                    one == present.get(0) ? PlugIn.State.ACTIVE : PlugIn.State.STANDBY, "", Optional.empty(), 0, 0)).toList();
        }
    }
}
