package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs guests on the ESX hosts of a vCenter, or on one ESX host: one technology for each configuration. */
@HypervisorDriver(technology = "vsphere")
@Component(service = { BlockingHypervisor.class, VsphereHypervisor.class }, configurationPid = VsphereHypervisor.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Config.class, factory = true)
public class VsphereHypervisor implements BlockingHypervisor, LiveMigration {

    static final String PID = "org.kumiki.hypervisor.vsphere";

    private static final Logger LOG = LoggerFactory.getLogger(VsphereHypervisor.class);
    /** From this version on ESX runs only on CPUs that help. */
    private static final int HARDWARE_ALONE = 7;

    private final Settings settings;
    private final Session session;
    private final Server server;
    private final Watch watch;
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService helpers;
    private volatile Optional<Content> content = Optional.empty();
    private volatile String complaint = "";

    @Activate
    public VsphereHypervisor(Config config, Map<String, Object> properties) throws IOException {
        this(Settings.of(name(properties), config));
    }

    VsphereHypervisor(Settings settings) throws IOException {
        this.settings = settings;
        helpers = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "kumiki-vsphere-" + settings.name() + "-helper");
            thread.setDaemon(true);
            return thread;
        });
        session = settings.login().begin(settings.patience());
        server = new Server(settings, session, (host, guest, reason) -> listeners.forEach(listener -> listener.stopped(host, guest, reason)));
        watch = new Watch(session, server.places(), settings, new News());
    }

    static String name(Map<String, Object> properties) {
        String pid = String.valueOf(properties.get(Constants.SERVICE_PID));
        return pid.substring(pid.indexOf('~') + 1);
    }

    /** Guests run on; whoever comes next finds them. */
    @Deactivate
    void close() {
        watch.close();
        helpers.shutdownNow();
        session.close();
    }

    String name() {
        return settings.name();
    }

    Server server() {
        return server;
    }

    /** Blocks until the host has entered maintenance at the server, or left it. */
    void maintain(HostId host, boolean enter) {
        server.maintain(host, enter);
        listeners.forEach(GuestListener::hostsChanged);
    }

    @Override
    public Technology technology() {
        Set<Feature> features = EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP);
        content.filter(Content::vCenter).ifPresent(known -> features.add(Feature.LIVE_MIGRATION_PRECOPY));
        String note = content.map(known -> known.product() + " at " + settings.login().url().getHost()).orElse("not reached yet")
                + (complaint.isEmpty() ? "" : "; " + complaint);
        return new Technology(settings.name(), content.map(Content::version).orElse("unknown"), Technology.MonitorPlace.HYPERVISOR_WITH_DRIVERS,
                methods(content.map(Content::version).orElse("")), features, note);
    }

    /** As ESX virtualizes: before version 7 also on CPUs that do not help, by rewriting code. */
    static Set<Method> methods(String version) {
        String major = version.split("\\.", 2)[0];
        boolean old = major.matches("\\d{1,3}") && Integer.parseInt(major) < HARDWARE_ALONE;
        return old ? EnumSet.of(Method.HARDWARE, Method.BINARY_TRANSLATION) : EnumSet.of(Method.HARDWARE);
    }

    /** A server that is not reached has no hosts that could be asked for anything. */
    @Override
    public List<HostReport> hosts() {
        try {
            List<HostReport> reports = server.hosts();
            content = Optional.of(session.content());
            complaint = "";
            return reports;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(Reason.UNAVAILABLE, "interrupted", e);
        } catch (HypervisorException | IOException e) {
            complain(String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private void complain(String now) {
        if (!now.equals(complaint)) { // once is enough
            complaint = now;
            LOG.warn("{} has no hosts: {}", settings.name(), now);
        }
    }

    @Override
    public void start(HostId host, GuestSpec guest) {
        server.start(host, guest);
    }

    @Override
    public void stop(HostId host, InstanceId guest, boolean force) {
        server.stop(host, guest, force);
    }

    @Override
    public void reboot(HostId host, InstanceId guest) {
        server.reboot(host, guest);
    }

    @Override
    public void destroy(HostId host, InstanceId guest) {
        server.destroy(host, guest);
    }

    @Override
    public ConsoleOutput console(HostId host, InstanceId guest) {
        throw new HypervisorException(Reason.UNSUPPORTED,
                "vSphere keeps no text of a guest's console; kumiki:vsphereTicket in the shell opens its screen");
    }

    @Override
    public CompletionStage<MigrationOutcome> migrate(MigrationOrder order, GuestSpec guest, MigrationControl control) {
        if (!order.allows(Feature.LIVE_MIGRATION_PRECOPY) || !technology().can(Feature.LIVE_MIGRATION_PRECOPY)) {
            return CompletableFuture.failedFuture(new HypervisorException(Reason.UNSUPPORTED,
                    "running guests of " + settings.name() + " move by vMotion, which is pre-copy and takes a vCenter"));
        }
        try {
            return CompletableFuture.supplyAsync(() -> new Move(order, control).on(server), helpers);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new HypervisorException(Reason.UNAVAILABLE, settings.name() + " is being taken out", e));
        }
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** What the server says by itself. Looking may take long, so that whoever brings the news does not wait for it. */
    private final class News implements Watch.Listener {

        @Override
        public void connected() {
            help(() -> {
                hosts();
                listeners.forEach(GuestListener::hostsChanged);
            });
        }

        @Override
        public void disconnected(String reason) {
            complain(reason);
            listeners.forEach(GuestListener::hostsChanged);
        }

        @Override
        public void machinesChanged(Set<Ref> machines) {
            server.running(machines).forEach(guest -> help(() -> server.check(guest)));
        }

        @Override
        public void hostsChanged() {
            listeners.forEach(GuestListener::hostsChanged);
        }

        private void help(Runnable look) {
            try {
                helpers.execute(() -> {
                    try {
                        look.run();
                    } catch (HypervisorException e) { // the next news, or the next report, has it again
                        LOG.debug("{} could not be looked at", settings.name(), e);
                    }
                });
            } catch (RejectedExecutionException e) {
                LOG.debug("{} is being taken out", settings.name(), e);
            }
        }
    }
}
