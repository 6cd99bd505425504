package org.kumiki.api.twin;

import org.kumiki.api.time.Timeline;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens engines in virtual time. A service of the framework; without one, {@link java.util.ServiceLoader} has it too.
 * <p>
 * Such an engine has no thread and no journal. All that it does are tasks of its timeline, which must run one after the other, on one thread
 * at a time; so what comes of it depends on the settings, the seed, and the plug-ins, and on nothing else.
 */
@ProviderType
public interface VirtualEngines {

    /** An engine of a datacenter in which there is nothing yet. */
    VirtualEngine open(EngineSettings settings, Timeline timeline, long seed);

    /**
     * An engine that goes on from a state. It has no plug-ins of its own: whoever opens it adds those of the state, or others.
     *
     * @param timeline begins when the state was, or later
     * @throws IllegalArgumentException if the state is not one of an engine of the same making
     */
    VirtualEngine open(EngineSettings settings, Timeline timeline, long seed, EngineState state);
}
