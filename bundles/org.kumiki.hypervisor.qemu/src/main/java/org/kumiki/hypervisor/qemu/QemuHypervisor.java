package org.kumiki.hypervisor.qemu;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.DiskCopy;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.LinkUpdate;
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
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.Disk;
import org.kumiki.hypervisor.qemu.AcceleratorProbe.Verdict;
import org.kumiki.hypervisor.qemu.qmp.QmpException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs guests by QEMU on every node that has it. */
@HypervisorDriver(technology = QemuHypervisor.TECHNOLOGY)
@Component(service = BlockingHypervisor.class, configurationPid = QemuHypervisor.PID)
@Designate(ocd = QemuHypervisor.Config.class)
public class QemuHypervisor extends NodeHypervisor<QemuHost> implements LiveMigration, VolumeHotPlug, DiskCopy, LinkUpdate, GuestMeter {

    static final String TECHNOLOGY = "qemu";
    static final String PID = "org.kumiki.hypervisor.qemu";

    /** Every machine, but those that are for another technology. */
    private static final String NODES = "(|(!(" + Node.TECHNOLOGY + "=*))(" + Node.TECHNOLOGY + "=" + TECHNOLOGY + "))";
    private static final Logger LOG = LoggerFactory.getLogger(QemuHypervisor.class);
    private static final Set<Feature> FEATURES = EnumSet.of(Feature.CONSOLE_OUTPUT, Feature.STOP_START, Feature.GRACEFUL_STOP,
            Feature.VOLUME_HOT_PLUG, Feature.DISK_COPY, Feature.LINK_UPDATE, Feature.LIVE_MIGRATION_PRECOPY, Feature.LIVE_MIGRATION_POSTCOPY,
            Feature.STOP_AND_COPY);

    @ObjectClassDefinition(name = "Kumiki QEMU", description = "Guests by QEMU, on every node that has it.")
    @interface Config {

        @AttributeDefinition(name = "QEMU", description = "The program that runs a guest, found by PATH.")
        String program() default "qemu-system-x86_64";

        @AttributeDefinition(name = "CPU overcommitment", description = "How many virtual CPUs are promised for each that is there.")
        double cpuOvercommit() default 8;

        @AttributeDefinition(name = "Memory share", description = "How much of a node's memory guests may take, from 0 to 1.")
        double memoryShare() default 0.8;

        @AttributeDefinition(name = "Disk overcommitment", description = "How much disk is promised for each MiB that is there.")
        double diskOvercommit() default 1;

        @AttributeDefinition(name = "Shutdown patience", description = "Seconds after which a guest that was asked to shut down is cut off.")
        int shutdownSeconds() default 90;

        @AttributeDefinition(name = "Translated guests move live", description = "Whether guests that run by binary translation are copied while they"
                + " run. On a busy machine QEMU misses writes of such guests now and then, and they crash later; so by default they stand still"
                + " while they are copied. Guests that run by hardware are always copied while they run.")
        boolean translatedLive() default false;

        @AttributeDefinition(name = "Migration streams", description = "By how many streams a guest's memory goes to another host; 0 for one for each"
                + " two CPUs of the smaller host. A guest that may be moved by post-copy is sent by one.")
        int migrationStreams() default 0;
    }

    private final QemuSettings settings;
    private final ExecutorService movers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kumiki-qemu-migration");
        thread.setDaemon(true);
        return thread;
    });

    @Activate
    public QemuHypervisor(Config config) {
        this(new QemuSettings(config.program(), config.cpuOvercommit(), config.memoryShare(),
                config.diskOvercommit(), Duration.ofSeconds(config.shutdownSeconds()), config.translatedLive(), config.migrationStreams()));
    }

    QemuHypervisor(QemuSettings settings) {
        this.settings = settings;
    }

    @Deactivate
    void stop() {
        movers.shutdownNow(); // what moves goes on by itself, and the next driver looks after it
        closeAll();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, target = NODES)
    void addNode(Node node) {
        add(node);
    }

    void removeNode(Node node) {
        remove(node);
    }

    @Override
    protected QemuHost open(Node node) throws IOException {
        return QemuHost.on(node, settings, everyone());
    }

    @Override
    protected void complain(Node node, String reason) {
        LOG.warn("{} is no host for guests of QEMU: {}", node.name(), reason);
    }

    @Override
    public Technology technology() {
        List<QemuHost> known = known();
        Set<Method> methods = EnumSet.noneOf(Method.class);
        StringJoiner note = new StringJoiner("; ");
        for (QemuHost host : known) {
            Optional<Verdict> verdict = host.accelerator();
            methods.add(verdict.map(Verdict::accelerator).orElse(Accelerator.TCG).method());
            note.add(host.id() + ": " + verdict.map(Verdict::note).orElse("hardware acceleration is tried with the first guest"));
        }
        if (methods.contains(Method.BINARY_TRANSLATION) && !settings.translatedLive()) {
            note.add("guests that run by translation stand still while they are copied to another host");
        }
        if (methods.isEmpty()) {
            methods.add(Method.BINARY_TRANSLATION);
        }
        String version = known.stream().map(QemuHost::version).max(QemuVersion::compareTo).map(QemuVersion::toString).orElse("unknown");
        return new Technology(TECHNOLOGY, version, Technology.MonitorPlace.HOST_OS, methods, FEATURES, note.toString());
    }

    @Override
    public CompletionStage<Void> attach(HostId host, InstanceId guest, GuestDisk disk) {
        return completed(host, on -> on.attach(guest, disk));
    }

    @Override
    public CompletionStage<Void> detach(HostId host, InstanceId guest, VolumeId volume) {
        return completed(host, on -> on.detach(guest, volume));
    }

    @Override
    public CompletionStage<Void> copy(HostId host, InstanceId guest, Map<VolumeId, Disk> targets, boolean reboot) {
        return host(host).copy(guest, targets, reboot);
    }

    @Override
    public CompletionStage<Void> relink(HostId host, InstanceId guest, NetworkLink link) {
        return completed(host, on -> on.relink(guest, link));
    }

    @Override
    public CompletionStage<MigrationOutcome> migrate(MigrationOrder order, GuestSpec guest, MigrationControl control) {
        Transfer transfer = new Transfer(host(order.source()), host(order.destination()), guest, order, control);
        return CompletableFuture.supplyAsync(() -> {
            try {
                return transfer.run();
            } catch (IOException | QmpException e) {
                throw new HypervisorException(Reason.UNAVAILABLE, transfer + ": " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HypervisorException(Reason.UNAVAILABLE, transfer + ": interrupted", e);
            }
        }, movers);
    }

    /** A host that cannot be asked is left out; {@link #hosts()} complains of it. */
    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        Map<InstanceId, Duration> times = new HashMap<>();
        for (QemuHost host : known()) {
            try {
                times.putAll(host.cpuTimes());
            } catch (IOException e) {
                LOG.debug("{} does not say how busy its guests are", host.id(), e);
            }
        }
        return CompletableFuture.completedFuture(times);
    }

    private CompletionStage<Void> completed(HostId host, Consumer<QemuHost> deed) {
        deed.accept(host(host));
        return CompletableFuture.completedFuture(null);
    }
}
