package org.kumiki.hypervisor.libvirt;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.osgi.service.component.annotations.Component;

/** All hosts by libvirt of this platform: each has a driver of its own, and guests move from one to another. Thread-safe. */
@Component(service = Peers.class)
public class Peers {

    private final Map<HostId, LibvirtHost> hosts = new ConcurrentHashMap<>();

    void add(HostId id, LibvirtHost host) {
        hosts.put(id, host);
    }

    void remove(HostId id, LibvirtHost host) {
        hosts.remove(id, host);
    }

    LibvirtHost find(HostId id) {
        LibvirtHost host = hosts.get(id);
        if (host == null) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no host " + id + " by libvirt");
        }
        return host;
    }
}
