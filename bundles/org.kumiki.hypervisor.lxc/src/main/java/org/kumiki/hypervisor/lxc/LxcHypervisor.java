package org.kumiki.hypervisor.lxc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.model.ConsoleOutput;
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
public class LxcHypervisor implements BlockingHypervisor, LinkUpdate, GuestMeter {

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
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();
    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final Map<Node, LxcHost> hosts = new ConcurrentHashMap<>();
    private final Map<Node, String> complaints = new ConcurrentHashMap<>();
    private final Object looking = new Object();

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
        hosts.values().forEach(LxcHost::close);
        hosts.clear();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, target = "(" + Node.TECHNOLOGY + "=" + TECHNOLOGY + ")")
    public void addNode(Node node) {
        nodes.add(node);
        listeners.forEach(GuestListener::hostsChanged);
    }

    void removeNode(Node node) {
        nodes.remove(node);
        LxcHost host = hosts.remove(node);
        if (host != null) {
            host.close();
        }
        complaints.remove(node);
        listeners.forEach(GuestListener::hostsChanged);
    }

    @Override
    public Technology technology() {
        List<LxcHost> known = List.copyOf(hosts.values());
        StringJoiner note = new StringJoiner("; ");
        known.forEach(host -> note.add(host.id() + ": limits by " + host.limits()));
        note.add("guests move when they are stopped");
        String version = known.stream().map(LxcHost::version).max(String::compareTo).orElse("unknown");
        return new Technology(TECHNOLOGY, version, Technology.MonitorPlace.HOST_OS, Set.of(Method.OS_LEVEL), FEATURES, note.toString());
    }

    @Override
    public List<HostReport> hosts() {
        List<HostReport> reports = new ArrayList<>();
        for (Node node : nodes) {
            try {
                reports.add(host(node).report());
                complaints.remove(node);
            } catch (IOException e) {
                if (!e.toString().equals(complaints.put(node, e.toString()))) { // once is enough
                    LOG.warn("{} is no host for containers: {}", node.name(), e.getMessage());
                }
            }
        }
        return reports;
    }

    private LxcHost host(Node node) throws IOException {
        synchronized (looking) {
            LxcHost host = hosts.get(node);
            if (host == null) {
                host = LxcHost.on(node, settings,
                        (where, guest, reason) -> listeners.forEach(listener -> listener.stopped(where, guest, reason)));
                hosts.put(node, host);
            }
            return host;
        }
    }

    private LxcHost host(HostId id) {
        try {
            for (Node node : nodes) {
                if (node.name().equals(id.value())) {
                    return host(node);
                }
            }
        } catch (IOException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, e.getMessage(), e);
        }
        throw new HypervisorException(Reason.NOT_FOUND, "there is no host " + id);
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
    public CompletionStage<Void> relink(HostId host, InstanceId guest, NetworkLink link) {
        host(host).relink(guest, link);
        return CompletableFuture.completedFuture(null);
    }

    /** A host that cannot be asked is left out; {@link #hosts()} complains of it. */
    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        Map<InstanceId, Duration> times = new HashMap<>();
        for (LxcHost host : hosts.values()) {
            try {
                times.putAll(host.cpuTimes());
            } catch (IOException e) {
                LOG.debug("{} does not say how busy its guests are", host.id(), e);
            }
        }
        return CompletableFuture.completedFuture(times);
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
