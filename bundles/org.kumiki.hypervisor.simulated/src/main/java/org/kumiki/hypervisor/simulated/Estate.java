package org.kumiki.hypervisor.simulated;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hosts on paper and the guests on them. Every change happens at once, and is written to the ledger first; the time that things
 * take is not this class's affair. Thread-safe.
 */
final class Estate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Estate.class);

    private final Resources capacity;
    private final Map<String, String> labels;
    private final Ledger ledger;
    private final Map<HostId, Map<InstanceId, Guest>> hosts = new LinkedHashMap<>();
    private final Map<InstanceId, Guest> guests = new LinkedHashMap<>();
    private final Set<HostId> off = new HashSet<>();
    private boolean closed;

    /** @param capacity of each host */
    Estate(List<HostId> names, Resources capacity, Map<String, String> labels, Ledger ledger) throws IOException {
        this.capacity = capacity;
        this.labels = labels;
        this.ledger = ledger;
        names.forEach(name -> hosts.put(name, new LinkedHashMap<>()));
        // A guest of a host that is not there any more is not there any more either.
        ledger.open().stream().filter(guest -> hosts.containsKey(guest.host())).forEach(this::put);
    }

    synchronized List<HostReport> report() {
        checkOpen();
        List<HostReport> reports = new ArrayList<>(hosts.size());
        hosts.forEach((host, there) -> {
            if (off.contains(host)) {
                return;
            }
            Map<InstanceId, GuestState> states = new LinkedHashMap<>();
            there.forEach((id, guest) -> states.put(id, guest.state()));
            reports.add(new HostReport(host, capacity, labels, states));
        });
        return reports;
    }

    synchronized boolean has(HostId host) {
        return hosts.containsKey(host);
    }

    synchronized boolean isOn(HostId host) {
        return has(host) && !off.contains(host);
    }

    /** Switches a host on or off; the guests of one that is switched off stop. */
    synchronized void power(HostId host, boolean on) {
        Map<InstanceId, Guest> there = on(host, false);
        if (on) {
            off.remove(host);
        } else if (off.add(host)) {
            List.copyOf(there.values()).stream().filter(Guest::runs).forEach(guest -> write(guest.stopped()));
        }
    }

    synchronized List<Guest> guests() {
        return List.copyOf(guests.values());
    }

    /** Switches a guest on, which is made if there is none; answers how it is then, or nothing if it ran already. */
    synchronized Optional<Guest> start(HostId host, InstanceId id, Resources resources) {
        Map<InstanceId, Guest> there = on(host);
        Guest guest = guests.getOrDefault(id, new Guest(id, host, GuestState.STOPPED, resources, 0));
        if (!guest.host().equals(host)) {
            throw new HypervisorException(Reason.CONFLICT, id + " is on " + guest.host() + " and cannot be started on " + host);
        }
        if (guest.runs()) {
            return Optional.empty();
        }
        checkRoom(host, there.values(), resources);
        return Optional.of(write(guest.booted(resources)));
    }

    synchronized void stop(HostId host, InstanceId id) {
        Guest guest = find(host, id);
        if (guest.runs()) {
            write(guest.stopped());
        }
    }

    /** Switches a guest off as if by itself, if it has not been restarted since; whether it has done so. */
    synchronized boolean shutDown(InstanceId id, int boots) {
        Guest guest = guests.get(id);
        boolean due = !closed && guest != null && guest.runs() && guest.boots() == boots;
        if (due) {
            write(guest.stopped());
        }
        return due;
    }

    synchronized Guest reboot(HostId host, InstanceId id) {
        Guest guest = findRunning(host, id);
        return write(guest.booted(guest.resources()));
    }

    synchronized void destroy(HostId host, InstanceId id) {
        Map<InstanceId, Guest> there = on(host);
        if (there.containsKey(id)) {
            ledger.erase(id);
            there.remove(id);
            guests.remove(id);
            tidy();
        }
    }

    synchronized Guest find(HostId host, InstanceId id) {
        Guest guest = on(host).get(id);
        if (guest == null) {
            throw new HypervisorException(Reason.NOT_FOUND, host + " has no guest " + id);
        }
        return guest;
    }

    synchronized Guest findRunning(HostId host, InstanceId id) {
        Guest guest = find(host, id);
        if (!guest.runs()) {
            throw new HypervisorException(Reason.CONFLICT, id + " does not run");
        }
        return guest;
    }

    /** Whether a guest that is to move is there already; it fails if the guest cannot move. */
    synchronized boolean hasMoved(InstanceId id, HostId source, HostId destination) {
        if (on(destination).containsKey(id)) {
            return true;
        }
        checkRoom(destination, on(destination).values(), findRunning(source, id).resources());
        return false;
    }

    synchronized void move(InstanceId id, HostId source, HostId destination) {
        if (!hasMoved(id, source, destination)) {
            Guest moved = find(source, id).on(destination);
            ledger.write(moved);
            on(source).remove(id);
            put(moved);
            tidy();
        }
    }

    /** After this every call fails; the guests stay in the ledger. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        ledger.close();
    }

    private Map<InstanceId, Guest> on(HostId host) {
        return on(host, true);
    }

    private Map<InstanceId, Guest> on(HostId host, boolean running) {
        checkOpen();
        Map<InstanceId, Guest> there = hosts.get(host);
        if (there == null) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no host " + host);
        }
        if (running && off.contains(host)) {
            throw new HypervisorException(Reason.UNAVAILABLE, "host " + host + " is off");
        }
        return there;
    }

    synchronized void checkOpen() {
        if (closed) {
            throw new HypervisorException(Reason.UNAVAILABLE, "the simulated hypervisor has been taken out");
        }
    }

    private void checkRoom(HostId host, Collection<Guest> there, Resources wanted) {
        Resources taken = there.stream().filter(Guest::runs).map(Guest::resources).reduce(wanted, Resources::plus);
        if (!taken.fitsIn(capacity)) {
            throw new HypervisorException(Reason.EXHAUSTED, host + " has no room for " + wanted);
        }
    }

    private Guest write(Guest guest) {
        ledger.write(guest);
        put(guest);
        tidy();
        return guest;
    }

    private void put(Guest guest) {
        guests.put(guest.id(), guest);
        hosts.get(guest.host()).put(guest.id(), guest);
    }

    private void tidy() {
        if (ledger.isLong(guests.size())) {
            try {
                ledger.rewrite(guests.values());
            } catch (IOException e) {
                LOG.warn("The ledger stays longer than it need be", e);
            }
        }
    }
}
