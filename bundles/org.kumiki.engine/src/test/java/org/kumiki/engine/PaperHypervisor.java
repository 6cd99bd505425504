package org.kumiki.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;

/** Keeps books of guests on hosts that outlive the driver, as real ones do. */
final class PaperHypervisor implements BlockingHypervisor {

    static final Technology PAPER = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS, Set.of(Technology.Method.HARDWARE), Set.of(),
            "");

    /** The hosts themselves. */
    static final class Estate {
        final Map<HostId, Map<InstanceId, GuestState>> hosts = new ConcurrentHashMap<>();

        Estate(String... names) {
            for (String name : names) {
                hosts.put(new HostId(name), new ConcurrentHashMap<>());
            }
        }
    }

    private final Estate estate;
    private final Resources capacity;
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();
    volatile String failure;

    PaperHypervisor(Estate estate, Resources capacity) {
        this.estate = estate;
        this.capacity = capacity;
    }

    @Override
    public Technology technology() {
        return PAPER;
    }

    @Override
    public List<HostReport> hosts() {
        return estate.hosts.entrySet().stream().map(host -> new HostReport(host.getKey(), capacity, Map.of(), host.getValue())).toList();
    }

    @Override
    public void start(HostId host, GuestSpec guest) {
        if (failure != null) {
            throw new HypervisorException(HypervisorException.Reason.UNAVAILABLE, failure);
        }
        estate.hosts.get(host).put(guest.id(), GuestState.RUNNING);
    }

    @Override
    public void stop(HostId host, InstanceId guest, boolean force) {
        estate.hosts.get(host).computeIfPresent(guest, (id, state) -> GuestState.STOPPED);
    }

    @Override
    public void reboot(HostId host, InstanceId guest) {
        // on paper nothing changes
    }

    @Override
    public void destroy(HostId host, InstanceId guest) {
        estate.hosts.get(host).remove(guest);
    }

    @Override
    public ConsoleOutput console(HostId host, InstanceId guest) {
        return new ConsoleOutput(guest, Instant.EPOCH, "hello from " + guest);
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** A guest shuts itself down. */
    void shutDown(HostId host, InstanceId guest) {
        estate.hosts.get(host).put(guest, GuestState.STOPPED);
        listeners.forEach(listener -> listener.stopped(host, guest, "the guest shut down"));
    }
}
