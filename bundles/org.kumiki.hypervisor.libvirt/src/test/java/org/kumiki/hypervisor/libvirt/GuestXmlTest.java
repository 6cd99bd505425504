package org.kumiki.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/** What libvirt is told of guests. */
class GuestXmlTest {

    private static final InstanceId ID = new InstanceId("i-0123456789abcdef0");
    private static final NetworkLink NONE = new NetworkLink.None("02:4b:4d:00:00:01");
    private static final BootSource KERNEL = new BootSource.Kernel(Path.of("/k&r"), Path.of("/i"), "console=ttyS0 a=\"<b>\"");
    private static final GuestDisk ROOT = new GuestDisk(new VolumeId("vol-0123456789abcdef0"), new Disk(Path.of("/v/root, \"'<&>"),
            Disk.Format.QCOW2, 8,
            Optional.of(new Disk(Path.of("/v/base"), Disk.Format.QCOW2, 8))), "/dev/sda1");

    static Settings settings(String uri, Optional<String> network, Optional<Path> containerRoot) {
        ConnectionUri parsed = ConnectionUri.parse(uri);
        return new Settings("test", parsed, Kind.of(parsed), new HostId("h"), Optional.empty(), Optional.empty(), network, Path.of("/var/log/kumiki"),
                new Settings.Container(containerRoot, "/sbin/init", 2_000_000_000), new Settings.Limits(8, 0.8, 1, 1), Duration.ofSeconds(1),
                        Optional.empty());
    }

    private static Session.Facts facts(String type) {
        return new Session.Facts("7.2.22", "9.0.0", "h", new Libvirt.Node(2, 1024), Capabilities.UNKNOWN, type);
    }

    private static GuestSpec spec(BootSource boot, Optional<GuestDisk> root, NetworkLink link) {
        return new GuestSpec(ID, "</name><name>evil", new Resources(2, 256, 1, 1), boot, root, List.of(), link);
    }

    private static String xml(String uri, String type, GuestSpec spec) {
        Settings settings = settings(uri, Optional.empty(), Optional.of(Path.of("/srv/root")));
        Optional<Path> console = settings.kind() == Kind.QEMU ? Optional.of(GuestXml.console(settings, ID)) : Optional.empty();
        String xml = new GuestXml(settings, facts(type), console, spec).toString();
        assertEquals("domain", Xml.parse(xml).getTagName());
        assertFalse(xml.contains("evil"), "the client's name has no business there");
        return xml;
    }

    private static void has(String xml, String... parts) {
        for (String part : parts) {
            assertTrue(xml.contains(part), () -> part + " is not in " + xml);
        }
    }

    @Test
    void isAMachineOfQemu() {
        has(xml("qemu:///system", "kvm", spec(KERNEL, Optional.of(ROOT), NONE)), "<domain type=\"kvm\"><name>" + ID + "</name><uuid>ec2",
                "<memory unit=\"MiB\">256</memory><vcpu>2</vcpu>",
                "<cputune><global_period>100000</global_period><global_quota>200000</global_quota></cputune>",
                "<kernel>/k&amp;r</kernel><initrd>/i</initrd><cmdline>console=ttyS0 a=\"&lt;b&gt;\"</cmdline>",
                "<source file=\"/v/root, &quot;'&lt;&amp;&gt;\"></source><backingStore type=\"file\"><format type=\"qcow2\">"
                        + "</format><source file=\"/v/base\">"
                        + "</source><backingStore></backingStore></backingStore><target dev=\"vda\" bus=\"virtio\">"
                        + "</target><serial>vol0123456789abcdef0</serial>",
                "<serial type=\"file\"><source path=\"/var/log/kumiki/" + ID + "\" append=\"off\">");
    }

