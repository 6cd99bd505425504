package org.kumiki.console;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.table.TableException;

/**
 * What a store answered, or why it did not: one of the two is there.
 *
 * @param trouble in the store's own words; null if there is none
 */
record Measured<M>(Optional<M> value, String trouble) {

    static <M> Measured<M> of(Supplier<M> question) {
        try {
            return new Measured<>(Optional.of(question.get()), null);
        } catch (BlobException | QueueException | TableException e) {
            return new Measured<>(Optional.empty(), e.getMessage());
        }
    }

    /** A part of the answer, or null, which a row leaves out. */
    <T> T get(Function<M, T> part) {
        return value.map(part).orElse(null);
    }
}
