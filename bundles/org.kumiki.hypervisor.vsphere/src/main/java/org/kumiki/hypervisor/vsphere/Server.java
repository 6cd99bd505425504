package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.GuestTurns;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One vCenter with its ESX hosts, or one ESX host, and our guests there. All that counts is read back from the server; what is remembered is only
 * which guests were seen running, to tell when one ends by itself. Thread-safe; calls block and fail with a {@link HypervisorException}.
 */
final class Server {

    /** Is told of guests that ended by themselves. */
    @FunctionalInterface
    interface Listener {

        void stopped(HostId host, InstanceId guest, String reason);
    }

    /** Where a guest ran. */
    private record Seen(HostId host, Ref machine) {
    }

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final Settings settings;
    private final Session session;
    private final Listener listener;
    private final Places places;
    private final Machines machines;
    private final GuestTurns turns = new GuestTurns();
    /** Guests that ran when they were last looked at. */
    private final Map<InstanceId, Seen> running = new ConcurrentHashMap<>();
    /** Whose machines are marked as ours, so that the marks of all need not be read each time. */
    private final Map<Ref, InstanceId> marked = new ConcurrentHashMap<>();

    Server(Settings settings, Session session, Listener listener) {
        this.settings = settings;
        this.session = session;
        this.listener = listener;
        this.places = new Places(session, settings);
        this.machines = new Machines(session, places, new ImageDisks(session, places, settings), settings);
    }

    Session session() {
        return session;
    }

    Places places() {
        return places;
    }

    /** All hosts that the server reaches, with our guests. */
    List<HostReport> hosts() {
        return asking(() -> {
            Places.Site site = places.site();
            List<Managed> all = session.all(site.datacenter(), "VirtualMachine", Inventory.OF_MACHINES);
            Map<Ref, InstanceId> guests = guests(all, site.guests());
            List<HostReport> reports = Inventory.reports(settings, session.all(site.datacenter(), "HostSystem", Inventory.OF_HOSTS), all,
                    session.all(site.datacenter(), "Datastore", Inventory.OF_STORES), guests);
            Map<InstanceId, Ref> refs = new HashMap<>();
            guests.forEach((ref, guest) -> refs.put(guest, ref));
            for (HostReport report : reports) {
                report.guests().forEach((guest, state) -> note(guest, state, new Seen(report.host(), refs.get(guest))));
            }
            return reports;
        });
    }

    /** Those of the machines that are our guests'. */
    private Map<Ref, InstanceId> guests(List<Managed> all, Ref folder) throws IOException, InterruptedException {
        Map<Ref, InstanceId> named = new HashMap<>();
        all.forEach(machine -> Inventory.guest(machine, folder).ifPresent(guest -> named.put(machine.ref(), guest)));
        marked.keySet().retainAll(named.keySet());
        List<Ref> unknown = named.keySet().stream().filter(machine -> !marked.containsKey(machine)).toList();
        for (Managed machine : session.get("VirtualMachine", unknown, "config.extraConfig")) {
            InstanceId guest = named.get(machine.ref());
            if (guest != null && machines.isMarked(machine, guest)) {
                marked.put(machine.ref(), guest);
            }
        }
        named.keySet().retainAll(marked.keySet());
        return named;
    }

    private void note(InstanceId guest, GuestState state, Seen where) {
        if (state == GuestState.RUNNING) {
            running.putIfAbsent(guest, where);
        } else if (running.containsKey(guest)) {
            check(guest);
        }
    }

    /** Those of these machines' guests that ran when they were last looked at. */
    List<InstanceId> running(Set<Ref> machines) {
        return running.entrySet().stream().filter(guest -> machines.contains(guest.getValue().machine())).map(Map.Entry::getKey).toList();
    }

    /** Looks whether a guest that ran still does, and tells if it does not. */
    void check(InstanceId guest) {
        alone(guest, () -> {
            Seen seen = running.get(guest);
            if (seen == null) {
                return null;
            }
            Optional<Machine> machine = machines.find(guest);
            if (machine.filter(Machine::isOn).isEmpty()) {
                running.remove(guest);
                listener.stopped(seen.host(), guest, machine.isEmpty() ? "its machine is not there any more" : "its machine is off");
            }
            return null;
        });
    }

