package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.NodeHypervisor;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.node.Node;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs guests as domains of Xen, on every node that is meant for it and is a dom0. */
@HypervisorDriver(technology = XenHypervisor.TECHNOLOGY)
@Component(service = BlockingHypervisor.class, configurationPid = XenHypervisor.PID)
@Designate(ocd = XenHypervisor.Config.class)
public class XenHypervisor extends NodeHypervisor<XenHost> implements LiveMigration, VolumeHotPlug, GuestMeter {

    static final String TECHNOLOGY = "xen";
    static final String PID = "org.kumiki.hypervisor.xen";

    private static final Logger LOG = LoggerFactory.getLogger(XenHypervisor.class);

    @ObjectClassDefinition(name = "Kumiki Xen", description = "Guests as domains of Xen, on nodes that are its dom0.")
    @interface Config {

        @AttributeDefinition(name = "Guests with a kernel", description = "Of which type guests are that bring a kernel; auto is PVH where the processor"
                + " helps, else PV. Guests that boot from their disk are HVM.", options = { @Option("auto"), @Option("pv"), @Option("pvh") })
        String kernelGuests() default "auto";

        @AttributeDefinition(name = "TSC mode", description = "How guests read the processor's time stamps: tsc_mode of xl.cfg(5).")
        String tscMode() default "default";

        @AttributeDefinition(name = "CPU overcommitment", description = "How many CPUs are promised for each that is there.")
        double cpuOvercommit() default 4;

        @AttributeDefinition(name = "Memory share", description = "How much of the memory that dom0 leaves guests may take, from 0 to 1.")
        double memoryShare() default 0.95;

        @AttributeDefinition(name = "CPU cap", description = "Of each of its virtual CPUs, how many per cent a guest may use at most; 0 for no bound."
                + " By weight, each gets its share in any case.")
        int cpuCapPercent() default 0;

        @AttributeDefinition(name = "Shutdown patience", description = "Seconds after which a guest that was asked to shut down is cut off.")
        int shutdownSeconds() default 60;

        @AttributeDefinition(name = "Start patience", description = "Seconds that xl may take to make a domain.")
        int startSeconds() default 120;

        @AttributeDefinition(name = "Migration port", description = "The first of 16 TCP ports at which a host takes guests that move to it.")
        int migrationPort() default 8_002;
    }

    private final XenSettings settings;
    private final ExecutorService moves = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kumiki-xen-migration");
        thread.setDaemon(true);
        return thread;
    });

    @Activate
    public XenHypervisor(Config config) {
        this(new XenSettings(type(config.kernelGuests()), config.tscMode(), config.cpuOvercommit(), config.memoryShare(), config.cpuCapPercent(),
                Duration.ofSeconds(config.shutdownSeconds()), Duration.ofSeconds(config.startSeconds()), config.migrationPort()));
    }

    XenHypervisor(XenSettings settings) {
        this.settings = settings;
    }

    private static Optional<GuestType> type(String word) {
        return word.equals("auto") ? Optional.empty() : Optional.of(GuestType.valueOf(word.toUpperCase(Locale.ROOT)));
    }

    @Deactivate
    void stop() {
        moves.shutdownNow();
        closeAll();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, target = "(" + Node.TECHNOLOGY + "=" + TECHNOLOGY + ")")
    void addNode(Node node) {
        add(node);
    }

    void removeNode(Node node) {
        remove(node);
    }

    @Override
    protected XenHost open(Node node) throws IOException {
        return XenHost.on(node, settings, everyone());
    }

    @Override
    protected void complain(Node node, String reason) {
        LOG.warn("{} is no host of Xen: {}", node.name(), reason);
    }

    /** As long as no host is known, it is what every Xen has. */
    @Override
    public Technology technology() {
        List<XenHost> known = known();
        Set<Method> methods = new TreeSet<>();
        known.forEach(host -> methods.addAll(host.facts().methods()));
        if (methods.isEmpty()) {
            methods.add(Method.PARAVIRTUAL);
        }
        Set<Feature> features = EnumSet.of(Feature.STOP_START, Feature.GRACEFUL_STOP, Feature.VOLUME_HOT_PLUG, Feature.LIVE_MIGRATION_PRECOPY);
        if (known.stream().allMatch(XenHost::consoleIsKept)) {
            features.add(Feature.CONSOLE_OUTPUT);
        }
        StringJoiner note = new StringJoiner("; ");
        note.add("drivers of devices are in dom0");
        known.stream().filter(host -> !host.consoleIsKept()).forEach(host -> note.add(host.id() + " keeps no consoles: start xenconsoled with --log=guest"));
        known.stream().filter(host -> !host.hasDeviceModel())
                .forEach(host -> note.add(host.id() + " has no device model (Debian: qemu-system-xen), so guests that boot from their disk are refused there"));
        String version = known.stream().map(host -> host.facts().version()).max(String::compareTo).orElse("unknown");
        return new Technology(TECHNOLOGY, version, Technology.MonitorPlace.HYPERVISOR_WITH_DRIVER_GUEST, methods, features, note.toString());
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
        if (!order.allows(Feature.LIVE_MIGRATION_PRECOPY)) {
            throw new HypervisorException(Reason.UNSUPPORTED, "a guest of Xen moves by pre-copy while it runs, and in no other way: " + order.modes());
        }
        Move move = new Move(host(order.source()), host(order.destination()), guest, order, control);
        CompletableFuture<MigrationOutcome> outcome = new CompletableFuture<>();
        moves.execute(() -> {
            try {
                outcome.complete(move.run());
            } catch (IOException e) {
                outcome.completeExceptionally(new HypervisorException(Reason.UNAVAILABLE, e.getMessage(), e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                outcome.completeExceptionally(new HypervisorException(Reason.UNAVAILABLE, "the driver is going; the move goes on", e));
            } catch (RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        });
        return outcome;
    }

    /** A host that cannot be asked is left out; {@link #hosts()} complains of it. */
    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        Map<InstanceId, Duration> times = new HashMap<>();
        for (XenHost host : known()) {
            try {
                times.putAll(host.cpuTimes());
            } catch (IOException e) {
                LOG.debug("{} does not say how busy its guests are", host.id(), e);
            }
        }
        return CompletableFuture.completedFuture(times);
    }
}
