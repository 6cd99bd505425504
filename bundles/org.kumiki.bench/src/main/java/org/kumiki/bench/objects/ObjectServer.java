package org.kumiki.bench.objects;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.ServerProcess;

/** Something that speaks S3 and is measured. */
public record ObjectServer(String name, ServerProcess process, Endpoint endpoint) {
}