    void start(HostId host, GuestSpec guest) {
        String image = image(guest);
        alone(guest.id(), () -> {
            Managed where = host(host);
            Optional<Machine> known = machines.find(guest.id());
            if (known.filter(Machine::isOn).isPresent()) {
                if (!known.get().host().equals(where.ref())) {
                    throw new HypervisorException(Reason.CONFLICT, guest.id() + " runs on another host of " + settings.name());
                }
                running.put(guest.id(), new Seen(host, known.get().ref()));
                return null;
            }
            if (where.is("runtime.inMaintenanceMode")) {
                throw new HypervisorException(Reason.EXHAUSTED, host + " is in maintenance at " + settings.name() + ", and starts no guests");
            }
            Machine machine = known.isPresent() ? known.get() : machines.create(guest, settings.sources().get(image), where.ref());
            try {
                if (machine.isOff()) { // one that is suspended stays as it is
                    machines.configure(machine, guest, image, where.ref());
                }
                machines.switchOn(machine);
            } catch (IOException | RuntimeException e) {
                if (known.isEmpty()) {
                    undo(machine, e);
                }
                throw e;
            }
            running.put(guest.id(), new Seen(host, machine.ref()));
            return null;
        });
    }

    private void undo(Machine machine, Exception reason) throws InterruptedException {
        try {
            machines.destroy(machine);
        } catch (IOException | RuntimeException e) {
            reason.addSuppressed(e);
            LOG.warn("{} of {} was not started, and its machine is left: {}", machine.ref(), settings.name(), e.getMessage());
        }
    }

    /** The image that a guest is a copy of. What else the platform may give to a guest, these hosts do not reach. */
    private String image(GuestSpec guest) {
        if (guest.root().isPresent() || !guest.disks().isEmpty()) {
            throw new HypervisorException(Reason.REFUSED, "ESX hosts do not reach the volumes of this platform: launch one of the images "
                    + settings.images()
                    + " of " + settings.name() + ", which have no volumes");
        }
        if (!(guest.link() instanceof NetworkLink.None)) {
            throw new HypervisorException(Reason.REFUSED, "ESX hosts have networks of their own, and " + guest.link() + " is none of them");
        }
        if (!(guest.boot() instanceof BootSource.Template template) || !template.technology().equals(settings.name())
                || !settings.sources().containsKey(template.name())) {
            throw new HypervisorException(Reason.REFUSED, settings.name() + " runs only its own images, which are " + settings.images());
        }
        return template.name();
    }

    void stop(HostId host, InstanceId guest, boolean force) {
        alone(guest, () -> {
            Machine machine = existing(host, guest);
            if (!machine.isOff() && (force || !machine.isOn() || !machines.shutDown(machine))) {
                machines.switchOff(machine);
            }
            running.remove(guest);
            return null;
        });
    }

    void reboot(HostId host, InstanceId guest) {
        alone(guest, () -> {
            Machine machine = existing(host, guest);
            if (!machine.isOn()) {
                throw new HypervisorException(Reason.CONFLICT, guest + " does not run");
            }
            machines.reset(machine);
            return null;
        });
    }

    /** What is on another host now is not destroyed on this one. */
    void destroy(HostId host, InstanceId guest) {
        alone(guest, () -> {
            Managed where = host(host);
            Optional<Machine> machine = machines.find(guest);
            if (machine.isPresent() && !machine.get().host().equals(where.ref())) {
                return null;
            }
            if (machine.isPresent()) {
                machines.destroy(machine.get());
                marked.remove(machine.get().ref());
            }
            running.remove(guest);
            turns.forget(guest);
            return null;
        });
    }

