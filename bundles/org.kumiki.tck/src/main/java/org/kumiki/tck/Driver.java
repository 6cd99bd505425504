package org.kumiki.tck;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.Technology;

/**
 * A driver of either kind. What a blocking one throws is a stage that fails; another one must say so by its stage.
 */
record Driver(Object service) {

    /** Something that is asked of a hypervisor. */
    interface Question<S, T> {

        CompletionStage<T> ask(S driver) throws Exception;
    }

    static Driver of(Object service) {
        if (service instanceof Hypervisor || service instanceof BlockingHypervisor) {
            return new Driver(service);
        }
        throw new IllegalArgumentException("a driver is a Hypervisor or a BlockingHypervisor, not " + service);
    }

    Technology technology() {
        Technology technology = service instanceof BlockingHypervisor blocking ? blocking.technology() : ((Hypervisor) service).technology();
        if (technology == null) {
            throw new AssertionError("technology() answers null");
        }
        return technology;
    }

    Runnable watch(GuestListener listener) {
        Runnable end = service instanceof BlockingHypervisor blocking ? blocking.watch(listener) : ((Hypervisor) service).watch(listener);
        if (end == null) {
            throw new AssertionError("watch() answers null");
        }
        return end;
    }

    boolean blocks() {
        return service instanceof BlockingHypervisor;
    }

    /** Something that only some drivers can do. */
    <T> Optional<T> facet(Class<T> type) {
        return type.isInstance(service) ? Optional.of(type.cast(service)) : Optional.empty();
    }

    /** The stage of a call, which a blocking driver completes before it returns. */
    <T> CompletionStage<T> answer(String what, Callable<CompletionStage<T>> call) throws Exception {
        CompletionStage<T> stage;
        try {
            stage = call.call();
        } catch (HypervisorException e) {
            if (!blocks()) {
                throw new AssertionError(what + " throws what its stage should fail with: " + e, e);
            }
            return CompletableFuture.failedFuture(e);
        }
        if (stage == null) {
            throw new AssertionError(what + " answers no stage");
        }
        return stage;
    }
}
