package org.kumiki.bench;

import java.io.IOException;

/**
 * One kind of request.
 *
 * @param <C>   what makes it
 * @param share how many of all requests are of this kind, in per cent
 */
public record Operation<C>(String name, int share, Body<C> body) {

    /**
     * Does it once.
     *
     * @param <C> what makes requests
     */
    @FunctionalInterface
    public interface Body<C> {

        void run(C client) throws IOException;
    }
}
