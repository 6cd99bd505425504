package org.kumiki.api.hypervisor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.node.Node;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A driver that works on nodes: each is one host of its. Keeps the hosts as nodes come and go, and hands each call to the host that it is
 * for. A driver's component binds the nodes that it is meant for:
 *
 * <pre>
 * &#64;Reference(cardinality = MULTIPLE, policy = DYNAMIC, target = "(" + Node.TECHNOLOGY + "=mine)")
 * void addNode(Node node) {
 *     add(node);
 * }
 *
 * void removeNode(Node node) {
 *     remove(node);
 * }
 * </pre>
 *
 * Thread-safe. A node is opened when its host is first asked for, and again if that failed; nobody waits for a node but who asks for it.
 *
 * @param <H> what it does on one node
 */
@ConsumerType
public abstract class NodeHypervisor<H extends NodeHost> implements BlockingHypervisor {

    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<Node, Place> places = new ConcurrentHashMap<>();
    private final GuestListener everyone = new GuestListener() {

        @Override
        public void stopped(HostId host, InstanceId guest, String reason) {
            listeners.forEach(listener -> listener.stopped(host, guest, reason));
        }

        @Override
        public void hostsChanged() {
            listeners.forEach(GuestListener::hostsChanged);
        }
    };

    /** Looks at a node and takes it as a host. Blocks. An {@link IOException} says why it is none now; it is tried again later. */
    protected abstract H open(Node node) throws IOException;

    /** Told why a node is no host now, once as long as the reason is the same: to be written to the log. */
    protected abstract void complain(Node node, String reason);

    /** The host that a node is; its name, unless a driver says otherwise. */
    protected HostId id(Node node) {
        return new HostId(node.name());
    }

    /** A node that this driver may use is there. */
    protected final void add(Node node) {
        places.put(node, new Place(node));
        everyone.hostsChanged();
    }

    /** A node is there no more. Nothing is said of one that was never added. */
    protected final void remove(Node node) {
        Place place = places.remove(node);
        if (place != null) {
            place.close();
            everyone.hostsChanged();
        }
    }

    /** Lets all guests run on, unwatched: for a component that is deactivated. */
    protected final void closeAll() {
        places.values().forEach(Place::close);
        places.clear();
    }

    /** Tells all who watch this driver. */
    protected final GuestListener everyone() {
        return everyone;
    }

    /** The hosts that have been opened so far. */
    protected final List<H> known() {
        return places.values().stream().map(place -> place.host).filter(Objects::nonNull).toList();
    }

    /** Why nodes are no hosts now, by their names. */
    protected final Map<String, String> complaints() {
        Map<String, String> complaints = new TreeMap<>();
        for (Place place : places.values()) {
            String complaint = place.complaint;
            if (complaint != null) {
                complaints.put(place.node.name(), complaint);
            }
        }
        return complaints;
    }

    /**
     * What it does on the node that is this host.
     *
     * @throws HypervisorException {@link Reason#NOT_FOUND} if there is no such host, {@link Reason#UNAVAILABLE} if its node cannot be used
     */
    protected final H host(HostId id) {
        try {
            return place(id).open();
        } catch (IOException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, e.getMessage(), e);
        }
    }

    private Place place(HostId id) {
        return inOrder().stream().filter(place -> id(place.node).equals(id)).findFirst()
                .orElseThrow(() -> new HypervisorException(Reason.NOT_FOUND, "there is no host " + id));
    }

    private Collection<Place> inOrder() {
        Map<String, Place> byName = new TreeMap<>();
        places.values().forEach(place -> byName.putIfAbsent(place.node.name(), place));
        return byName.values();
    }

    @Override
    public final List<HostReport> hosts() {
        List<HostReport> reports = new ArrayList<>();
        for (Place place : inOrder()) {
            try {
                reports.add(place.open().report());
                place.complaint = null;
            } catch (IOException | HypervisorException e) {
                String complaint = String.valueOf(e.getMessage());
                boolean isNew = !complaint.equals(place.complaint);
                place.complaint = complaint;
                if (isNew) {
                    complain(place.node, complaint);
                }
            }
        }
        return reports;
    }

    @Override
    public final void start(HostId host, GuestSpec guest) {
        host(host).start(guest);
    }

    @Override
    public final void stop(HostId host, InstanceId guest, boolean force) {
        host(host).stop(guest, force);
    }

    @Override
    public final void reboot(HostId host, InstanceId guest) {
        host(host).reboot(guest);
    }

    @Override
    public final void destroy(HostId host, InstanceId guest) {
        host(host).destroy(guest);
    }

    @Override
    public final ConsoleOutput console(HostId host, InstanceId guest) {
        return host(host).console(guest);
    }

    @Override
    public final Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** A node, and its host once it is open. */
    private final class Place {

        private final Node node;
        private volatile H host;
        private volatile String complaint;
        private volatile boolean closed;

        Place(Node node) {
            this.node = node;
        }

        H open() throws IOException {
            H known = host;
            return known != null ? known : openFirst();
        }

        private synchronized H openFirst() throws IOException {
            if (host == null) {
                H opened = NodeHypervisor.this.open(node);
                host = opened;
                if (closed) { // while we looked at it; closing does not wait for us
                    opened.close();
                }
            }
            if (closed) {
                throw new IOException(node.name() + " is gone");
            }
            return host;
        }

        void close() {
            closed = true;
            H known = host;
            if (known != null) {
                known.close();
            }
        }
    }
}
