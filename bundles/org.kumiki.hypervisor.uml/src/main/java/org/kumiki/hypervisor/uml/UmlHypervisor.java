package org.kumiki.hypervisor.uml;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.hypervisor.NodeHypervisor;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs guests as programs that are a kernel, User-Mode Linux, on every node that is meant for it. */
@HypervisorDriver(technology = UmlHypervisor.TECHNOLOGY)
@Component(service = BlockingHypervisor.class, configurationPid = UmlHypervisor.PID)
@Designate(ocd = UmlHypervisor.Config.class)
public class UmlHypervisor extends NodeHypervisor<UmlHost> implements LinkUpdate, VolumeHotPlug, GuestMeter {

    static final String TECHNOLOGY = "uml";
    static final String PID = "org.kumiki.hypervisor.uml";

    private static final Logger LOG = LoggerFactory.getLogger(UmlHypervisor.class);
    private static final Set<Feature> FEATURES = EnumSet.of(Feature.CONSOLE_OUTPUT, Feature.STOP_START, Feature.GRACEFUL_STOP,
            Feature.LINK_UPDATE, Feature.VOLUME_HOT_PLUG);

    @ObjectClassDefinition(name = "Kumiki UML", description = "Guests whose kernel is a program of their host: User-Mode Linux.")
    @interface Config {

        @AttributeDefinition(name = "User-Mode Linux", description = "The program that is the kernel of guests, by its whole path.")
        String program() default "/usr/bin/linux.uml";

        @AttributeDefinition(name = "Modules", description = "Where that kernel's modules are, those of each version in a directory of its name.")
        String modules() default "/usr/lib/uml/modules";

        @AttributeDefinition(name = "CPU overcommitment", description = "How many CPUs are promised for each that is there.")
        double cpuOvercommit() default 8;

        @AttributeDefinition(name = "Memory share", description = "How much of a node's memory guests may take, from 0 to 1. The machine may"
                + " have guests of another technology, too.")
        double memoryShare() default 0.15;

        @AttributeDefinition(name = "Shutdown patience", description = "Seconds after which a guest that was asked to shut down is cut off.")
        int shutdownSeconds() default 30;
    }

    private final UmlSettings settings;

    @Activate
    public UmlHypervisor(Config config) {
        this(new UmlSettings(Path.of(config.program()), Path.of(config.modules()), config.cpuOvercommit(), config.memoryShare(),
                Duration.ofSeconds(config.shutdownSeconds())));
    }

    UmlHypervisor(UmlSettings settings) {
        this.settings = settings;
    }

    @Deactivate
    void stop() {
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
    protected UmlHost open(Node node) throws IOException {
        return UmlHost.on(node, settings, everyone());
    }

    @Override
    protected void complain(Node node, String reason) {
        LOG.warn("{} is no host for User-Mode Linux: {}", node.name(), reason);
    }

    @Override
    public Technology technology() {
        List<UmlHost> known = known();
        StringJoiner note = new StringJoiner("; ");
        known.forEach(host -> note.add(host.id() + ": limits by " + host.limits()));
        note.add("guests have one CPU, and move when they are stopped");
        String version = known.stream().map(UmlHost::version).max(String::compareTo).orElse("unknown");
        return new Technology(TECHNOLOGY, version, Technology.MonitorPlace.HOST_OS, Set.of(Method.PARAVIRTUAL), FEATURES, note.toString());
    }

    @Override
    public CompletionStage<Void> relink(HostId host, InstanceId guest, NetworkLink link) {
        host(host).relink(guest, link);
        return CompletableFuture.completedFuture(null);
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

    /** A host that cannot be asked is left out; {@link #hosts()} complains of it. */
    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        Map<InstanceId, Duration> times = new HashMap<>();
        for (UmlHost host : known()) {
            try {
                times.putAll(host.cpuTimes());
            } catch (IOException e) {
                LOG.debug("{} does not say how busy its guests are", host.id(), e);
            }
        }
        return CompletableFuture.completedFuture(times);
    }
}
