package org.kumiki.bench.objects;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.ServerProcess;

/**
 * Something that hands objects out and is measured.
 *
 * @param readOnly whether it takes none in, and has had them before it was started
 */
public record ObjectServer(String name, ServerProcess process, Endpoint endpoint, boolean readOnly) {
}
