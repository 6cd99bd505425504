package org.kumiki.aws;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Service;
import org.kumiki.aws.wire.Structure;

/**
 * What a façade answers, by the name of the operation. It is filled when the façade starts, and only read after that.
 * <p>
 * An action throws, or its stage fails with, an {@link AwsException} to answer with an error.
 */
public final class Actions {

    private final Service service;
    private final Map<String, Function<Call, CompletionStage<Structure.Builder>>> actions = new TreeMap<>();
    private final Map<String, BiConsumer<Call, Structure>> undeliverable = new TreeMap<>();

    public Actions(Service service) {
        this.service = service;
    }

    /** Adds an action that only looks, and answers at once; it must not block. */
    public Actions query(String operation, Function<Call, Structure.Builder> action) {
        return command(operation, call -> CompletableFuture.completedStage(action.apply(call)));
    }

    /** Adds an action that changes something, and answers when that is done. Where nobody waits for the answer any more, its stage is cancelled. */
    public Actions command(String operation, Function<Call, CompletionStage<Structure.Builder>> action) {
        if (service.operation(operation).isEmpty()) {
            throw new IllegalArgumentException(service + " has no operation " + operation + ", or it is not in the trimmed model");
        }
        if (actions.put(operation, action) != null) {
            throw new IllegalArgumentException("two actions for " + operation);
        }
        return this;
    }

    /**
     * Says what becomes of an answer that its client has not got: it has gone, or has waited too long. Called with what was asked and what was to be
     * answered; it must not block.
     */
    public Actions takeBack(String operation, BiConsumer<Call, Structure> action) {
        if (!actions.containsKey(operation) || undeliverable.put(operation, action) != null) {
            throw new IllegalArgumentException("there is no action " + operation + ", or it is said already what becomes of its answers");
        }
        return this;
    }

    public Service service() {
        return service;
    }

    /** The operations that are answered, in alphabetical order. */
    public Set<String> names() {
        return Set.copyOf(actions.keySet());
    }

    BiConsumer<Call, Structure> takeBack(String operation) {
        return undeliverable.getOrDefault(operation, (call, answer) -> {
        });
    }

    Optional<Function<Call, CompletionStage<Structure.Builder>>> find(String operation) {
        return Optional.ofNullable(actions.get(operation));
    }
}
