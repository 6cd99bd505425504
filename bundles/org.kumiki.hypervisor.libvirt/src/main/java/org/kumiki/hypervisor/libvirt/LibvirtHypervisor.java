package org.kumiki.hypervisor.libvirt;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.VolumeId;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs guests at one libvirt, which is one host: one driver for each configuration. */
@HypervisorDriver(technology = "libvirt")
@Component(service = BlockingHypervisor.class, configurationPid = LibvirtHypervisor.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Config.class, factory = true)
public class LibvirtHypervisor implements BlockingHypervisor, VolumeHotPlug, LiveMigration, GuestMeter {

    static final String PID = "org.kumiki.hypervisor.libvirt";

    private static final Logger LOG = LoggerFactory.getLogger(LibvirtHypervisor.class);

    private final Settings settings;
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();
    private final LibvirtHost host;
    private final Peers peers;
    private final ExecutorService movers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kumiki-libvirt-migration");
        thread.setDaemon(true);
        return thread;
    });

    @Activate
    public LibvirtHypervisor(Config config, Map<String, Object> properties, @Reference Peers peers) {
        this(Settings.of(name(properties), config), peers);
    }

    LibvirtHypervisor(Settings settings, Peers peers) {
        this.settings = settings;
        this.peers = peers;
        this.host = new LibvirtHost(settings, new LibvirtHost.Listener() {

            @Override
            public void stopped(InstanceId guest, String reason) {
                listeners.forEach(listener -> listener.stopped(settings.host(), guest, reason));
            }

            @Override
            public void changed() {
                listeners.forEach(GuestListener::hostsChanged);
            }
        });
        peers.add(settings.host(), host);
    }

    private static String name(Map<String, Object> properties) {
        String pid = String.valueOf(properties.get(Constants.SERVICE_PID));
        return pid.substring(pid.indexOf('~') + 1);
    }

    /** Guests run on; whoever comes next finds them. */
    @Deactivate
    void close() {
        peers.remove(settings.host(), host);
        movers.shutdownNow(); // what moves goes on by itself, and the next driver finds out how it ended
        host.close();
    }

    @Override
    public Technology technology() {
        Optional<Session> session = host.session();
        Set<Feature> features = EnumSet.copyOf(settings.kind().features());
        StringJoiner note = new StringJoiner("; ").setEmptyValue("by libvirt");
        if (session.isPresent() && session.get().consoles().isEmpty()) {
            features.remove(Feature.CONSOLE_OUTPUT);
        }
        if (settings.kind() == Kind.QEMU && settings.migrationUri().isPresent()) {
            features.add(Feature.LIVE_MIGRATION_PRECOPY);
        }
        session.map(Session::complaint).filter(complaint -> !complaint.isEmpty()).ifPresent(note::add);
        if (!settings.kind().note().isEmpty()) {
            note.add(settings.kind().note());
        }
        if (!host.complaint().isEmpty()) {
            note.add(settings.host() + ": " + host.complaint());
        }
        Capabilities capabilities = session.map(found -> found.facts().capabilities()).orElse(Capabilities.UNKNOWN);
        String type = session.map(found -> found.facts().type()).or(settings::domainType).orElse(settings.kind().types().get(0));
        return new Technology("libvirt-" + settings.kind().technology(), session.map(found -> found.facts().version()).orElse("unknown"),
                settings.kind().monitor(), settings.kind().methods(capabilities, type), features, note.toString());
    }

    /** A libvirt that is not reached is no host; its technology's note says why. */
    @Override
    public List<HostReport> hosts() {
        try {
            return List.of(host.report());
        } catch (HypervisorException e) {
            LOG.debug("{} is no host now", settings.host(), e);
            return List.of();
        }
    }

    private LibvirtHost host(HostId id) {
        if (!id.equals(settings.host())) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no host " + id);
        }
        return host;
    }

    @Override
    public void start(HostId host, GuestSpec guest) {
        host(host).start(guest);
    }

    @Override
    public void stop(HostId host, InstanceId guest, boolean force) {
        host(host).stop(guest, force);
    }

    @Override
    public void reboot(HostId host, InstanceId guest) {
        host(host).reboot(guest);
    }

    @Override
    public void destroy(HostId host, InstanceId guest) {
        host(host).destroy(guest);
    }

    @Override
    public ConsoleOutput console(HostId host, InstanceId guest) {
        return host(host).console(guest);
    }

    @Override
    public CompletionStage<Void> attach(HostId host, InstanceId guest, GuestDisk disk) {
        host(host).attach(guest, disk);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> detach(HostId host, InstanceId guest, VolumeId volume) {
        host(host).detach(guest, volume);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<MigrationOutcome> migrate(MigrationOrder order, GuestSpec guest, MigrationControl control) {
        LibvirtHost source = host(order.source());
        if (!technology().can(Feature.LIVE_MIGRATION_PRECOPY)) {
            throw new HypervisorException(Reason.UNSUPPORTED, "guests of " + settings.host() + " do not move while they run");
        }
        LibvirtHost destination = peers.find(order.destination());
        return CompletableFuture.supplyAsync(() -> source.migrate(order, guest, control, destination), movers);
    }

    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        return CompletableFuture.completedFuture(host.cpuTimes());
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
