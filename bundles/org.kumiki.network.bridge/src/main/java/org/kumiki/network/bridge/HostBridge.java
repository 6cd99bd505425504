package org.kumiki.network.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.Node.Finished;
import org.kumiki.network.bridge.Ruleset.Connections;
import org.kumiki.api.storage.BootSource;
import org.kumiki.metadata.BootFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge of one host: everything that is done there. What it must know of its ports it keeps in a file a port on the host, so the next
 * control plane finds them. Every call makes right what an earlier one left half made. Thread-safe; calls block, one at a time.
 * <p>
 * The order keeps every moment safe: rules are there before the tap that they are about, and go after it.
 */
final class HostBridge {

    private static final Logger LOG = LoggerFactory.getLogger(HostBridge.class);
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int LONGEST_PORT = 64 << 10;
    /** What fits into an argument on every Linux; the rest goes through a file, which takes longer. */
    private static final int LONGEST_ARGUMENT = 96 << 10;

    /** Who serves them has no privilege, and could not reach them below a data directory. Several hosts may share one kernel, and this. */
    private static final Path BOOT_FILES = Path.of("/run/kumiki-boot");

    /** What a port lets through: rules, or nothing if it waits for its guest. */
    private record Wanted(Port port, List<FirewallRule> rules, boolean open) {
    }

    private final Node node;
    private final Segment segment;
    private final boolean servesMetadata;
    private final Function<GroupId, Set<String>> members;
    private final Ruleset ruleset;
    private final Path directory;
    private final Path bootFiles;
    private final DhcpServer dhcp;
    private final Map<InstanceId, Port> ports = new LinkedHashMap<>();
    private final Map<InstanceId, Wanted> wanted = new LinkedHashMap<>();
    private final Map<GroupId, Set<String>> told = new LinkedHashMap<>();
    private boolean read;
    private boolean made;

    /**
     * @param servesMetadata whether the metadata service runs on this host
     * @param members        the addresses of those who are in a group now
     */
    HostBridge(Node node, Segment segment, boolean servesMetadata, Function<GroupId, Set<String>> members) {
        this.node = node;
        this.segment = segment;
        this.servesMetadata = servesMetadata;
        this.members = members;
        this.ruleset = new Ruleset(segment);
        this.directory = node.directory().resolve("network-" + segment.bridge());
        this.bootFiles = BOOT_FILES.resolve(segment.bridge() + "@" + node.name());
        this.dhcp = new DhcpServer(node, directory, bootFiles);
    }

    /** Links a guest, or brings its link up to date. */
    synchronized void link(Port port, List<FirewallRule> rules) throws IOException {
        make(new Wanted(port, rules, true));
    }

    /** Lays out what a guest boots from here; before its link is made. */
    synchronized void offer(Port port, BootSource.Kernel boot) throws IOException {
        Commands.run(node, DEADLINE, "install", "-d", "-m", "0755", BOOT_FILES.toString(), bootFiles.toString());
        BootFiles.offer(node, bootFiles.resolve(port.bootDirectory()), boot);
    }

    /** Makes a link through which nothing passes yet; one that is open already stays open. */
    synchronized void prepare(Port port, List<FirewallRule> rules) throws IOException {
        Wanted before = wanted.get(port.instance());
        make(new Wanted(port, rules, before != null && before.open()));
    }

    /** What this host knows of some connections of a guest. */
    synchronized Map<Connections, String> connections(InstanceId instance, Set<Connections> sets) throws IOException {
        readPorts();
        Port port = ports.get(instance);
        Map<Connections, String> listings = new EnumMap<>(Connections.class);
        if (port == null) {
            return listings;
        }
        for (Connections set : sets) {
            try {
                listings.put(set, Commands.run(node, DEADLINE, "nft", "list", "set", "bridge", ruleset.table(), set.of(port)));
            } catch (IOException e) {
                if (hasRules()) {
                    throw e;
                } // else somebody has removed them all; with the link they are made again
            }
        }
        return listings;
    }

