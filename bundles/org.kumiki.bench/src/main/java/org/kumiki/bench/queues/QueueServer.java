package org.kumiki.bench.queues;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.ServerProcess;

/** Something that speaks SQS and is measured. */
public record QueueServer(String name, ServerProcess process, Endpoint endpoint) {
}
