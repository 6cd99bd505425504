package org.kumiki.network.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterListener;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.network.GuestNetwork;
import org.kumiki.api.network.LinkMove;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.time.Timeline;
import org.kumiki.metadata.MetadataServer;
import org.kumiki.network.bridge.Ruleset.Connections;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins guests to a bridge of their host, and the bridges of all hosts to one network, in which a guest keeps its address wherever it runs.
 * Security groups are kept outside the guest, in both directions; who is in a group is read from the datacenter.
 * <p>
 * A host without a {@link Node} (a simulated one, say) has no network that anything could be done to; its guests get none.
 */
@Component(service = { GuestNetwork.class, DatacenterListener.class }, configurationPid = BridgeNetwork.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE, property = "service.ranking:Integer=100")
@Designate(ocd = BridgeNetwork.Config.class)
public class BridgeNetwork implements GuestNetwork, LinkMove, DatacenterListener {

    static final String PID = "org.kumiki.network.bridge";

    private static final Logger LOG = LoggerFactory.getLogger(BridgeNetwork.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
    private static final String KIND = "kumiki.node.kind";
    private static final int METADATA_PORT = 80;

    @ObjectClassDefinition(name = "Kumiki Bridge Network", description = "Guests on a bridge of their host, behind their security groups.")
    @interface Config {

        @AttributeDefinition(name = "Bridge", description = "The name of the bridge that is made on each host.")
        String bridge() default "kumiki0";

        @AttributeDefinition(name = "Network", description = "The addresses of the guests; the first one is the gateway's.")
        String cidr() default "172.31.0.0/16";

        @AttributeDefinition(name = "Uplink", description = "The device of each host that leads to the bridges of the others;"
                + " empty if there is one host. It becomes part of the bridge, so it must have no address of its own.")
        String uplink() default "";

        @AttributeDefinition(name = "Reach the outside", description = "Whether guests reach what is outside their network, by their host's address.")
        boolean outside() default true;

        @AttributeDefinition(name = "Reach the host", description = "Whether guests reach the services of their host.")
        boolean hosts() default false;

        @AttributeDefinition(name = "Names", description = "Whether the gateway answers questions for names, by asking whom its host asks.")
        boolean dns() default true;

        @AttributeDefinition(name = "Metadata device", description = "The device of the platform's machine, in the guests' network, that has the"
                + " address 169.254.169.254, for guests on other machines; empty for the bridge of this one.")
        String metadata_device() default "";
    }

    private final Timeline timeline;
    private final Segment segment;
    private final MetadataServer metadata;
    private final Map<String, HostBridge> bridges = new ConcurrentHashMap<>();
    private final Map<InstanceId, Set<HostId>> links = new ConcurrentHashMap<>();
    /** What the hosts to which guests are to move have been told of their flows. */
    private final Map<InstanceId, String> told = new ConcurrentHashMap<>();
    /** Where guests have been switched over from. */
    private final Set<Place> left = ConcurrentHashMap.newKeySet();
    private final ExecutorService halves = Executors.newCachedThreadPool(task -> {
        Thread named = new Thread(task, "kumiki-bridge-halves");
        named.setDaemon(true);
        return named;
    });
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread named = new Thread(task, "kumiki-bridges");
        named.setDaemon(true);
        return named;
    });
    private final AtomicBoolean membersChanged = new AtomicBoolean();

    /** The engine looks for networks as soon as it comes; whoever insisted on the engine here would keep both from coming. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile Datacenter datacenter;

    private volatile Runnable nextLook;
    private volatile boolean closed;

    @Activate
    public BridgeNetwork(Config config, @Reference Timeline timeline) throws IOException {
        this.timeline = timeline;
        this.segment = new Segment(config.bridge().strip(), Cidr.parse(config.cidr().strip()), given(config.uplink()),
                config.outside(), config.hosts(), config.dns(), macOf(given(config.metadata_device())));
        this.metadata = new MetadataServer(timeline);
        lookLater();
    }

    private static Optional<String> given(String text) {
        return Optional.of(text.strip()).filter(value -> !value.isEmpty());
    }

    private static Optional<String> macOf(Optional<String> device) throws IOException {
        if (device.isEmpty()) {
            return Optional.empty();
        }
        NetworkInterface found = NetworkInterface.getByName(Segment.checkDevice(device.get()));
        if (found == null || found.getHardwareAddress() == null) {
            throw new IOException("this machine has no device " + device.get() + ", at which the metadata of guests is to be served");
        }
        return Optional.of(HexFormat.ofDelimiter(":").formatHex(found.getHardwareAddress()));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addNode(Node node, Map<String, Object> properties) {
        boolean servesMetadata = segment.metadataMac().isEmpty() && "local".equals(properties.get(KIND));
        bridges.put(node.name(), new HostBridge(node, segment, servesMetadata, this::members));
    }

    void removeNode(Node node) {
        bridges.remove(node.name());
    }

    /** Guests go on as they are: their taps, rules and leases belong to their hosts. */
    @Deactivate
    void close() throws IOException {
        closed = true;
        nextLook.run();
        thread.shutdown();
        halves.shutdown();
        metadata.close();
    }

    @Override
    public CompletionStage<NetworkLink> link(LinkRequest request) {
        left.remove(new Place(request.metadata().instance(), request.host()));
        return made(request, HostBridge::link);
    }

    /** Most of what is known of its connections goes ahead, so that less is to be done when the guest stands still. */
    @Override
    public CompletionStage<NetworkLink> prepare(LinkRequest request) {
        InstanceId instance = request.metadata().instance();
        return made(request, (bridge, port, rules) -> {
            bridge.prepare(port, rules);
            Optional<HostBridge> source = links.getOrDefault(instance, Set.of()).stream().filter(host -> !host.equals(request.host())).findFirst()
                    .map(host -> bridges.get(host.value()));
            Map<Connections, String> connections = source.isPresent() ? source.get().connections(instance, EnumSet.allOf(Connections.class)) : Map.of();
            bridge.know(instance, connections);
            told.put(instance, connections.getOrDefault(Connections.FLOWS, ""));
        });
    }

    private record Place(InstanceId instance, HostId host) {
    }

    /** How a link is made on a host. */
    private interface Making {
        void apply(HostBridge bridge, Port port, List<FirewallRule> rules) throws IOException;
    }

    private CompletionStage<NetworkLink> made(LinkRequest request, Making making) {
        HostBridge bridge = bridges.get(request.host().value());
        String mac = request.metadata().nic().mac();
        if (bridge == null) {
            return CompletableFuture.completedFuture(new NetworkLink.None(mac));
        }
        return attempt("linking " + request.metadata().instance(), () -> {
            Port port = port(request);
            for (FirewallRule.Direction direction : FirewallRule.Direction.values()) {
                Permissions.matches(request.rules(), direction); // refuses what means nothing, before anything is done
            }
            if (request.boot().isPresent()) {
                bridge.offer(port, request.boot().get());
            }
            making.apply(bridge, port, request.rules());
            if (bridge.hasMetadata()) {
                serveMetadata(request, bridge);
            } else {
                LOG.warn("{} finds no metadata: {} is not this machine, and no metadata device is configured", port.instance(), request.host());
            }
            links.computeIfAbsent(port.instance(), id -> ConcurrentHashMap.newKeySet()).add(request.host());
            return port.namespace()
                    ? new NetworkLink.Namespace(mac, port.farDevice(), port.address() + "/" + segment.cidr().bits(), segment.gateway(),
                            segment.dns() ? Optional.of(segment.gateway()) : Optional.empty())
                    : new NetworkLink.Tap(mac, port.device());
        });
    }

    private Port port(LinkRequest request) {
        Port port = new Port(request.metadata().instance(), request.metadata().nic().mac(), request.metadata().nic().privateAddress(),
                Permissions.groups(request.rules()), request.boot().isPresent(), request.namespace());
        if (!segment.cidr().contains(Cidr.address(port.address())) || port.address().equals(segment.gateway())) {
            throw new IllegalArgumentException("the address " + port.address() + " is not for guests of the network " + segment.cidr());
        }
        return port;
    }

    /** The address to listen at may have come with the link. */
    private void serveMetadata(LinkRequest request, HostBridge bridge) throws IOException {
        try {
            metadata.listen(new InetSocketAddress(Segment.METADATA, METADATA_PORT));
        } catch (IOException e) {
            if (!links.containsKey(request.metadata().instance())) {
                bridge.unlink(request.metadata().instance());
            }
            throw new IOException("metadata cannot be served at " + Segment.METADATA + ": " + e.getMessage(), e);
        }
        metadata.serve(request.metadata());
    }

    @Override
    public CompletionStage<Void> unlink(HostId host, InstanceId instance) {
        return attempt("unlinking " + instance, () -> {
            HostBridge bridge = bridges.get(host.value());
            if (bridge != null) {
                bridge.unlink(instance);
            }
            Set<HostId> others = links.computeIfPresent(instance, (id, hosts) -> {
                hosts.remove(host);
                return hosts.isEmpty() ? null : hosts;
            });
            told.remove(instance);
            left.remove(new Place(instance, host));
            if (others == null) {
                metadata.end(instance);
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Void> switchOver(InstanceId instance, HostId from, HostId to) {
        return attempt("switching " + instance + " over", () -> {
            HostBridge source = bridges.get(from.value());
            HostBridge target = bridges.get(to.value());
            if (target == null) {
                throw new IOException("the host " + to + " cannot be reached");
            }
            // Both at a time: the guest stands still, and neither host sends anything of it.
            CompletableFuture<Void> opened = CompletableFuture.runAsync(() -> unchecked(() -> target.open(instance)), halves);
            Map<Connections, String> flows = source == null ? Map.of() : source.connections(instance, EnumSet.of(Connections.FLOWS));
            await(opened);
            String now = flows.getOrDefault(Connections.FLOWS, "");
            if (!Ruleset.keys(now).equals(Ruleset.keys(told.getOrDefault(instance, "")))) {
                target.correct(instance, flows);
            }
            if (source != null) {
                left.add(new Place(instance, from));
            }
            halves.execute(() -> tidy(instance, from, source, target));
            return null;
        });
    }

    /** What need not be done while the guest stands still. */
    private void tidy(InstanceId instance, HostId from, HostBridge source, HostBridge target) {
        try {
            target.lead(instance);
            if (source != null) {
                target.know(instance, source.connections(instance, EnumSet.complementOf(EnumSet.of(Connections.FLOWS))));
                source.close(instance, () -> left.remove(new Place(instance, from)));
            }
        } catch (IOException e) {
            LOG.warn("the bridges do not know of the move of {} yet", instance, e);
        }
    }

    private static void unchecked(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(CompletableFuture<Void> step) throws IOException {
        try {
            step.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException io) {
                throw io.getCause();
            }
            throw e;
        }
    }

    /** Something that touches a host and answers nothing. */
    private interface Step {
        void run() throws IOException;
    }

    /** Something that touches a host. */
    private interface Work<T> {
        T get() throws IOException;
    }

    /** The engine has threads for us; what is done on one host is done one after the other. */
    private static <T> CompletionStage<T> attempt(String what, Work<T> work) {
        try {
            return CompletableFuture.completedFuture(work.get());
        } catch (IOException e) {
            return CompletableFuture.failedFuture(new HypervisorException(Reason.UNAVAILABLE, what + ": " + e.getMessage(), e));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(new HypervisorException(Reason.REFUSED, what + ": " + e.getMessage(), e));
        }
    }

    @Override
    public void changed(Inventory before, Inventory after) {
        if (before.instances() != after.instances() && !closed && membersChanged.compareAndSet(false, true)) {
            thread.execute(() -> {
                membersChanged.set(false);
                onEach("the members of groups", HostBridge::refreshMembers);
            });
        }
    }

    private Set<String> members(GroupId group) {
        Datacenter present = datacenter;
        if (present == null) {
            return Set.of(); // it is read when it is there
        }
        return present.inventory().instances().stream()
                .filter(instance -> instance.state() != InstanceState.TERMINATED && instance.spec().groups().contains(group))
                .map(instance -> instance.nic().privateAddress()).collect(Collectors.toUnmodifiableSet());
    }

    private void lookLater() {
        nextLook = timeline.after(BETWEEN_LOOKS, () -> {
            if (!closed) {
                thread.execute(() -> onEach("what is on", HostBridge::supervise));
                lookLater();
            }
        });
    }

    /** What is to be done on a host. */
    private interface Chore {
        void apply(HostBridge bridge) throws IOException;
    }

    /** A host that does not answer now is looked after the next time. */
    private void onEach(String what, Chore chore) {
        for (HostBridge bridge : bridges.values()) {
            try {
                chore.apply(bridge);
            } catch (IOException e) {
                LOG.warn("{} {}: {}", what, bridge, e.getMessage());
            }
        }
    }
}
