package org.kumiki.network.user;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.GuestNetwork;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.time.Timeline;
import org.kumiki.metadata.BootFiles;
import org.kumiki.metadata.MetadataServer;
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

/**
 * Gives every guest a network of its own inside its hypervisor's process. The guest reaches out through its host; it is reached at a
 * loopback address of its own, through the ports that its security groups open.
 * <p>
 * A host without a {@link Node} (a simulated one, say) has no network that anything could be done to; its guests get none. Neither do those of
 * technologies that have no such process, as far as its configuration names them.
 */
@Component(configurationPid = UserNetwork.PID)
@Designate(ocd = UserNetwork.Config.class)
public class UserNetwork implements GuestNetwork {

    static final String PID = "org.kumiki.network.user";

    private static final Logger LOG = LoggerFactory.getLogger(UserNetwork.class);

    /**
     * The network that a guest sees: the smallest that holds the guest's own address (172.31.0.0/16) and that of its metadata service
     * (169.254.169.254), because a user network answers for no others. The price: what else is in there, a guest cannot reach.
     */
    private static final String GUEST_CIDR = "168.0.0.0/5";

    /** Of the loopback interface, and never given to a guest: to find out what can be bound. */
    private static final String PROBE = "127.63.0.1";
    private static final String DIRECTORY = "metadata";
    private static final String BOOT = "boot";

    @ObjectClassDefinition(name = "Kumiki User Network", description = "A network for each guest, inside its hypervisor's process.")
    @interface Config {

        @AttributeDefinition(name = "Technologies without", description = "Those whose guests get no network here, because no process of a hypervisor"
                + " could hold one (xen): on nodes that are meant for them.")
        String[] without() default {};
    }

    private final MetadataServer server;
    private final Set<String> without;
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();

    @Activate
    public UserNetwork(Config config, @Reference Timeline timeline) throws IOException {
        this(Set.copyOf(List.of(config.without())), timeline);
    }

    UserNetwork(Set<String> without, Timeline timeline) throws IOException {
        this.without = without;
        server = new MetadataServer(timeline);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addNode(Node node, Map<String, Object> properties) {
        if (!without.contains(properties.getOrDefault(Node.TECHNOLOGY, ""))) {
            nodes.put(node.name(), node);
        }
    }

    void removeNode(Node node) {
        nodes.remove(node.name(), node);
    }

    @Deactivate
    void close() throws IOException {
        server.close();
    }

    @Override
    public CompletionStage<NetworkLink> link(LinkRequest request) {
        Node node = nodes.get(request.host().value());
        if (node == null) {
            return CompletableFuture.completedFuture(new NetworkLink.None(request.metadata().nic().mac()));
        }
        try {
            Path socket = socket(node, request.metadata().instance());
            node.makeDirectory(socket.getParent());
            server.serve(socket, request.metadata());
            Optional<String> address = request.metadata().nic().publicAddress();
            List<NetworkLink.Forward> forwards = address.map(own -> Forwarding.of(request.rules(), own, UserNetwork::canBind)).orElse(List.of());
            Optional<Path> files = request.boot().map(boot -> bootFiles(node, request.metadata().instance()));
            if (files.isPresent()) {
                node.makeDirectory(files.get().getParent());
                BootFiles.offer(node, files.get(), request.boot().get());
            }
            return CompletableFuture.completedFuture(new NetworkLink.User(request.metadata().nic().mac(), GUEST_CIDR,
                    request.metadata().nic().privateAddress(), forwards, Forwarding.outbound(request.rules()), socket, files));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(new HypervisorException(HypervisorException.Reason.UNAVAILABLE,
                    "what " + request.metadata().instance() + " needs of its network cannot be served: " + e.getMessage(), e));
        }
    }

    @Override
    public CompletionStage<Void> unlink(HostId host, InstanceId instance) {
        Node node = nodes.get(host.value());
        try {
            if (node != null) { // else its sockets went with it
                server.end(socket(node, instance));
                node.delete(bootFiles(node, instance));
            }
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(new HypervisorException(HypervisorException.Reason.UNAVAILABLE,
                    "the metadata or the boot files of " + instance + " are still served: " + e.getMessage(), e));
        }
    }

    private static Path socket(Node node, InstanceId instance) {
        return node.directory().resolve(DIRECTORY).resolve(instance.value());
    }

    private static Path bootFiles(Node node, InstanceId instance) {
        return node.directory().resolve(BOOT).resolve(instance.value());
    }

    /** Ports below 1024 may take a privilege, and somebody else may have bound a port on all addresses. */
    private static boolean canBind(String protocol, int port) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(PROBE), port);
            if (protocol.equals("udp")) {
                new DatagramSocket(address).close();
            } else {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.bind(address);
                }
            }
            return true;
        } catch (IOException e) {
            LOG.debug("port {} cannot be bound: {}", port, e.getMessage());
            return false;
        }
    }
}
