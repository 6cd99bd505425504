package org.kumiki.network.bridge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.FirewallRule.Direction;
import org.kumiki.api.model.GroupId;

/**
 * What a host's kernel is told, as transactions for {@code nft -f}, each of which may be repeated. Pure.
 * <p>
 * One table of the bridge family filters where a frame enters from a guest's tap and where it leaves to one, so the frames between two guests
 * of a host are seen twice: for the one that sends and for the one that receives. Which chain a frame goes to follows from the tap
 * alone. Each guest has sets of its own for the connections that are open: by their other end, protocol and ports. They are as large as they may get,
 * so that no guest uses up the room of another, and they can go with a guest to another host, which the kernel's own
 * connection tracking cannot without tools of its own. (It knows nothing of bridges in some kernels, either.)
 */
record Ruleset(Segment segment) {

    /** Where the gateway offers what guests boot. */
    private static final String BOOT_PORTS = "{ 69, " + DhcpServer.BOOT_DATA_PORTS + " }";

    /** What each guest may have open at a time. */
    private static final int MOST_CONNECTIONS = 65_536;

    /** One element of a set of connections, as nft lists it. */
    private static final Pattern ELEMENT = Pattern
            .compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?: \\. [a-z0-9-]{1,16}){1,3})(?: timeout [0-9a-z]{1,24})? expires ([0-9a-z]{1,24})");

    /** The sets of connections of a guest. */
    enum Connections {
        /** Of TCP and UDP: those that are open. One that nobody has answered yet is forgotten soon, as is UDP. */
        FLOWS("ipv4_addr . inet_proto . inet_service . inet_service", "5d"),
        /** Of TCP: those that an end has closed. */
        CLOSING("ipv4_addr . inet_proto . inet_service . inet_service", "60s"),
        /** Of what has no ports: whom the guest talks with. Later fragments have none either. */
        PEERS("ipv4_addr . inet_proto", "180s");

        private final String type;
        private final String timeout;

        Connections(String type, String timeout) {
            this.type = type;
            this.timeout = timeout;
        }

        String of(Port port) {
            return name().toLowerCase(Locale.ROOT) + "-" + port.device();
        }
    }

    /** What differs between the two directions: which end of a packet is the peer, and which port is the guest's. */
    private record Way(String peer, String key) {

        static final Way OUT = new Way("ip daddr", "ip daddr . ip protocol . th sport . th dport");
        static final Way IN = new Way("ip saddr", "ip saddr . ip protocol . th dport . th sport");
    }

    String table() {
        return "kumiki-" + segment.bridge();
    }

    /** What all guests of a host share. */
    String base() {
        List<String> lines = new ArrayList<>();
        String bridge = "bridge " + table() + " ";
        lines.add("add table bridge " + table());
        lines.add("add map " + bridge + "senders { type ifname : verdict; }");
        lines.add("add map " + bridge + "receivers { type ifname : verdict; }");
        lines.add("add chain " + bridge + "entering { type filter hook prerouting priority -300; policy accept; }");
        lines.add("add chain " + bridge + "leaving { type filter hook postrouting priority -300; policy accept; }");
        chain(lines, bridge + "uplink", List.of(
                "ether saddr " + Segment.GATEWAY_MAC + " drop",
                "arp saddr ip " + segment.gateway() + " drop",
                "arp daddr ip " + segment.gateway() + " drop",
                "ip saddr " + segment.gateway() + " drop",
                "ip saddr " + Segment.METADATA + segment.metadataMac().map(mac -> " ether saddr != " + mac).orElse("") + " drop",
                "udp sport { 67, 68 } drop",
                "udp dport { 67, 68 } drop"));
        List<String> entering = new ArrayList<>(List.of("iifname vmap @senders"));
        List<String> leaving = new ArrayList<>(List.of("oifname vmap @receivers"));
        segment.uplink().ifPresent(uplink -> {
            entering.add("iifname \"" + uplink + "\" goto uplink");
            leaving.add("oifname \"" + uplink + "\" goto uplink");
        });
        chain(lines, bridge + "entering", entering);
        chain(lines, bridge + "leaving", leaving);
        routed(lines);
        return text(lines);
    }

    /** What guests may have of the host itself, and of what lies beyond it. */
    private void routed(List<String> lines) {
        String ip = "ip " + table() + " ";
        String guests = "iifname \"" + segment.bridge() + "\" ";
        lines.add("add table ip " + table());
        lines.add("add chain " + ip + "input { type filter hook input priority 0; policy accept; }");
        lines.add("add chain " + ip + "forward { type filter hook forward priority 0; policy accept; }");
        lines.add("add chain " + ip + "outside { type nat hook postrouting priority 100; policy accept; }");
        List<String> input = new ArrayList<>();
        if (!segment.hosts()) {
            input.add(guests + "ct state established,related accept");
            input.add(guests + "udp sport 68 udp dport 67 accept");
            input.add(guests + "ip daddr " + Segment.METADATA + " tcp dport 80 accept");
            if (segment.dns()) {
                input.add(guests + "ip daddr " + segment.gateway() + " meta l4proto { tcp, udp } th dport 53 accept");
            }
            input.add(guests + "ip daddr " + segment.gateway() + " udp dport " + BOOT_PORTS + " accept"); // from those that boot from there; see from()
            input.add(guests + "ip daddr " + segment.gateway() + " icmp type echo-request accept");
            input.add(guests + "drop");
        }
        chain(lines, ip + "input", input);
        List<String> forward = new ArrayList<>(List.of(guests + "oifname \"" + segment.bridge() + "\" accept",
                guests + "ip daddr 169.254.0.0/16 drop")); // there may be a metadata service of the host's own
        if (!segment.outside()) {
            forward.add(guests + "drop");
            forward.add("oifname \"" + segment.bridge() + "\" drop");
        }
        chain(lines, ip + "forward", forward);
        chain(lines, ip + "outside", segment.outside() ? List.of("ip saddr " + segment.cidr() + " ip daddr != " + segment.cidr()
                + " oifname != \"" + segment.bridge() + "\" masquerade") : List.of());
    }

    /** A guest's port, through which passes what its rules allow. */
    String open(Port port, List<FirewallRule> rules) {
        List<String> lines = new ArrayList<>();
        declare(lines, port);
        String bridge = "bridge " + table() + " ";
        chain(lines, bridge + "opened-by-" + port.device(), opened(port, Way.OUT));
        chain(lines, bridge + "opened-to-" + port.device(), opened(port, Way.IN));
        chain(lines, bridge + "from-" + port.device(), from(port, Permissions.matches(rules, Direction.EGRESS)));
        chain(lines, bridge + "to-" + port.device(), to(port, Permissions.matches(rules, Direction.INGRESS)));
        return text(lines);
    }

    /** A guest's port through which nothing passes. What is known of open connections is kept. */
    String closed(Port port) {
        List<String> lines = new ArrayList<>();
        declare(lines, port);
        String bridge = "bridge " + table() + " ";
        chain(lines, bridge + "from-" + port.device(), List.of("drop"));
        chain(lines, bridge + "to-" + port.device(), List.of("drop"));
        return text(lines);
    }

    /** No port of a guest, whether there was one or not. */
    String without(Port port) {
        List<String> lines = new ArrayList<>();
        declare(lines, port);
        String bridge = "bridge " + table() + " ";
        lines.add("delete element " + bridge + "senders { \"" + port.device() + "\" }");
        lines.add("delete element " + bridge + "receivers { \"" + port.device() + "\" }");
        List<String> chains = List.of("from-", "to-", "opened-by-", "opened-to-");
        chains.forEach(chain -> lines.add("flush chain " + bridge + chain + port.device()));
        chains.forEach(chain -> lines.add("delete chain " + bridge + chain + port.device()));
        for (Connections set : Connections.values()) {
            lines.add("delete set " + bridge + set.of(port));
        }
        return text(lines);
    }

    /** Who is in a group, from now on. */
    String members(GroupId group, Collection<String> addresses) {
        List<String> lines = new ArrayList<>();
        String set = "bridge " + table() + " " + Permissions.set(group);
        lines.add("add set " + set + " { type ipv4_addr; }");
        lines.add("flush set " + set);
        if (!addresses.isEmpty()) {
            lines.add("add element " + set + " { "
                    + addresses.stream().map(address -> Cidr.text(Cidr.address(address))).sorted().distinct().collect(Collectors.joining(", "))
                    + " }");
        }
        return text(lines);
    }

    /** No set for a group that no rule names any more. */
    String without(GroupId group) {
        String set = "bridge " + table() + " " + Permissions.set(group);
        return text(List.of("add set " + set + " { type ipv4_addr; }", "delete set " + set));
    }

    /** Nothing of ours. */
    String nothing() {
        return text(List.of("add table bridge " + table(), "delete table bridge " + table(), "add table ip " + table(),
                "delete table ip " + table()));
    }

    /** Which connections are in a listing, however long they will be remembered. */
    static Set<String> keys(String listing) {
        return ELEMENT.matcher(listing).results().map(found -> found.group(1)).collect(Collectors.toUnmodifiableSet());
    }

    /** Connections of a guest that another host's nft has listed, for this one. What is none in the listing is left out. */
    String connections(Port port, Connections set, String listing) {
        List<String> elements = ELEMENT.matcher(listing).results()
                .map(found -> found.group(1) + " timeout " + found.group(2)).toList();
        return elements.isEmpty() ? ""
                : text(List.of("add element bridge " + table() + " " + set.of(port) + " { " + String.join(", ", elements) + " }"));
    }

    /** No connections of a guest. */
    String noConnections(Port port, Connections set) {
        return text(List.of("flush set bridge " + table() + " " + set.of(port)));
    }

    private void declare(List<String> lines, Port port) {
        String bridge = "bridge " + table() + " ";
        for (Connections set : Connections.values()) {
            lines.add("add set " + bridge + set.of(port) + " { type " + set.type + "; size " + MOST_CONNECTIONS + "; flags dynamic,timeout; timeout "
                    + set.timeout + "; }");
        }
        for (String chain : List.of("from-", "to-", "opened-by-", "opened-to-")) {
            lines.add("add chain " + bridge + chain + port.device());
        }
        lines.add("add element " + bridge + "senders { \"" + port.device() + "\" : jump from-" + port.device() + " }");
        lines.add("add element " + bridge + "receivers { \"" + port.device() + "\" : jump to-" + port.device() + " }");
    }

    /** What a guest sends. First who it is, then what every guest may, then what its rules say. */
    private List<String> from(Port port, List<String> permitted) {
        List<String> rules = new ArrayList<>();
        rules.add("ether saddr != " + port.mac() + " drop");
        rules.add("ether type arp arp operation { request, reply } arp saddr ether " + port.mac() + " arp saddr ip { 0.0.0.0, " + port.address()
                + " } accept");
        rules.add("ether type 0x8035 accept"); // RARP, by which a hypervisor announces where a guest is now
        rules.add("ether type != ip drop");
        rules.add("ip saddr { 0.0.0.0, " + port.address() + " } ip daddr { 255.255.255.255, " + segment.gateway()
                + " } udp sport 68 udp dport 67 accept");
        rules.add("ip saddr != " + port.address() + " drop");
        rules.add("udp sport 67 drop"); // no guest hands out addresses
        rules.add("ip daddr " + Segment.METADATA + " tcp dport 80 " + segment.metadataMac().map(mac -> "ether daddr set " + mac + " ").orElse("")
                + "accept");
        rules.add("ip daddr { 169.254.0.0/16, 224.0.0.0/4, 255.255.255.255, " + segment.cidr().broadcast() + " } drop");
        if (segment.dns()) {
            rules.add("ip daddr " + segment.gateway() + " meta l4proto { tcp, udp } th dport 53 accept");
        }
        rules.add("ip daddr " + segment.gateway() + " udp dport " + BOOT_PORTS + " " + (port.boots() ? "accept" : "drop"));
        known(rules, port, Way.OUT);
        permitted.forEach(match -> rules.add((match + " goto opened-by-" + port.device()).strip()));
        rules.add("drop");
        return rules;
    }

    /** What reaches a guest. */
    private List<String> to(Port port, List<String> permitted) {
        List<String> rules = new ArrayList<>();
        rules.add("ether type arp accept");
        rules.add("ether type != ip drop");
        rules.add("ip saddr " + segment.gateway() + " udp sport 67 udp dport 68 accept");
        rules.add("ip daddr != " + port.address() + " drop");
        rules.add("ip saddr " + Segment.METADATA + " tcp sport 80 ip ttl set 1 accept"); // nobody behind the guest gets to see it
        if (segment.dns()) {
            rules.add("ip saddr " + segment.gateway() + " meta l4proto { tcp, udp } th sport 53 accept");
        }
        if (port.boots()) {
            rules.add("ip saddr " + segment.gateway() + " udp sport " + DhcpServer.BOOT_DATA_PORTS + " accept");
        }
        known(rules, port, Way.IN);
        // About packets of the guest itself: after the 8 bytes of ICMP comes the beginning of one, with its sender at byte 12.
        rules.add("icmp type { destination-unreachable, time-exceeded, parameter-problem } @th,160,32 "
                + Integer.toUnsignedString(Cidr.address(port.address())) + " accept");
        permitted.forEach(match -> rules.add((match + " goto opened-to-" + port.device()).strip()));
        rules.add("drop");
        return rules;
    }

    /** What belongs to a connection that is open. A packet that would begin one never does. */
    private static void known(List<String> rules, Port port, Way way) {
        String flows = "@" + Connections.FLOWS.of(port);
        String closing = "@" + Connections.CLOSING.of(port);
        String peers = "@" + Connections.PEERS.of(port);
        String key = " { " + way.key();
        String peer = way.peer() + " . ip protocol";
        rules.add("ip frag-off & 0x1fff != 0 " + peer + " " + peers + " accept");
        rules.add("ip frag-off & 0x1fff != 0 drop");
        rules.add("tcp flags & (fin | rst) != 0 " + way.key() + " " + flows + " update " + closing + key + " } delete " + flows + key + " } accept");
        // The other end may be forged until it acknowledges.
        rules.add("tcp flags & (syn | ack) == (syn | ack) " + way.key() + " " + flows + " accept");
        rules.add("tcp flags & syn == 0 " + way.key() + " " + flows + " update " + flows + key + " timeout 5d } accept");
        rules.add("tcp flags & syn == 0 " + way.key() + " " + closing + " update " + closing + key + " } accept");
        rules.add("meta l4proto udp " + way.key() + " " + flows + " update " + flows + key + " timeout 180s } update "
                + peers + " { " + peer + " } accept");
        rules.add("icmp type { echo-reply, timestamp-reply } " + peer + " " + peers + " accept");
        rules.add("meta l4proto != { tcp, udp, icmp } " + peer + " " + peers + " update " + peers + " { " + peer + " } accept");
    }

    /** Remembers what has been permitted. Where the sets are full it passes all the same, and is forgotten. */
    private static List<String> opened(Port port, Way way) {
        String flows = "update @" + Connections.FLOWS.of(port) + " { " + way.key();
        String peers = "update @" + Connections.PEERS.of(port) + " { " + way.peer() + " . ip protocol }";
        return List.of("tcp flags & (syn | ack) == syn " + flows + " timeout 60s }", "tcp flags & (syn | fin | rst) == 0 " + flows + " timeout 5d }",
                "meta l4proto udp " + flows + " timeout 30s }", "meta l4proto != tcp " + peers, "accept");
    }

    private static void chain(List<String> lines, String chain, List<String> rules) {
        lines.add("add chain " + chain);
        lines.add("flush chain " + chain);
        rules.forEach(rule -> lines.add("add rule " + chain + " " + rule));
    }

    private static String text(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
}