    /** Lets nothing of a guest pass here any more, unless it has been linked again meanwhile. */
    synchronized void close(InstanceId instance, BooleanSupplier still) throws IOException {
        readPorts();
        Port port = ports.get(instance);
        if (port == null || !still.getAsBoolean() || !hasRules()) {
            return;
        }
        nft(ruleset.closed(port));
        node.run(List.of("bridge", "fdb", "del", port.mac(), "dev", port.device(), "master"), DEADLINE); // unless it waits still
        wanted.computeIfPresent(instance, (same, link) -> new Wanted(link.port(), link.rules(), false));
    }

    /** Tells a prepared link of connections that its guest has elsewhere. */
    synchronized void know(InstanceId instance, Map<Connections, String> connections) throws IOException {
        tell(instance, connections, (port, set) -> "");
    }

    /** The same, instead of those that it was told of before. */
    synchronized void correct(InstanceId instance, Map<Connections, String> connections) throws IOException {
        tell(instance, connections, ruleset::noConnections);
    }

    private void tell(InstanceId instance, Map<Connections, String> connections, BiFunction<Port, Connections, String> first) throws IOException {
        Port port = prepared(instance).port();
        StringBuilder text = new StringBuilder();
        connections.forEach((set, listing) -> text.append(first.apply(port, set)).append(ruleset.connections(port, set, listing)));
        if (text.length() > 0) {
            nft(text.toString());
        }
    }

    /** Lets a prepared guest's traffic pass, that of the connections included which it is known to have. */
    synchronized void open(InstanceId instance) throws IOException {
        Wanted prepared = prepared(instance);
        nft(ruleset.open(prepared.port(), prepared.rules()));
        wanted.put(instance, new Wanted(prepared.port(), prepared.rules(), true));
    }

    /** Has this host's bridge bring to the guest what is for it. Until then it brings that everywhere, and so here as well. */
    synchronized void lead(InstanceId instance) throws IOException {
        Wanted link = wanted.get(instance);
        if (link != null) {
            lead(link.port());
        }
    }

    private Wanted prepared(InstanceId instance) throws IOException {
        Wanted prepared = wanted.get(instance);
        if (prepared == null) {
            throw new IOException("the link of " + instance + " has not been prepared on " + node.name());
        }
        return prepared;
    }

    /** Leaves nothing of a guest, and nothing at all if it was the last one. */
    synchronized void unlink(InstanceId instance) throws IOException {
        readPorts();
        wanted.remove(instance);
        Port port = ports.get(instance);
        if (port == null) {
            return;
        }
        remove(port);
    }

    /** Tells the rules about a group who is in it now. */
    synchronized void refreshMembers() throws IOException {
        StringBuilder text = new StringBuilder();
        Map<GroupId, Set<String>> news = new LinkedHashMap<>();
        for (GroupId group : Port.groups(ports.values())) {
            Set<String> addresses = members.apply(group);
            if (!addresses.equals(told.get(group))) {
                text.append(ruleset.members(group, addresses));
                news.put(group, addresses);
            }
        }
        if (!news.isEmpty() && made) {
            nft(text.toString());
            told.putAll(news);
        }
    }

