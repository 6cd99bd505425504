package org.kumiki.api.twin;

import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.osgi.annotation.versioning.ProviderType;

/** An engine in virtual time. Not thread-safe: it is used where the tasks of its timeline run, and between them. */
@ProviderType
public interface VirtualEngine extends AutoCloseable {

    Datacenter datacenter();

    /** Somebody who may do everything. */
    Caller operator();

    /**
     * Adds a plug-in, as a service would be. Of several schedulers, and of several strategies that nobody has named, the one that came last is asked.
     *
     * @param kind one of {@code Scheduler}, {@code MigrationStrategy}, {@code Policy}, {@code Hypervisor}, {@code HostPower}, {@code GuestNetwork},
     *             {@code ImageStore}, {@code VolumeStore} and {@code DatacenterListener}
     * @param name the one of its service property, for those that have one
     * @throws IllegalArgumentException for any other kind
     */
    <S> void add(Class<S> kind, String name, S plugIn);

    /** Takes a plug-in away again. */
    <S> void remove(Class<S> kind, S plugIn);

    /** How it is now. */
    EngineState fork();

    /** Ends it; what is under way is not waited for. */
    @Override
    void close();
}
