package org.kumiki.bench.density;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** How containers that nobody manages are reached. */
interface PlainNetwork extends Closeable {

    String name();

    /** Makes what a container needs before it starts. */
    void open(int number) throws IOException, InterruptedException;

    /** What LXC is told of it. */
    List<String> lines(int number);

    InetSocketAddress address(int number);

    /** Takes away what {@link #open} made. */
    void close(int number) throws IOException, InterruptedException;
}
