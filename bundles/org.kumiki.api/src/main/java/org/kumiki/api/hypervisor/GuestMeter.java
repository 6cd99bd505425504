package org.kumiki.api.hypervisor;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.InstanceId;
import org.osgi.annotation.versioning.ConsumerType;

/** A hypervisor that knows how busy its guests are. Thread-safe. */
@ConsumerType
public interface GuestMeter {

    /**
     * The processor time that each running guest has used since it came to where it is, over all its virtual CPUs. A guest that has just
     * moved or started counts from zero again. Guests of hosts that are not reached are left out.
     */
    CompletionStage<Map<InstanceId, Duration>> cpuTimes();
}
