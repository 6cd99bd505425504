package org.kumiki.hypervisor.lxc;

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
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.hypervisor.NodeHypervisor;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
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

/** Runs guests as containers of LXC, on every node that is meant for it. */
@HypervisorDriver(technology = LxcHypervisor.TECHNOLOGY)
@Component(service = BlockingHypervisor.class, configurationPid = LxcHypervisor.PID)
@Designate(ocd = LxcHypervisor.Config.class)
public class LxcHypervisor extends NodeHypervisor<LxcHost> implements LinkUpdate, GuestMeter {

    static final String TECHNOLOGY = "lxc";
    static final String PID = "org.kumiki.hypervisor.lxc";

    private static final Logger LOG = LoggerFactory.getLogger(LxcHypervisor.class);
    private static final Set<Feature> FEATURES = EnumSet.of(Feature.CONSOLE_OUTPUT, Feature.STOP_START, Feature.GRACEFUL_STOP, Feature.LINK_UPDATE);

    @ObjectClassDefinition(name = "Kumiki LXC", description = "Guests that share their host's kernel, as containers of LXC.")
    public @interface Config {

        @AttributeDefinition(name = "LXC", description = "The program that starts a container, by its whole path.")
        String program() default "/usr/bin/lxc-start";

        @AttributeDefinition(name = "CPU overcommitment", description = "How many CPUs are promised for each that is there.")
        double cpuOvercommit() default 8;

        @AttributeDefinition(name = "Memory share", description = "How much of a node's memory guests may take, from 0 to 1. The machine may have guests"
                + " of another technology, too.")
        double memoryShare() default 0.15;

        @AttributeDefinition(name = "Shutdown patience", description = "Seconds after which a guest that was asked to shut down is cut off.")
        int shutdownSeconds() default 30;

        @AttributeDefinition(name = "First user", description = "Where the users of guests begin on their host; each guest has 65536 of its own.")
        int firstId() default 2_000_000_000;

        @AttributeDefinition(name = "Mount disks", description = "Whether root disks are mounted, by the host's kernel, after they were checked."
                + " Without, only images that have no disk can be launched.")
        boolean mountDisks() default true;
    }

    private final LxcSettings settings;

    @Activate
    public LxcHypervisor(Config config) {
        this(new LxcSettings(Path.of(config.program()), config.cpuOvercommit(), config.memoryShare(),
                Duration.ofSeconds(config.shutdownSeconds()), config.firstId(), config.mountDisks()));
    }

    LxcHypervisor(LxcSettings settings) {
        this.settings = settings;
    }

    @Deactivate
    public void stop() {
        closeAll();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, target = "(" + Node.TECHNOLOGY + "=" + TECHNOLOGY + ")")
    public void addNode(Node node) {
        add(node);
    }

    void removeNode(Node node) {
        remove(node);
    }

    @Override
    protected LxcHost open(Node node) throws IOException {
        return LxcHost.on(node, settings, everyone());
    }

    @Override
    protected void complain(Node node, String reason) {
        LOG.warn("{} is no host for containers: {}", node.name(), reason);
    }

    @Override
    public Technology technology() {
        List<LxcHost> known = known();
        StringJoiner note = new StringJoiner("; ");
        known.forEach(host -> note.add(host.id() + ": limits by " + host.limits()));
        note.add("guests move when they are stopped");
        String version = known.stream().map(LxcHost::version).max(String::compareTo).orElse("unknown");
        return new Technology(TECHNOLOGY, version, Technology.MonitorPlace.HOST_OS, Set.of(Method.OS_LEVEL), FEATURES, note.toString());
    }

    @Override
    public CompletionStage<Void> relink(HostId host, InstanceId guest, NetworkLink link) {
        host(host).relink(guest, link);
        return CompletableFuture.completedFuture(null);
    }

    /** A host that cannot be asked is left out; {@link #hosts()} complains of it. */
    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        Map<InstanceId, Duration> times = new HashMap<>();
        for (LxcHost host : known()) {
            try {
                times.putAll(host.cpuTimes());
            } catch (IOException e) {
                LOG.debug("{} does not say how busy its guests are", host.id(), e);
            }
        }
        return CompletableFuture.completedFuture(times);
    }
}