    /** Removes the ports that no guest is behind and that nobody has asked for, and puts back what somebody else has removed. */
    synchronized void supervise() throws IOException {
        readPorts();
        for (Port port : List.copyOf(ports.values())) {
            if (!wanted.containsKey(port.instance()) && !hasGuest(port)) {
                LOG.info("the link of {} on {} has no guest, and is removed", port.instance(), node.name());
                remove(port);
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        if (!hasRules() || !exists(segment.bridge())) {
            LOG.warn("what guests on {} are linked with was removed by somebody, and is made again", node.name());
            for (Wanted link : List.copyOf(wanted.values())) {
                make(link);
            }
        }
        refreshMembers();
        dhcp.serve(segment, ports.values());
    }

    private void make(Wanted link) throws IOException {
        Port port = link.port();
        require();
        readPorts();
        boolean isNew = !ports.containsKey(port.instance());
        SortedSet<GroupId> before = Port.groups(ports.values());
        Port old = ports.put(port.instance(), port);
        try {
            keep(port);
            makeBridge();
            nft(rules(link) + withoutUnnamed(before));
            device(port);
            if (link.open()) {
                lead(port);
            }
            dhcp.serve(segment, ports.values());
            wanted.put(port.instance(), link);
        } catch (IOException e) {
            made = false;
            if (isNew) {
                giveUp(port, e);
            } else {
                ports.put(port.instance(), old);
            }
            throw e;
        }
    }

    /** All that the kernel must know for a link, as one transaction: what it is about may have been removed by somebody. */
    private String rules(Wanted link) {
        StringBuilder text = new StringBuilder(ruleset.base());
        for (GroupId group : link.port().groups()) {
            Set<String> addresses = members.apply(group);
            text.append(ruleset.members(group, addresses));
            told.put(group, addresses);
        }
        return text.append(link.open() ? ruleset.open(link.port(), link.rules()) : ruleset.closed(link.port())).toString();
    }

    private String withoutUnnamed(SortedSet<GroupId> before) {
        StringBuilder text = new StringBuilder();
        Port.without(before, Port.groups(ports.values())).forEach(group -> {
            text.append(ruleset.without(group));
            told.remove(group);
        });
        return text.toString();
    }

    /** A link that could not be made is not left half made. */
    private void giveUp(Port port, IOException why) {
        try {
            remove(port);
        } catch (IOException e) {
            why.addSuppressed(e); // the next call for the guest makes it right
        }
    }

    private void remove(Port port) throws IOException {
        if (exists(port.device())) {
            Commands.run(node, DEADLINE, "ip", "link", "delete", "dev", port.device());
        }
        node.delete(bootFiles.resolve(port.bootDirectory()));
        SortedSet<GroupId> before = Port.groups(ports.values());
        ports.remove(port.instance());
        if (ports.isEmpty()) {
            nft(ruleset.nothing());
            dhcp.end();
            if (exists(segment.bridge())) {
                Commands.run(node, DEADLINE, "ip", "link", "delete", "dev", segment.bridge());
            }
            told.clear();
            made = false;
            node.delete(directory);
            node.delete(bootFiles);
            return;
        }
        nft(ruleset.base() + ruleset.without(port) + withoutUnnamed(before));
        dhcp.serve(segment, ports.values());
        node.delete(file(port.instance()));
    }

    private void makeBridge() throws IOException {
        if (made && exists(segment.bridge())) {
            return;
        }
        nft(ruleset.base());
        String bridge = segment.bridge();
        if (!exists(bridge)) {
            Commands.run(node, DEADLINE, "ip", "link", "add", "name", bridge, "address", Segment.GATEWAY_MAC, "type", "bridge", "stp_state", "0",
                    "forward_delay", "0", "mcast_snooping", "0");
        }
        Commands.run(node, DEADLINE, "ip", "link", "set", "dev", bridge, "address", Segment.GATEWAY_MAC, "addrgenmode", "none");
        Commands.run(node, DEADLINE, "ip", "link", "set", "dev", bridge, "up");
        Commands.run(node, DEADLINE, "ip", "address", "replace", segment.gateway() + "/" + segment.cidr().bits(), "dev", bridge);
        if (servesMetadata) {
            Commands.run(node, DEADLINE, "ip", "address", "replace", Segment.METADATA + "/32", "dev", bridge);
        }
        if (segment.uplink().isPresent()) {
            Commands.run(node, DEADLINE, "ip", "link", "set", "dev", segment.uplink().get(), "master", bridge, "up");
        }
        if (segment.outside()) {
            Commands.run(node, DEADLINE, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
        }
        made = true;
    }

    /** Finds out what a host lacks before anything is done on it. */
    private void require() throws IOException {
        if (made) {
            return;
        }
        for (List<String> probe : List.of(List.of("ip", "-V"), List.of("dnsmasq", "--version"), List.of("nft", "list", "tables"))) {
            Finished finished;
            try {
                finished = node.run(probe, DEADLINE);
            } catch (IOException e) {
                throw new IOException(node.name() + " lacks " + probe.get(0)
                        + ": install the packages iproute2, nftables and dnsmasq-base there (" + e.getMessage() + ")", e);
            }
            if (!finished.succeeded()) {
                throw new IOException("the platform may not change the network of " + node.name()
                        + ": it must run there as root, or with CAP_NET_ADMIN (" + finished.errors().strip() + ")");
            }
        }
    }

    private void device(Port port) throws IOException {
        String device = port.device();
        Finished shown = node.run(List.of("ip", "link", "show", "dev", device), DEADLINE);
        if (!shown.succeeded()) {
            if (port.namespace()) {
                Commands.run(node, DEADLINE, "ip", "link", "add", "name", device, "type", "veth", "peer", "name", port.farDevice(), "address", port.mac());
            } else {
                Commands.run(node, DEADLINE, "ip", "tuntap", "add", "dev", device, "mode", "tap", "vnet_hdr");
            }
            Commands.run(node, DEADLINE, "ip", "link", "set", "dev", device, "alias", port.instance().value());
        } else if (shown.output().contains("alias i-") && !shown.output().contains("alias " + port.instance())) {
            throw new IOException("the device " + device + " of " + node.name() + " belongs to another guest than " + port.instance());
        }
        Commands.run(node, DEADLINE, "ip", "link", "set", "dev", device, "master", segment.bridge(), "addrgenmode", "none", "up");
        Commands.run(node, DEADLINE, "ip", "link", "set", "dev", device, "type", "bridge_slave", "learning", "off");
    }

    /** Where a guest is, the bridge is told and does not learn: it learns from some frames before any rule sees them. */
    private void lead(Port port) throws IOException {
        Commands.run(node, DEADLINE, "bridge", "fdb", "replace", port.mac(), "dev", port.device(), "master", "static");
    }

    /** Whether a hypervisor holds the tap, or a namespace has the other end. */
    private boolean hasGuest(Port port) throws IOException {
        Finished shown = node.run(List.of("ip", "-o", "link", "show", "dev", port.device()), DEADLINE);
        return shown.succeeded() && shown.output().contains("LOWER_UP");
    }

    private boolean exists(String device) throws IOException {
        return node.run(List.of("ip", "link", "show", "dev", device), DEADLINE).succeeded();
    }

    private boolean hasRules() throws IOException {
        return node.run(List.of("nft", "list", "chain", "bridge", ruleset.table(), "entering"), DEADLINE).succeeded();
    }

    private String nft(String text) throws IOException {
        if (text.length() < LONGEST_ARGUMENT) {
            return Commands.run(node, DEADLINE, "nft", text);
        }
        Path file = directory.resolve("rules.nft");
        node.makeDirectory(directory);
        node.write(file, text.getBytes(UTF_8));
        return Commands.run(node, DEADLINE, "nft", "-f", file.toString());
    }

    private void keep(Port port) throws IOException {
        node.makeDirectory(directory.resolve("ports"));
        node.write(file(port.instance()), port.text().getBytes(UTF_8));
    }

    private Path file(InstanceId instance) {
        return directory.resolve("ports").resolve(instance.value());
    }

    private void readPorts() throws IOException {
        if (read) {
            return;
        }
        for (String name : node.list(directory.resolve("ports"))) {
            if (name.endsWith(".new")) {
                continue; // what a crash has left of a file that was being written
            }
            InstanceId instance = new InstanceId(name);
            ports.put(instance, Port.parse(instance, new String(node.read(file(instance), LONGEST_PORT), UTF_8)));
        }
        read = true;
    }

    /** Whether the metadata service can be reached from here. */
    boolean hasMetadata() {
        return servesMetadata || segment.metadataMac().isPresent();
    }

    @Override
    public String toString() {
        return segment.bridge() + " of " + node.name();
    }
}
