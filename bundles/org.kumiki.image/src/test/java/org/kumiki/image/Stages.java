package org.kumiki.image;

import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.storage.StorageException;

/** Waits for stages. */
final class Stages {

    private Stages() {
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** How a stage failed. */
    static StorageException failure(CompletionStage<?> stage) {
        Throwable thrown = catchThrowable(() -> await(stage));
        if (thrown instanceof CompletionException wrapped && wrapped.getCause() instanceof StorageException failure) {
            return failure;
        }
        throw new AssertionError("expected a StorageException and got " + thrown, thrown);
    }
}
