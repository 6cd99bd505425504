package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.model.InstanceId;
import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;
import org.kumiki.hypervisor.libvirt.rpc.RpcStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what containers write to their consoles, and throws it away: of libvirt's containers, one whose console nobody reads stands still once a few
 * kilobytes wait there. Thread-safe.
 */
final class Drains {

    private static final Logger LOG = LoggerFactory.getLogger(Drains.class);

    private final Map<InstanceId, RpcStream> streams = new ConcurrentHashMap<>();

    /** One that somebody else reads already needs no drain. */
    void open(Session session, InstanceId guest, Domain domain) throws IOException, InterruptedException {
        RpcStream before = streams.get(guest);
        if (before != null && !before.end().isDone()) {
            return;
        }
        try {
            streams.put(guest, session.libvirt().console(domain, nothing -> { }));
        } catch (LibvirtError e) {
            LOG.debug("the console of {} is not read: {}", guest, e.getMessage());
        }
    }

    void close(InstanceId guest) {
        RpcStream stream = streams.remove(guest);
        if (stream != null) {
            stream.abort();
        }
    }
}