    @Test
    void hasAUserNetworkByArgumentsOfQemuItself() {
        NetworkLink user = new NetworkLink.User("02:4b:4d:00:00:01", "172.31.0.0/16", "172.31.0.5", List.of(new NetworkLink.Forward("tcp",
                "127.0.0.9", 22, 22)),
                false, Path.of("/run/a,path=b"));
        has(xml("qemu:///system", "qemu", spec(KERNEL, Optional.empty(), user)), "xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\"",
                "value=\"socket,id=metadata,path=/run/a,,path=b,reconnect=1\"", "restrict=on", "hostfwd=tcp:127.0.0.9:22-172.31.0.5:22");
        assertTrue(Slirp.arguments((NetworkLink.User) user, "10.0.0").get(1).endsWith(",reconnect-ms=1000"));
        NetworkLink.User bent = new NetworkLink.User("02:4b:4d:00:00:01", "172.31.0.0/16", "172.31.0.5",
                List.of(new NetworkLink.Forward("tcp", "0,id=x", 22, 22)), false, Path.of("/run/a"));
        assertEquals(Reason.REFUSED, assertThrows(HypervisorException.class, () -> Slirp.arguments(bent, "7.2.0")).reason());
    }

    @Test
    void takesATapThatIsThere() {
        has(xml("qemu:///system", "qemu", spec(KERNEL, Optional.empty(), new NetworkLink.Tap("02:4b:4d:00:00:01", "tap7"))),
                "<interface type=\"ethernet\"><mac address=\"02:4b:4d:00:00:01\"></mac><target dev=\"tap7\" managed=\"no\"></target>"
                        + "<model type=\"virtio\">");
    }

    @Test
    void isInLibvirtsNetworkWithoutOneOfOurs() {
        Settings settings = settings("lxc:///system", Optional.of("default"), Optional.of(Path.of("/r")));
        has(new GuestXml(settings, facts("lxc"), Optional.empty(), spec(KERNEL, Optional.empty(), NONE)).toString(), "<interface type=\"network\">",
                "<source network=\"default\">");
    }

    @Test
    void isAContainerWithUsersOfItsOwn() {
        has(xml("lxc:///system", "lxc", spec(KERNEL, Optional.empty(), NONE)), "<os><type>exe</type><init>/sbin/init</init></os>",
                "<uid start=\"0\" target=\"2000000000\" count=\"65536\">", "<privnet>",
                        "<cputune><period>100000</period><quota>200000</quota></cputune>",
                "<filesystem type=\"mount\"><source dir=\"/srv/root\"></source><target dir=\"/\"></target><readonly></readonly></filesystem>");
        GuestDisk raw = new GuestDisk(ROOT.volume(), new Disk(Path.of("/v/raw"), Disk.Format.RAW, 8), "/dev/sda1");
        has(xml("lxc:///system", "lxc", spec(KERNEL, Optional.of(raw), NONE)),
                "<driver type=\"loop\" format=\"raw\"></driver><source file=\"/v/raw\">");
    }

    @Test
    void isAGuestOfXenWhoseKernelKnows() {
        String xml = xml("xen:///system", "xen", spec(KERNEL, Optional.of(ROOT), NONE));
        has(xml, "<type>xen</type>", "console=hvc0</cmdline>", "<target dev=\"xvda\" bus=\"xen\">", "<console type=\"pty\"><target type=\"xen\">");
        assertFalse(xml.contains("cputune"), xml);
    }

    @Test
    void refusesWhatCannotBeSaid() {
        NetworkLink tap = new NetworkLink.Tap("02:4b:4d:00:00:01", "tap7");
        for (GuestSpec spec : List.of(spec(new BootSource.Nothing(), Optional.empty(), NONE), spec(new BootSource.Firmware(), Optional.empty(),
                NONE))) {
            refused("qemu:///system", spec);
        }
        refused("lxc:///system", spec(KERNEL, Optional.empty(), tap));
        refused("lxc:///system", spec(KERNEL, Optional.of(ROOT), NONE));
        refused("lxc:///system", new GuestSpec(ID, "", new Resources(1, 1, 1, 1), KERNEL, Optional.empty(), List.of(ROOT), NONE));
        refused("xen:///system", spec(KERNEL, Optional.empty(), tap));
    }

    private static void refused(String uri, GuestSpec spec) {
        HypervisorException refusal = assertThrows(HypervisorException.class, () -> xml(uri, "qemu", spec));
        assertEquals(Reason.UNSUPPORTED, refusal.reason());
    }
}
