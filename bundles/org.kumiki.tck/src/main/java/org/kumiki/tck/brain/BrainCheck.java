package org.kumiki.tck.brain;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One thing that a brain must do.
 *
 * @param <B>  what kind of brain
 * @param name a sentence whose subject is the brain, e.g. {@code gives the same answer to the same question}
 */
public record BrainCheck<B>(String name, Body<B> body) {

    /** What is done to find out. It throws an {@link AssertionError} if the brain does something else. */
    @ConsumerType
    @FunctionalInterface
    public interface Body<B> {

        void run(B brain) throws Exception;
    }
}
