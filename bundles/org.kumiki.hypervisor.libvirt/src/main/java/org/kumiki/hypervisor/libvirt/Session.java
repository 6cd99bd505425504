package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.Technology.Feature;
import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;
import org.kumiki.hypervisor.libvirt.rpc.RpcClient;
import org.kumiki.hypervisor.libvirt.rpc.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to libvirt, with what was found there. Thread-safe. */
final class Session implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Duration TO_CONNECT = Duration.ofSeconds(10);
    private static final Path XENCONSOLED = Path.of("/var/log/xen/console");
    private static final Duration KEEPALIVE = Duration.ofSeconds(5);

    /**
     * What does not change while a connection lasts.
     *
     * @param type of domains
     */
    record Facts(String version, String libraryVersion, String hostname, Libvirt.Node node, Capabilities capabilities, String type) {
    }

    private final RpcClient client;
    private final Libvirt libvirt;
    private final Facts facts;
    private final Optional<Consoles> consoles;
    private final String complaint;

    private Session(RpcClient client, Libvirt libvirt, Facts facts, Optional<Consoles> consoles, String complaint) {
        this.client = client;
        this.libvirt = libvirt;
        this.facts = facts;
        this.consoles = consoles;
        this.complaint = complaint;
    }

    /** Connects, and looks what is there. */
    static Session open(Settings settings, RpcClient.Listener listener) throws IOException, LibvirtError, InterruptedException {
        RpcClient client = new RpcClient(transport(settings), "kumiki-libvirt-" + settings.name(), KEEPALIVE, listener);
        try {
            Libvirt libvirt = new Libvirt(client);
            libvirt.open(settings.uri().remote());
            libvirt.watch(Libvirt.LIFECYCLE);
            Facts facts = facts(settings, libvirt);
            if (settings.kind().features().contains(Feature.VOLUME_HOT_PLUG)) {
                libvirt.watch(Libvirt.DEVICE_REMOVED);
            }
            if (!settings.kind().features().contains(Feature.CONSOLE_OUTPUT)) {
                return new Session(client, libvirt, facts, Optional.empty(), "");
            }
            if (settings.kind() == Kind.XEN && !settings.consoleDirectory().equals(XENCONSOLED)) {
                return new Session(client, libvirt, facts, Optional.empty(), "consoles are not kept by libvirt, but by xenconsoled if it is started with"
                        + " --log=guest; then say consoleDirectory = \"" + XENCONSOLED + "\"");
            }
            try {
                return new Session(client, libvirt, facts, Optional.of(Consoles.of(libvirt, settings)), "");
            } catch (LibvirtError e) {
                return new Session(client, libvirt, facts, Optional.empty(), "consoles are not kept: " + e.getMessage());
            }
        } catch (IOException | LibvirtError | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static Transport transport(Settings settings) throws IOException {
        ConnectionUri.Way way = settings.uri().way();
        if (way instanceof ConnectionUri.Unix unix) {
            try {
                return Transport.unix(unix.socket());
            } catch (IOException e) {
                throw new IOException("no daemon of libvirt listens at " + unix.socket() + ": " + e.getMessage(), e);
            }
        } else if (way instanceof ConnectionUri.Tcp tcp) {
            return Transport.tcp(tcp.host(), tcp.port(), TO_CONNECT);
        }
        ConnectionUri.Tls tls = (ConnectionUri.Tls) way;
        return Transport.tls(tls.host(), tls.port(), settings.credentials().orElseThrow().sockets(), TO_CONNECT);
    }

    private static Facts facts(Settings settings, Libvirt libvirt) throws IOException, LibvirtError, InterruptedException {
        Capabilities capabilities = Capabilities.parse(libvirt.capabilities());
        return new Facts(libvirt.version(), libvirt.libraryVersion(), libvirt.hostname(), libvirt.node(), capabilities,
                type(settings, capabilities, libvirt));
    }

    /** The best type of domains that can be had. */
    private static String type(Settings settings, Capabilities capabilities, Libvirt libvirt) throws IOException, LibvirtError, InterruptedException {
        if (settings.domainType().isPresent()) {
            return settings.domainType().get();
        }
        List<String> known = settings.kind().types().stream().filter(capabilities::has).toList();
        if (known.isEmpty()) {
            throw new IOException("libvirt at " + settings.uri().remote() + " has no guests of type " + settings.kind().types());
        }
        for (String type : known.subList(0, known.size() - 1)) {
            try {
                libvirt.domainCapabilities(type);
                return type;
            } catch (LibvirtError e) {
                LOG.info("{} has no guests of type {}: {}", settings.host(), type, e.getMessage());
            }
        }
        return known.get(known.size() - 1);
    }

    Libvirt libvirt() {
        return libvirt;
    }

    Facts facts() {
        return facts;
    }

    /** Where consoles are kept, if they are. */
    Optional<Consoles> consoles() {
        return consoles;
    }

    /** What cannot be had of it, though it should; empty if there is nothing to say. */
    String complaint() {
        return complaint;
    }

    /** A guest's machine does not go with it. */
    @Override
    public void close() {
        client.close();
    }
}
