package org.kumiki.bench.density;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A way to run containers. Calls for different containers may be made at the same time. */
interface Contestant {

    String name();

    /** Starts a container, whatever it takes. */
    void start(int number) throws IOException, InterruptedException;

    /** Where its web server, at port 80, is reached from this machine. */
    InetSocketAddress address(int number);

    /** Ends a container, and leaves nothing of it. It is no error if there is none. */
    void end(int number) throws IOException, InterruptedException;
}
