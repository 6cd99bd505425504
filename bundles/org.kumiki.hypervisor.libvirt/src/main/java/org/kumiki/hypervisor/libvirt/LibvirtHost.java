package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.GuestTurns;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;
import org.kumiki.hypervisor.libvirt.rpc.Procedure;
import org.kumiki.hypervisor.libvirt.rpc.ProtocolException;
import org.kumiki.hypervisor.libvirt.rpc.XdrReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our guests at one libvirt. What is known of them is asked of libvirt each time,
         so that it does not matter which driver made them; domains of others
 * are counted and never touched. Thread-safe.
 */
final class LibvirtHost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LibvirtHost.class);
    private static final Duration TO_LET_GO = Duration.ofSeconds(60);

    /** Told of what happens by itself. */
    interface Listener {

        /** A guest is off, and nobody asked for it here. */
        void stopped(InstanceId guest, String reason);

        /** There is a connection, or there is none any more. */
        void changed();
    }

    /** Something that is done to a guest, or asked. */
    private interface Deed<T> {

        T perform(Session session) throws IOException, LibvirtError, InterruptedException;
    }

    private final Settings settings;
    private final Listener listener;
    private final GuestTurns turns = new GuestTurns();
    /** Those that are on and should be; one that is not among them is missed by nobody. */
    private final Set<InstanceId> running = ConcurrentHashMap.newKeySet();
    /** Those that come here by a move; until it is over they are no business of this host. */
    private final Set<InstanceId> arriving = ConcurrentHashMap.newKeySet();
    private final Waits waits = new Waits();
    private final Drains drains = new Drains();
    private final ExecutorService aftermath = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kumiki-libvirt-aftermath");
        thread.setDaemon(true);
        return thread;
    });
    private final Lifeline lifeline;

    LibvirtHost(Settings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
        this.lifeline = new Lifeline(settings, new Connection());
        lifeline.begin();
    }

    /** What libvirt says by itself, and how it is reached. */
    private final class Connection implements Lifeline.Listener {

        /** Guests that were on when the last connection broke, and are not now, have ended meanwhile. */
        @Override
        public void connected(Session session) throws IOException, LibvirtError, InterruptedException {
            Set<InstanceId> missed = Set.copyOf(running);
            for (Domain domain : session.libvirt().domains()) {
                Optional<InstanceId> guest = domain.guest();
                if (guest.isPresent() && domain.isOn()) {
                    appeared(session, guest.get(), domain);
                }
            }
            missed.forEach(guest -> later(guest, "it ended while there was no connection to libvirt"));
            aftermath.execute(listener::changed);
        }

        @Override
        public void event(Procedure procedure, XdrReader body) {
            Events.read(procedure, body).ifPresent(event -> {
                waits.wake(event.guest());
                if (event.says() != Events.Saying.NOTHING && !arriving.contains(event.guest())) {
                    later(event.guest(), event.reason());
                }
            });
        }

        @Override
        public void lost(String reason) {
            waits.giveUp(reason);
            aftermath.execute(listener::changed);
        }
    }

    /** Looks how a guest is, once nobody else does anything to it, and tells of it if it is off. */
    private void later(InstanceId guest, String reason) {
        aftermath.execute(() -> {
            try {
                alone(guest, session -> {
                    Optional<Domain> domain = find(session, guest);
                    if (domain.filter(Domain::isOn).isPresent()) {
                        appeared(session, guest, domain.get());
                    } else if (disappeared(guest)) {
                        listener.stopped(guest, reason);
                    }
                    return null;
                });
            } catch (HypervisorException e) { // a connection that breaks is followed by one that looks again
                LOG.debug("{} on {} is not looked after: {}", guest, settings.host(), e.getMessage());
            }
        });
    }

    private void appeared(Session session, InstanceId guest, Domain domain) throws IOException, LibvirtError, InterruptedException {
        running.add(guest);
        if (settings.kind() == Kind.LXC) {
            drains.open(session, guest, domain);
        }
    }

    private boolean disappeared(InstanceId guest) {
        drains.close(guest);
        return running.remove(guest);
    }

    /** What was found where libvirt is; empty while there is no connection. */
    Optional<Session> session() {
        return lifeline.now();
    }

    /** Why it is no host; empty if it is one. */
    String complaint() {
        return lifeline.complaint();
    }

    HostReport report() {
        return ask(session -> {
            Map<InstanceId, GuestState> guests = new TreeMap<>();
            int cpus = 0;
            long memoryMiB = 0;
            for (Domain domain : session.libvirt().domains()) {
                Optional<InstanceId> guest = domain.guest();
                if (guest.isPresent()) {
                    guests.put(guest.get(), domain.isOn() ? GuestState.RUNNING : GuestState.STOPPED);
                } else if (domain.isOn()) {
                    Optional<Libvirt.Info> info = info(session, domain);
                    cpus += info.map(Libvirt.Info::cpus).orElse(0);
                    memoryMiB += info.map(Libvirt.Info::memoryMiB).orElse(0L);
                }
            }
            return new HostReport(settings.host(), capacity(session.facts().node(), cpus, memoryMiB), labels(session.facts()), guests);
        });
    }

    private Resources capacity(Libvirt.Node node, int othersCpus, long othersMemoryMiB) {
        Settings.Limits limits = settings.limits();
        return new Resources(Math.max(0, (int) (node.cpus() * limits.cpuOvercommit()) - othersCpus),
                Math.max(0, (long) ((node.memoryMiB() - othersMemoryMiB) * limits.memoryShare())), limits.diskMiB(), limits.networkMbps());
    }

    private Map<String, String> labels(Session.Facts facts) {
        return Map.of("libvirt", facts.libraryVersion(), "uri", settings.uri().remote(), "hostname", facts.hostname(), "domain", facts.type(), "arch",
                facts.capabilities().architecture());
    }

    /** Empty if it is gone. */
    private static Optional<Libvirt.Info> info(Session session, Domain domain) throws IOException, LibvirtError, InterruptedException {
        try {
            return Optional.of(session.libvirt().info(domain));
        } catch (LibvirtError e) {
            if (e.code() == Libvirt.NO_DOMAIN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<Domain> find(Session session, InstanceId guest) throws IOException, LibvirtError, InterruptedException {
        return session.libvirt().find(Domain.uuid(guest));
    }

    private Domain existing(Session session, InstanceId guest) throws IOException, LibvirtError, InterruptedException {
        return find(session, guest)
                .orElseThrow(() -> new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest + " on " + settings.host()));
    }

    private Domain runs(Session session, InstanceId guest) throws IOException, LibvirtError, InterruptedException {
        Domain domain = existing(session, guest);
        if (!domain.isOn()) {
            throw new HypervisorException(Reason.CONFLICT, guest + " is not running");
        }
        return domain;
    }

    void start(GuestSpec spec) {
        alone(spec.id(), session -> {
            Optional<Domain> known = find(session, spec.id());
            if (known.filter(Domain::isOn).isPresent()) {
                appeared(session, spec.id(), known.get());
                return null;
            }
            Domain defined = session.libvirt().define(xml(session, spec));
            try {
                session.libvirt().create(defined);
            } catch (LibvirtError e) {
                if (known.isEmpty()) {
                    undo(session, defined, spec.id(), e);
                }
                throw e;
            }
            appeared(session, spec.id(), defined);
            return null;
        });
    }

    private String xml(Session session, GuestSpec spec) {
        return new GuestXml(settings, session.facts(), session.consoles().map(kept -> GuestXml.console(settings, spec.id())), spec).toString();
    }

    /** One that could not be started is not left behind. If that does not succeed either, it can still be destroyed. */
    private static void undo(Session session, Domain domain, InstanceId guest, LibvirtError reason) throws InterruptedException {
        try {
            session.libvirt().undefine(domain);
            clear(session, guest);
        } catch (IOException | LibvirtError e) {
            reason.addSuppressed(e);
        }
    }

    private static void clear(Session session, InstanceId guest) throws IOException, LibvirtError, InterruptedException {
        if (session.consoles().isPresent()) {
            session.consoles().get().delete(guest);
        }
    }

    void stop(InstanceId guest, boolean force) {
        alone(guest, session -> {
            Domain domain = existing(session, guest);
            switchOff(session, guest, domain, force);
            return null;
        });
    }

    /** Nobody is told of what was asked for. If it fails, the guest is missed again as before. */
    private void switchOff(Session session, InstanceId guest, Domain domain, boolean force) throws IOException, LibvirtError, InterruptedException {
        boolean missed = running.remove(guest);
        try {
            if (domain.isOn() && (force || !shutsDown(session, guest, domain))) {
                cutOff(session, guest, domain);
            }
            drains.close(guest);
        } catch (IOException | LibvirtError | InterruptedException | RuntimeException e) {
            if (missed) {
                running.add(guest);
            }
            throw e;
        }
    }

    /** Whether it follows in time. One that cannot even be asked does not. */
    private boolean shutsDown(Session session, InstanceId guest, Domain domain) throws IOException, InterruptedException, LibvirtError {
        try {
            session.libvirt().shutdown(domain);
        } catch (LibvirtError e) {
            LOG.info("{} cannot be asked to shut down: {}", guest, e.getMessage());
            return !isOn(session, guest);
        }
        return waits.until(guest, () -> !isOn(session, guest), settings.shutdownPatience());
    }

    private static boolean isOn(Session session, InstanceId guest) throws IOException, LibvirtError, InterruptedException {
        return find(session, guest).filter(Domain::isOn).isPresent();
    }

    private static void cutOff(Session session, InstanceId guest, Domain domain) throws IOException, LibvirtError, InterruptedException {
        try {
            session.libvirt().destroy(domain);
        } catch (LibvirtError e) {
            if (isOn(session, guest)) {
                throw e;
            }
        }
    }

    /** It is asked to shut down, and started again; libvirt's own reboot returns before anything has happened, and may never. */
    void reboot(InstanceId guest) {
        alone(guest, session -> {
            Domain domain = runs(session, guest);
            switchOff(session, guest, domain, false);
            session.libvirt().create(domain);
            appeared(session, guest, existing(session, guest));
            return null;
        });
    }

    void destroy(InstanceId guest) {
        alone(guest, session -> {
            Optional<Domain> domain = find(session, guest);
            if (domain.isPresent()) {
                switchOff(session, guest, domain.get(), true);
                undefine(session, domain.get());
            }
            disappeared(guest);
            clear(session, guest);
            turns.forget(guest);
            return null;
        });
    }

    /** One that was never defined, but came here by a move, went when it was cut off. */
    private static void undefine(Session session, Domain domain) throws IOException, LibvirtError, InterruptedException {
        try {
            session.libvirt().undefine(domain);
        } catch (LibvirtError e) {
            if (e.code() != Libvirt.NO_DOMAIN) {
                throw e;
            }
        }
    }

    ConsoleOutput console(InstanceId guest) {
        return alone(guest, session -> {
            existing(session, guest);
            Consoles consoles = session.consoles().orElseThrow(() -> new HypervisorException(Reason.UNSUPPORTED,
                    session.complaint().isEmpty() ? settings.kind().note() : session.complaint()));
            return new ConsoleOutput(guest, Instant.now(), consoles.tail(guest));
        });
    }

    void attach(InstanceId guest, GuestDisk disk) {
        alone(guest, session -> {
            need(Feature.VOLUME_HOT_PLUG, "volumes cannot come and go while a guest runs");
            Domain domain = runs(session, guest);
            String xml = session.libvirt().xml(domain);
            if (!DiskXml.has(xml, disk.volume())) {
                session.libvirt().attach(domain, DiskXml.alone(settings.kind(), disk, DiskXml.free(settings.kind(), xml)));
            }
            return null;
        });
    }

    void detach(InstanceId guest, VolumeId volume) {
        alone(guest, session -> {
            need(Feature.VOLUME_HOT_PLUG, "volumes cannot come and go while a guest runs");
            Domain domain = runs(session, guest);
            Optional<String> device = DiskXml.device(session.libvirt().xml(domain), volume);
            if (device.isPresent()) {
                session.libvirt().detach(domain, device.get());
                if (!waits.until(guest, () -> !DiskXml.has(session.libvirt().xml(domain), volume), TO_LET_GO)) {
                    throw new HypervisorException(Reason.UNAVAILABLE, guest + " did not let go of " + volume + " within " + TO_LET_GO.toSeconds()
                            + " s");
                }
            }
            return null;
        });
    }

    /** Moves a guest that runs here. Blocks until that is over. */
    MigrationOutcome migrate(MigrationOrder order, GuestSpec guest, MigrationControl control, LibvirtHost destination) {
        String uri = destination.settings.migrationUri().orElseThrow(() -> new HypervisorException(Reason.UNSUPPORTED,
                "guests do not move to " + order.destination() + " while they run: its configuration has no migrationUri"));
        if (!order.allows(Feature.LIVE_MIGRATION_PRECOPY) || !(guest.link() instanceof NetworkLink.None)) {
            throw new HypervisorException(Reason.UNSUPPORTED, "by libvirt a guest moves by pre-copy alone, and with no link of ours");
        }
        return alone(guest.id(), session -> {
            Optional<Domain> here = find(session, guest.id());
            boolean there = destination.ask(other -> isOn(other, guest.id()));
            if (here.filter(Domain::isOn).isEmpty()) {
                if (there) { // it was asked for before
                    return Move.over(control);
                }
                existing(session, guest.id());
                throw new HypervisorException(Reason.CONFLICT, guest.id() + " is not running");
            } else if (there) {
                throw new HypervisorException(Reason.UNAVAILABLE, guest.id() + " is on its way to " + order.destination() + " already");
            }
            return move(guest.id(), destination, new Move(session.libvirt(), here.get(), uri, control));
        });
    }

    private MigrationOutcome move(InstanceId guest, LibvirtHost destination, Move move) throws IOException, LibvirtError, InterruptedException {
        running.remove(guest);
        destination.arriving.add(guest);
        try {
            return move.run();
        } finally {
            destination.arriving.remove(guest);
            later(guest, "it ended while it was to be moved");
            destination.later(guest, "it ended while it was moved here");
        }
    }

    private void need(Feature feature, String otherwise) {
        if (!settings.kind().features().contains(feature)) {
            throw new HypervisorException(Reason.UNSUPPORTED, "by libvirt's driver for " + settings.kind().technology() + " " + otherwise);
        }
    }

    /** Of a libvirt that is not reached there are none. */
    Map<InstanceId, Duration> cpuTimes() {
        try {
            return ask(session -> {
                Map<InstanceId, Duration> times = new HashMap<>();
                for (Map.Entry<Domain, Duration> time : allTimes(session).entrySet()) {
                    time.getKey().guest().ifPresent(guest -> times.put(guest, time.getValue()));
                }
                return times;
            });
        } catch (HypervisorException e) {
            LOG.debug("{} does not say how busy its guests are", settings.host(), e);
            return Map.of();
        }
    }

    private static Map<Domain, Duration> allTimes(Session session) throws IOException, LibvirtError, InterruptedException {
        try {
            return session.libvirt().cpuTimes();
        } catch (LibvirtError e) {
            if (e.code() != Libvirt.NO_SUPPORT) {
                throw e;
            }
        }
        Map<Domain, Duration> times = new HashMap<>();
        for (Domain domain : session.libvirt().domains()) {
            if (domain.isOn() && domain.guest().isPresent()) {
                info(session, domain).ifPresent(info -> times.put(domain, info.cpuTime()));
            }
        }
        return times;
    }

    private <T> T alone(InstanceId guest, Deed<T> deed) {
        return turns.alone(guest, () -> ask(deed));
    }

    private <T> T ask(Deed<T> deed) {
        try {
            return deed.perform(lifeline.session());
        } catch (LibvirtError e) {
            throw Refusals.of(e);
        } catch (IOException | ProtocolException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(Reason.UNAVAILABLE, "interrupted", e);
        }
    }

    /** Lets the guests run on, unwatched. */
    @Override
    public void close() {
        aftermath.shutdown();
        lifeline.close();
    }
}
