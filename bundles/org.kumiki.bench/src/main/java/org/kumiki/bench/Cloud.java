package org.kumiki.bench;

import java.io.IOException;
import java.util.OptionalLong;

/** Something that speaks EC2 and is measured. */
interface Cloud extends AutoCloseable {

    String name();

    ServerProcess process();

    Endpoint endpoint();

    /** What is in use of its heap, if it has one. */
    OptionalLong heapMiB() throws IOException, InterruptedException;

    @Override
    void close();
}
