package org.kumiki.api.twin;

import org.osgi.annotation.versioning.ProviderType;

/** The engine of the live datacenter, to be forked. Thread-safe. */
@ProviderType
public interface LiveEngine {

    /** How it is now. Takes no lock that the engine waits for; its measurements are copied, a few KB a host. */
    EngineState fork();
}
