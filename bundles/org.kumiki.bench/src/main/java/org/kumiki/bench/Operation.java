package org.kumiki.bench;

import java.io.IOException;

/**
 * One kind of request.
 *
 * @param share how many of all requests are of this kind, in per cent
 */
record Operation(String name, int share, Body body) {

    /** Does it once. */
    @FunctionalInterface
    interface Body {

        void run(Ec2 ec2) throws IOException;
    }
}
