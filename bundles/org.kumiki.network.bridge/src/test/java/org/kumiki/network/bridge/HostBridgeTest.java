package org.kumiki.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.FirewallRule.Direction;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.network.bridge.Lab.Guest;
import org.kumiki.network.bridge.Lab.Running;
import org.kumiki.node.contract.PlainNode;

/** Two hosts on one segment, with guests that try what guests may try. It needs root, and leaves the machine's own network alone. */
@Tag("guest")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostBridgeTest {

    private static final GroupId GROUP = new GroupId("sg-00000001");
    private static final String ANYWHERE = "0.0.0.0/0";
    /** Seconds for what is let through, however busy the machine is. */
    private static final String LONG = "20";
    private static final FirewallRule ALL_OUT = rule(Direction.EGRESS, "-1", -1, -1, ANYWHERE);
    private static final FirewallRule ALL_IN = rule(Direction.INGRESS, "-1", -1, -1, ANYWHERE);

    private final Map<GroupId, Set<String>> members = new ConcurrentHashMap<>();
    private Lab lab;
    private PlainNode hostA;
    private PlainNode hostB;
    private HostBridge a;
    private HostBridge b;
    private Guest web;
    private Guest app;
    private Guest db;

    @BeforeAll
    void build(@TempDir Path directory) throws IOException {
        Optional<String> obstacle = Lab.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "no network namespaces with nft, dnsmasq, udhcpc, curl and python3: " + obstacle.get());
        lab = new Lab(directory);
        hostA = lab.host("a");
        hostB = lab.host("b");
        web = lab.guest("web", 1);
        app = lab.guest("app", 2);
        db = lab.guest("db", 3);
        a = bridge(hostA);
        b = bridge(hostB);
        for (Guest guest : List.of(web, app, db)) {
            lab.configure(guest, "172.31.0.1");
            lab.begins(guest, "serve", "0.0.0.0", "80", "81", "53");
        }
        lab.begins(lab.lan(), "serve", Lab.SWITCH_ADDRESS, "80", "81", "53");
    }

    @AfterAll
    void tearDown() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    /** Every test finds the three guests linked and open to all, two on one host and one on the other. */
    @BeforeEach
    void linkAll() throws IOException, InterruptedException {
        members.clear();
        link(a, hostA, web, ALL_IN, ALL_OUT);
        link(a, hostA, app, ALL_IN, ALL_OUT);
        link(b, hostB, db, ALL_IN, ALL_OUT);
    }

    @Test
    void whatNoRuleAllowsIsNotLetThrough() throws IOException {
        members.put(GROUP, Set.of(web.address()));
        a.link(port(web, in(80, ANYWHERE), ALL_OUT), List.of(in(80, ANYWHERE), ALL_OUT));
        FirewallRule fromGroup = new FirewallRule("sgr-1", Direction.INGRESS, "tcp", 80, 80, Optional.empty(), Optional.of(GROUP), "");
        a.link(port(app, fromGroup, ALL_OUT), List.of(fromGroup, ALL_OUT));
        List<FirewallRule> narrow = List.of(rule(Direction.INGRESS, "udp", 53, 53, app.address() + "/32"),
                rule(Direction.EGRESS, "tcp", 80, 80, web.address() + "/32"));
        b.link(port(db, narrow.toArray(new FirewallRule[0])), narrow);

        assertThat(lab.does(lab.lan(), "tcp", web.address(), "80", LONG)).isEqualTo("open");
        assertThat(lab.does(lab.lan(), "tcp", web.address(), "81")).isEqualTo("nothing");
        assertThat(lab.does(lab.lan(), "udp", web.address(), "80")).isEqualTo("nothing");
        assertThat(lab.does(web, "tcp", app.address(), "80", LONG)).as("on one host, by the group").isEqualTo("open");
        assertThat(lab.does(web, "tcp", app.address(), "81")).isEqualTo("nothing");
        assertThat(lab.does(lab.lan(), "tcp", app.address(), "80")).as("not in the group").isEqualTo("nothing");
        assertThat(lab.does(app, "udp", db.address(), "53", LONG)).as("between hosts").isEqualTo("open");
        assertThat(lab.does(web, "udp", db.address(), "53")).isEqualTo("nothing");
        assertThat(lab.does(app, "tcp", db.address(), "80")).isEqualTo("nothing");
        assertThat(lab.does(db, "tcp", web.address(), "80", LONG)).as("what may leave").isEqualTo("open");
        assertThat(lab.does(db, "tcp", web.address(), "81")).isEqualTo("nothing");
        assertThat(lab.does(db, "udp", app.address(), "53")).isEqualTo("nothing");
        assertThat(lab.does(db, "tcp", Lab.SWITCH_ADDRESS, "80")).isEqualTo("nothing");
        assertThat(lab.does(app, "tcp", Lab.SWITCH_ADDRESS, "81", LONG)).isEqualTo("open");
        assertThat(ping(app, web.address(), "2")).isFalse();
        assertThat(ping(web, Lab.SWITCH_ADDRESS, LONG)).isTrue();
    }

    @Test
    void aChangeOfRulesOrOfWhoIsInAGroupTakesEffectAtOnce() throws IOException {
        assertThat(lab.does(db, "tcp", web.address(), "81", LONG)).isEqualTo("open");
        FirewallRule fromGroup = new FirewallRule("sgr-1", Direction.INGRESS, "tcp", 81, 81, Optional.empty(), Optional.of(GROUP), "");

        a.link(port(web, fromGroup, ALL_OUT), List.of(fromGroup, ALL_OUT));
        assertThat(lab.does(db, "tcp", web.address(), "81")).isEqualTo("nothing");

        members.put(GROUP, Set.of(db.address(), "172.31.16.9"));
        a.refreshMembers();
        assertThat(lab.does(db, "tcp", web.address(), "81")).isEqualTo("open");

        members.put(GROUP, Set.of());
        a.refreshMembers();
        assertThat(lab.does(db, "tcp", web.address(), "81")).isEqualTo("nothing");
    }

    @Test
    void aConnectionThatIsOpenOutlivesTheRuleThatLetItIn() throws IOException, InterruptedException {
        Running counter = lab.begins(db, "count", web.address(), "80");
        assertThat(counter.line()).isEqualTo("1");

        a.link(port(web, ALL_OUT), List.of(ALL_OUT));
        counter.go();

        assertThat(counter.line()).isEqualTo("2");
        assertThat(lab.does(db, "tcp", web.address(), "80")).isEqualTo("nothing");
        counter.end();
    }

    /** Frames of web, all to app, which lets everything in. */
    @ParameterizedTest
    @CsvSource({
            "another's hardware address, 024b4d1f1003, 0800, 172.31.16.1",
            "another's address, 024b4d1f1001, 0800, 172.31.16.3",
            "the gateway's address, 024b4d1f1001, 0800, 172.31.0.1",
            "the metadata service's address, 024b4d1f1001, 0800, 169.254.169.254",
            "tagged for a virtual LAN, 024b4d1f1001, 810000050800, 172.31.16.1",
            "no kind of frame that guests send, 024b4d1f1001, 88b5, 172.31.16.1" })
    void aGuestIsNobodyElse(String what, String mac, String type, String address) throws IOException {
        assertThat(arrives(app, udp(app, mac, type, address, 9000, 9000, "deadbeef00000001"))).as(what).isEqualTo("unseen");
    }

    @Test
    void aGuestAnswersForItsOwnAddressAlone() throws IOException {
        String forgedReply = arpReply(web.hexMac(), db.address());
        String forgedSender = arpReply(db.hexMac(), web.address());
        String own = arpReply(web.hexMac(), web.address());

        assertThat(arrives(app, forgedReply + "deadbeef00000001")).isEqualTo("unseen");
        assertThat(arrives(app, forgedSender + "deadbeef00000001")).isEqualTo("unseen");
        assertThat(arrives(app, own + "deadbeef00000001")).isEqualTo("seen");
    }

    @Test
    void aGuestHandsOutNeitherAddressesNorRoutes() throws IOException {
        assertThat(arrives(app, udp(app, web.hexMac(), "0800", web.address(), 67, 68, "deadbeef00000001"))).isEqualTo("unseen");
        String advertisement = "333300000001" + web.hexMac() + "86dd" + "6000000000183aff" + "fe80000000000000004b4dfffe1f1001"
                + "ff020000000000000000000000000001" + "8600000040000708" + "0000000000000000" + "deadbeef00000001";
        assertThat(arrives(app, advertisement)).isEqualTo("unseen");
        String honest = udp(app, web.hexMac(), "0800", web.address(), 9000, 9000, "deadbeef00000001");
        assertThat(arrives(app, honest)).as("what is honest passes").isEqualTo("seen");
    }

    /** Of frames to such an address, a bridge learns who sent them before any rule sees them. */
    @Test
    void aGuestLeadsNobodysTrafficToItself() throws IOException {
        lab.does(web, "send", "0180c2000002" + app.hexMac() + "8809" + "00".repeat(46));
        lab.does(web, "send", "0180c2000002" + "02deadbeef00" + "8809" + "00".repeat(46));

        assertThat(lab.in(hostA.name(), "bridge", "fdb", "show", "br", "kumiki0")).doesNotContain("02:de:ad:be:ef:00")
                .contains(app.mac() + " dev " + Port.device(app.instance())).doesNotContain(app.mac() + " dev " + Port.device(web.instance()));
        assertThat(lab.does(db, "tcp", app.address(), "80", LONG)).isEqualTo("open");
    }

    @Test
    void aGuestIsGivenItsAddress() throws IOException {
        lab.in(app.namespace(), "ip", "address", "flush", "dev", "eth0");

        String said = lab.in(app.namespace(), "busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-t", LONG, "-T", "1", "-s",
                Path.of("src/test/sh/udhcpc.sh").toAbsolutePath().toString());

        assertThat(said).contains("bound ip=172.31.16.2 mask=16 router=172.31.0.1 dns=172.31.0.1 server=172.31.0.1");
        lab.configure(app, "172.31.0.1");
    }

    @Test
    void aGuestBootsFromItsOwnFilesAndReachesNoOthers(@TempDir Path image) throws Exception {
        BootSource.Kernel kernel = new BootSource.Kernel(image.resolve("vmlinux"), Files.writeString(image.resolve("initrd"), "the system"), "quiet",
                Optional.of(Files.writeString(image.resolve("vmlinuz"), "the kernel")));
        Port boots = new Port(web.instance(), web.mac(), web.address(), new TreeSet<>(), true, false);
        Port alsoBoots = new Port(app.instance(), app.mac(), app.address(), new TreeSet<>(), true, false);
        a.offer(boots, kernel);
        a.link(boots, List.of());
        a.offer(alsoBoots, new BootSource.Kernel(kernel.kernel(), kernel.initrd(), "other", kernel.vmlinuz()));
        a.link(alsoBoots, List.of());

        assertThat(tftp(web, "boot.ipxe")).isEqualTo("#!ipxe\nkernel kernel initrd=initrd quiet\ninitrd initrd\nboot\n");
        assertThat(tftp(web, "kernel")).isEqualTo("the kernel");
        assertThat(tftp(web, "initrd")).isEqualTo("the system");
        assertThat(tftp(app, "boot.ipxe")).contains("other");
        Path others = Path.of("/run/kumiki-boot", "kumiki0@" + hostA.name(), app.mac().replace(':', '-'));
        assertThat(others.resolve("boot.ipxe")).hasContent("#!ipxe\nkernel kernel initrd=initrd other\ninitrd initrd\nboot");
        for (String path : List.of("../" + others.getFileName() + "/boot.ipxe", "/" + others + "/boot.ipxe", "../../../etc/passwd", "/etc/passwd", "..%2f..%2f..%2fetc/passwd")) {
            assertThat(tftp(web, path)).as(path).isEmpty();
        }
        assertThat(tftp(db, "boot.ipxe")).as("one that does not boot from there, whatever its rules say").isEmpty();

        a.unlink(app.instance());
        assertThat(others).doesNotExist();
        a.unlink(web.instance());
        assertThat(others.getParent()).doesNotExist();
        lab.unplug(web);
        lab.unplug(app);
    }

    @Test
    void aNamespaceIsAGuestAsAnyOther() throws Exception {
        a.unlink(web.instance());
        lab.unplug(web);
        Port port = new Port(web.instance(), web.mac(), web.address(), new TreeSet<>(), false, true);
        a.link(port, List.of(in(80, ANYWHERE)));
        String inside = lab.namespace("inside");
        lab.in(hostA.name(), "ip", "link", "set", "dev", port.farDevice(), "netns", inside, "name", "eth0");
        lab.in(inside, "ip", "address", "add", web.address() + "/16", "dev", "eth0");
        lab.in(inside, "ip", "link", "set", "dev", "eth0", "up");
        lab.begins(inside, "serve", "0.0.0.0", "80", "81", "53");

        assertThat(lab.does(app, "tcp", web.address(), "80", LONG)).isEqualTo("open");
        assertThat(lab.does(db, "tcp", web.address(), "80", LONG)).as("from another host").isEqualTo("open");
        assertThat(lab.does(app, "tcp", web.address(), "81")).isEqualTo("nothing");
        assertThat(lab.does(inside, "tcp", app.address(), "80")).as("no rule lets it out").isEqualTo("nothing");
        a.link(port, List.of(ALL_OUT));
        assertThat(lab.does(inside, "tcp", app.address(), "80", LONG)).isEqualTo("open");
        lab.in(inside, "ip", "address", "add", "172.31.16.9/16", "dev", "eth0");
        assertThat(lab.tries(inside, "busybox", "ping", "-c", "1", "-W", "1", "-I", "172.31.16.9", app.address()).succeeded())
                .as("as somebody else").isFalse();

        a.unlink(web.instance());
        assertThat(lab.in(hostA.name(), "ip", "-o", "link")).doesNotContain(port.device()).doesNotContain(port.farDevice());
    }

    @Test
    void aGuestIsToldAboutItselfAndNobodyElse() throws Exception {
        Running server = lab.serveMetadata(lab.lan(), web, db);

        assertThat(curl(web, "latest/meta-data/instance-id")).isEqualTo(web.instance().value());
        assertThat(curl(db, "latest/meta-data/instance-id")).isEqualTo(db.instance().value());
        assertThat(curl(web, "latest/user-data")).isEqualTo("secret");
        assertThat(curl(web, "latest/meta-data/instance-id", "-H", "X-Forwarded-For: " + db.address())).contains("403");
        assertThat(curl(web, "latest/meta-data/instance-id", "-H", "X-Real-IP: " + db.address(), "-H", "Host: " + db.instance()))
                .isEqualTo(web.instance().value());
        assertThat(curl(app, "latest/user-data", "-H", "X-Instance-Id: " + web.instance())).as("one that is not known").contains("404");

        String token = curl(web, "latest/api/token", "-X", "PUT", "-H", "X-aws-ec2-metadata-token-ttl-seconds: 60");
        assertThat(curl(web, "latest/meta-data/local-ipv4", "-H", "X-aws-ec2-metadata-token: " + token)).isEqualTo(web.address());
        assertThat(curl(db, "latest/meta-data/local-ipv4", "-H", "X-aws-ec2-metadata-token: " + token)).as("another's token").contains("401");

        Running listener = lab.begins(web, "ttl", Segment.METADATA);
        curl(web, "latest/api/token", "-X", "PUT", "-H", "X-aws-ec2-metadata-token-ttl-seconds: 60");
        assertThat(listener.line()).as("nobody behind the guest gets to see it").isEqualTo("1");
        server.end();
    }

    @Test
    void rulesCannotShutAGuestOffFromItsMetadata() throws Exception {
        Running server = lab.serveMetadata(lab.lan(), web);
        a.link(port(web), List.of());

        assertThat(curl(web, "latest/meta-data/instance-id")).isEqualTo(web.instance().value());
        assertThat(lab.does(web, "tcp", Lab.SWITCH_ADDRESS, "80")).isEqualTo("nothing");
        server.end();
    }

    /** No rule lets any packet of this connection through any more, here or there: it goes on because it is known. */
    @Test
    void aGuestKeepsItsConnectionsWhenItMoves() throws Exception {
        Running counter = lab.begins(lab.lan(), "count", web.address(), "80");
        assertThat(counter.line()).isEqualTo("1");
        a.link(port(web), List.of());

        b.prepare(port(web), List.of());
        counter.go();
        assertThat(counter.line()).as("while the other link waits").isEqualTo("2");
        b.know(web.instance(), a.connections(web.instance(), EnumSet.allOf(Ruleset.Connections.class)));
        b.open(web.instance());
        b.lead(web.instance());
        a.close(web.instance(), () -> true);
        lab.move(web, hostB);
        a.unlink(web.instance());

        for (int number = 3; number < 10; number++) {
            counter.go();
            assertThat(counter.line()).isEqualTo(String.valueOf(number));
        }
        assertThat(lab.does(lab.lan(), "tcp", web.address(), "80")).isEqualTo("nothing");
        assertThat(lab.tries(hostA.name(), "ip", "link", "show", Port.device(web.instance())).succeeded()).isFalse();
        counter.end();
        b.unlink(web.instance());
        lab.unplug(web);
    }

    @Test
    void nothingPassesALinkThatWaitsForItsGuest() throws Exception {
        a.unlink(web.instance());
        lab.unplug(web);
        b.prepare(port(web, ALL_IN, ALL_OUT), List.of(ALL_IN, ALL_OUT));
        lab.plug(web, hostB);

        assertThat(lab.does(lab.lan(), "tcp", web.address(), "80")).isEqualTo("nothing");
        b.open(web.instance());
        b.lead(web.instance());
        lab.move(web, hostB);
        assertThat(lab.does(lab.lan(), "tcp", web.address(), "80", LONG)).isEqualTo("open");
        b.unlink(web.instance());
        lab.unplug(web);
    }

    @Test
    void nothingIsLeftOfGuestsThatAreGone() throws Exception {
        a.unlink(web.instance());
        assertThat(lab.in(hostA.name(), "nft", "list", "ruleset")).doesNotContain(Port.device(web.instance())).contains(Port.device(app.instance()));
        assertThat(lab.in(hostA.name(), "cat", hostA.directory() + "/network-kumiki0/dnsmasq.conf")).doesNotContain(web.mac()).contains(app.mac());

        a.unlink(app.instance());
        a.unlink(app.instance());

        assertThat(lab.in(hostA.name(), "nft", "list", "ruleset")).isEmpty();
        assertThat(lab.in(hostA.name(), "ip", "-o", "link")).doesNotContain("kumi");
        assertThat(lab.in(hostA.name(), "ip", "netns", "pids", hostA.name()).lines()
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).flatMap(handle -> handle.info().command()).orElse("")))
                        .noneMatch(command -> command.contains("dnsmasq"));
        assertThat(hostA.list(hostA.directory())).isEmpty();
        lab.unplug(web);
        lab.unplug(app);
    }

    @Test
    void anotherControlPlaneGoesOnWhereOneWasKilled() throws Exception {
        HostBridge next = bridge(hostA);

        next.link(port(web, in(80, ANYWHERE)), List.of(in(80, ANYWHERE)));

        assertThat(lab.does(lab.lan(), "tcp", web.address(), "80", LONG)).isEqualTo("open");
        assertThat(lab.does(lab.lan(), "tcp", web.address(), "81")).isEqualTo("nothing");
        assertThat(lab.does(lab.lan(), "tcp", app.address(), "81", LONG)).as("one that it has not asked for yet").isEqualTo("open");
        lab.unplug(app);
        next.supervise();
        assertThat(lab.in(hostA.name(), "ip", "-o", "link")).doesNotContain(Port.device(app.instance())).contains(Port.device(web.instance()));
        a = next;
    }

    @Test
    void whatSomebodyElseRemovesIsMadeAgain() throws Exception {
        String pid = lab.in(hostA.name(), "cat", hostA.directory() + "/network-kumiki0/dnsmasq.pid").strip();
        lab.in(hostA.name(), "nft", "flush", "ruleset");
        lab.in(hostA.name(), "kill", "-9", pid);
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(handle -> handle.onExit().join());

        a.supervise();

        assertThat(lab.in(hostA.name(), "nft", "list", "ruleset")).contains(Port.device(web.instance()), Port.device(app.instance()));
        assertThat(lab.in(hostA.name(), "cat", hostA.directory() + "/network-kumiki0/dnsmasq.pid").strip()).isNotEqualTo(pid);
        lab.in(hostA.name(), "ip", "link", "delete", "dev", Port.device(app.instance()));
        a.link(port(app, ALL_IN, ALL_OUT), List.of(ALL_IN, ALL_OUT));
        lab.unplug(app);
        lab.plug(app, hostA);
        assertThat(lab.does(db, "tcp", app.address(), "80", LONG)).isEqualTo("open");
    }

    @Test
    void aLinkThatCannotBeMadeIsNotHalfMade() throws Exception {
        PlainNode hostC = lab.host("c");
        HostBridge without = new HostBridge(hostC, new Segment("kumiki0", Cidr.parse("172.31.0.0/16"), Optional.of("up9"), false, false, false,
                Optional.empty()), false, group -> Set.of());

        assertThatIOException().isThrownBy(() -> without.link(port(web, ALL_IN), List.of(ALL_IN))).withMessageContaining("up9");

        assertThat(lab.in(hostC.name(), "nft", "list", "ruleset")).isEmpty();
        assertThat(lab.in(hostC.name(), "ip", "-o", "link")).doesNotContain("kumi");
        assertThat(hostC.list(hostC.directory())).isEmpty();
    }

    @Test
    void aHostAloneServesItsGuestsAndLeadsThemOutside() throws Exception {
        PlainNode alone = lab.host("d");
        String outside = lab.namespace("outside");
        lab.in(alone.name(), "ip", "link", "add", "name", "eth0", "type", "veth", "peer", "name", "eth0", "netns", outside);
        lab.in(alone.name(), "ip", "address", "add", "10.9.0.1/24", "dev", "eth0");
        lab.in(alone.name(), "ip", "link", "set", "dev", "eth0", "up");
        lab.in(outside, "ip", "address", "add", "10.9.0.2/24", "dev", "eth0");
        lab.in(outside, "ip", "link", "set", "dev", "eth0", "up");
        lab.begins(outside, "serve", "10.9.0.2", "80");
        lab.begins(alone.name(), "serve", "0.0.0.0", "81");
        HostBridge bridge = new HostBridge(alone, new Segment("kumiki0", Cidr.parse("172.31.0.0/16"), Optional.empty(), true, false, false,
                Optional.empty()), true, group -> Set.of());
        Guest guest = lab.guest("alone", 4);
        lab.configure(guest, "172.31.0.1");
        bridge.link(port(guest, ALL_IN, ALL_OUT), List.of(ALL_IN, ALL_OUT));
        lab.plug(guest, alone);
        lab.begins(guest, "serve", "0.0.0.0", "80");
        Running server = lab.serveMetadata(alone.name(), guest);

        assertThat(curl(guest, "latest/meta-data/instance-id")).isEqualTo(guest.instance().value());
        assertThat(lab.does(guest, "tcp", "10.9.0.2", "80", LONG)).as("whoever is there knows nothing of guests' addresses").isEqualTo("open");
        assertThat(lab.does(guest, "tcp", "172.31.0.1", "81")).as("the host's own").isEqualTo("nothing");
        assertThat(lab.does(guest, "tcp", "10.9.0.1", "81")).as("the host's own").isEqualTo("nothing");
        assertThat(lab.does(alone.name(), "tcp", guest.address(), "80", LONG)).isEqualTo("open");
        bridge.link(port(guest, ALL_OUT), List.of(ALL_OUT));
        assertThat(lab.does(alone.name(), "tcp", guest.address(), "80")).isEqualTo("nothing");
        server.end();
        bridge.unlink(guest.instance());
        assertThat(lab.in(alone.name(), "nft", "list", "ruleset")).isEmpty();
        lab.unplug(guest);
    }

    private HostBridge bridge(PlainNode host) throws IOException {
        Segment segment = new Segment("kumiki0", Cidr.parse("172.31.0.0/16"), Optional.of("up0"), true, false, true, Optional.of(Lab.lanMac()));
        return new HostBridge(host, segment, false, group -> members.getOrDefault(group, Set.of()));
    }

    private void link(HostBridge bridge, PlainNode host, Guest guest, FirewallRule... rules) throws IOException, InterruptedException {
        bridge.link(port(guest, rules), List.of(rules));
        if (!lab.in(host.name(), "ip", "-o", "link", "show", "dev", Port.device(guest.instance())).contains("LOWER_UP")) {
            lab.move(guest, host);
        }
    }

    private static Port port(Guest guest, FirewallRule... rules) {
        return new Port(guest.instance(), guest.mac(), guest.address(), new TreeSet<>(Permissions.groups(List.of(rules))));
    }

    private static FirewallRule in(int port, String cidr) {
        return rule(Direction.INGRESS, "tcp", port, port, cidr);
    }

    private static FirewallRule rule(Direction direction, String protocol, int from, int to, String cidr) {
        return new FirewallRule("sgr-0", direction, protocol, from, to, Optional.of(cidr), Optional.empty(), "");
    }

    /** What a guest gets by this name from the gateway; nothing, if that. */
    private String tftp(Guest guest, String path) throws IOException {
        return lab.tries(guest.namespace(), "curl", "-s", "-m", "4", "--path-as-is", "tftp://172.31.0.1/" + path).output();
    }

    private boolean ping(Guest guest, String address, String seconds) throws IOException {
        return lab.tries(guest.namespace(), "busybox", "ping", "-c", "1", "-W", seconds, address).succeeded();
    }

    private String curl(Guest guest, String path, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-m", "30", "--noproxy", "*"));
        command.addAll(List.of(more));
        command.add("http://" + Segment.METADATA + "/" + path);
        return lab.in(guest.namespace(), command.toArray(new String[0])).strip();
    }

    /** Whether a frame that web sends comes out at another guest, which an honest one does that web sends after it. */
    private String arrives(Guest guest, String frame) throws IOException {
        Running waits = lab.begins(guest, "await", "deadbeef00000001", "deadbeef00000002");
        lab.does(web, "send", frame);
        lab.does(web, "send", udp(guest, web.hexMac(), "0800", web.address(), 9000, 9000, "deadbeef00000002"));
        return waits.line();
    }

    /** A frame of web to app. */
    private String arpReply(String mac, String address) {
        return app.hexMac() + web.hexMac() + "0806" + "0001080006040002" + mac + hex(address) + app.hexMac() + hex(app.address());
    }

    private static String udp(Guest to, String fromMac, String type, String fromAddress, int fromPort, int toPort, String content) {
        int length = 8 + content.length() / 2;
        String head = String.format("4500%04x000040004011", 20 + length);
        String ends = hex(fromAddress) + hex(to.address());
        int sum = 0;
        for (int i = 0; i < head.length() + ends.length(); i += 4) {
            sum += Integer.parseInt((head + ends).substring(i, i + 4), 16);
        }
        int folded = (sum & 0xffff) + (sum >> 16);
        return to.hexMac() + fromMac + type + head + String.format("%04x", ~((folded & 0xffff) + (folded >> 16)) & 0xffff) + ends
                + String.format("%04x%04x%04x0000", fromPort, toPort, length) + content;
    }

    private static String hex(String address) {
        return String.format("%08x", Cidr.address(address));
    }
}