    /**
     * Moves a running guest; done at once if it is there already.
     *
     * @param begin is asked right before it begins; if it says no, nothing happens
     * @param goOn  is told how far it is, in percent; if it says no, the move is given up
     * @return why the guest has stayed; empty if it has moved
     */
    Optional<String> move(InstanceId guest, HostId source, HostId destination, Supplier<Optional<String>> begin, IntPredicate goOn) {
        return alone(guest, () -> {
            Ref target = host(destination).ref();
            Machine machine = machines.find(guest).orElseThrow(() -> absent(guest, source));
            if (!machine.isOn()) {
                throw new HypervisorException(Reason.CONFLICT, guest + " does not run, and is not moved as if it did");
            }
            if (machine.host().equals(target)) {
                running.put(guest, new Seen(destination, machine.ref()));
                return Optional.empty();
            }
            if (!machine.host().equals(host(source).ref())) {
                throw absent(guest, source);
            }
            Optional<String> objection = begin.get();
            if (objection.isPresent()) {
                return objection;
            }
            String complaint = settings.name() + " does not say why";
            try {
                machines.move(machine, target, goOn);
            } catch (VimFault e) { // where it is now, says the server
                complaint = Faults.sentence(settings.name(), e);
            }
            if (!machines.find(guest).orElseThrow(() -> absent(guest, source)).host().equals(target)) {
                return Optional.of(complaint);
            }
            running.put(guest, new Seen(destination, machine.ref()));
            return Optional.empty();
        });
    }

    String ticket(InstanceId guest) {
        return alone(guest, () -> machines.ticket(anywhere(guest)));
    }

    void snapshot(InstanceId guest, String name) {
        alone(guest, () -> {
            machines.snapshot(anywhere(guest), name);
            return null;
        });
    }

    /** @param enter whether maintenance begins; it does when no guest runs there any more, or fails after the patience for copies */
    void maintain(HostId id, boolean enter) {
        asking(() -> {
            Ref task = session.begin(host(id).ref(), enter ? "EnterMaintenanceMode_Task" : "ExitMaintenanceMode_Task",
                    Element.text("timeout", settings.toCopy().toSeconds()));
            return session.await(task, "MaintenanceMode_Task", settings.toCopy(), percent -> true);
        });
    }

    private Machine anywhere(InstanceId guest) throws IOException, InterruptedException {
        return machines.find(guest).orElseThrow(() -> new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest + " at "
                + settings.name()));
    }

    private Machine existing(HostId host, InstanceId guest) throws IOException, InterruptedException {
        Ref where = host(host).ref();
        return machines.find(guest).filter(machine -> machine.host().equals(where)).orElseThrow(() -> absent(guest, host));
    }

    private static HypervisorException absent(InstanceId guest, HostId host) {
        return new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest + " on " + host);
    }

    private Managed host(HostId id) throws IOException, InterruptedException {
        Managed host = session.all(places.site().datacenter(), "HostSystem", "name", "runtime.connectionState", "runtime.inMaintenanceMode").stream()
                .filter(each -> Inventory.id(settings, each).equals(id)).findFirst()
                .orElseThrow(() -> new HypervisorException(Reason.NOT_FOUND, "there is no host " + id + " at " + settings.name()));
        if (!Inventory.isReached(host)) {
            throw new HypervisorException(Reason.UNAVAILABLE, settings.name() + " does not reach its host " + id + ": "
                    + host.text("runtime.connectionState"));
        }
        return host;
    }

    private <T> T alone(InstanceId guest, GuestTurns.Turn<T> turn) {
        return turns.alone(guest, () -> explaining(turn));
    }

    private <T> T asking(GuestTurns.Turn<T> question) {
        try {
            return explaining(question);
        } catch (IOException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(Reason.UNAVAILABLE, "interrupted", e);
        }
    }

    /** The server's refusals in words of this platform. */
    private <T> T explaining(GuestTurns.Turn<T> turn) throws IOException, InterruptedException {
        try {
            return turn.take();
        } catch (VimFault e) {
            if (e.is("ManagedObjectNotFound")) {
                places.forget(); // somebody may have taken our folder away
            }
            throw new HypervisorException(Faults.reason(e.type()), Faults.sentence(settings.name(), e), e);
        } catch (IOException e) {
            throw new IOException(settings.name() + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()), e);
        }
    }
}
