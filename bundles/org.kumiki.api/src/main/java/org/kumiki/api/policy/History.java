package org.kumiki.api.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What was measured before now, in columns. A series ends with the newest sample; where nothing was measured it holds {@code NaN}.
 */
@ProviderType
public interface History {

    /** How far apart two samples are. */
    Duration interval();

    /** When the newest samples were taken. */
    Instant last();

    /** CPU use of a host, from 0 to 1 of its processors, oldest first, at most {@code samples} of them. */
    double[] cpu(HostId host, int samples);

    /** CPU use of an instance, from 0 to 1 of its virtual CPUs, oldest first, at most {@code samples} of them. */
    double[] cpu(InstanceId instance, int samples);

    /** When an instance was last moved, or was to move and stayed, if it ever was and that is still known. */
    Optional<Instant> moved(InstanceId instance);
}
