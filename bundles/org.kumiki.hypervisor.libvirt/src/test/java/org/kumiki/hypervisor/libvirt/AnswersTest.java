package org.kumiki.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.VolumeId;
import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;
import org.kumiki.hypervisor.libvirt.rpc.Procedure;
import org.kumiki.hypervisor.libvirt.rpc.ProtocolException;
import org.kumiki.hypervisor.libvirt.rpc.XdrReader;
import org.kumiki.hypervisor.libvirt.rpc.XdrWriter;

/** What libvirt says, and what is believed of it. */
class AnswersTest {

    private static final InstanceId GUEST = new InstanceId("i-0123456789abcdef0");
    private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef0");
    private static final String DOMAIN = """
            <domain type='qemu' id='3'><name>i-0123456789abcdef0</name><devices>
              <disk type='file' device='disk'><source file='/v/a&amp;b'/><backingStore type='file'><source file='/base'/></backingStore>
                <target dev='vda' bus='virtio'/><serial>vol0123456789abcdef0</serial></disk>
              <disk type='file' device='disk'><source file='/v/c'/><target dev='vdc' bus='virtio'/></disk>
            </devices></domain>""";

    private static Capabilities capabilities(String guests) {
        return Capabilities.parse("<capabilities><host><cpu><arch>x86_64</arch></cpu></host>" + guests + "</capabilities>");
    }

    private static String guest(String osType, String type) {
        return "<guest><os_type>" + osType + "</os_type><arch name='x86_64'><domain type='" + type + "'/></arch></guest>";
    }

    @Test
    void methodsAreWhatTheHypervisorHas() {
        Capabilities xen = capabilities(guest("xen", "xen") + guest("hvm", "xen"));
        assertEquals("x86_64", xen.architecture());
        assertEquals(Set.of(Method.PARAVIRTUAL, Method.HARDWARE), Kind.XEN.methods(xen, "xen"));
        assertEquals(Set.of(Method.PARAVIRTUAL), Kind.XEN.methods(capabilities(guest("xen", "xen")), "xen"));
        Capabilities qemu = capabilities(guest("hvm", "qemu") + guest("hvm", "kvm"));
        assertEquals(Set.of(Method.HARDWARE), Kind.QEMU.methods(qemu, "kvm"));
        assertEquals(Set.of(Method.BINARY_TRANSLATION), Kind.QEMU.methods(qemu, "qemu"));
        assertEquals(Set.of(Method.OS_LEVEL), Kind.LXC.methods(capabilities(guest("exe", "lxc")), "lxc"));
        assertTrue(qemu.has("kvm") && !qemu.has("xen"));
    }

    @Test
    void ourDomainsAreKnownByNameAndUuid() {
        UUID ours = Domain.uuid(GUEST);
        assertTrue(ours.toString().startsWith("ec2"), ours.toString());
        assertEquals(Optional.of(GUEST), new Domain(GUEST.value(), ours, 1).guest());
        assertEquals(Optional.empty(), new Domain(GUEST.value(), UUID.randomUUID(), 1).guest());
        assertEquals(Optional.empty(), new Domain("web-1", ours, 1).guest());
        Domain domain = new Domain("a", ours, Domain.OFF);
        assertEquals(domain, Domain.read(new XdrReader(domain.write(new XdrWriter()).toBytes())));
        assertFalse(domain.isOn());
    }

    private static Optional<Events.Event> lifecycle(Domain domain, int event, int detail) {
        return Events.read(Procedure.EVENT_LIFECYCLE, new XdrReader(domain.write(new XdrWriter().integer(7)).integer(event).integer(detail)
                .toBytes()));
    }

    @Test
    void eventsSayWhetherAGuestIsOn() {
        Domain ours = new Domain(GUEST.value(), Domain.uuid(GUEST), 1);
        assertEquals(Optional.of(new Events.Event(GUEST, Events.Saying.OFF, "it crashed")), lifecycle(ours, 5, 2));
        assertEquals(Optional.of(new Events.Event(GUEST, Events.Saying.OFF, "it shut down")), lifecycle(ours, 5, 0));
        assertEquals(Optional.of(Events.Saying.ON), lifecycle(ours, 2, 0).map(Events.Event::says));
        assertEquals(Optional.of(Events.Saying.NOTHING), lifecycle(ours, 1, 0).map(Events.Event::says));
        assertEquals(Optional.empty(), lifecycle(new Domain("web-1", UUID.randomUUID(), 1), 5, 0));
    }

    @ParameterizedTest
    @CsvSource({ "2, EXHAUSTED", "3, UNSUPPORTED", "27, REFUSED", "28, CONFLICT", "38, UNAVAILABLE", "42, NOT_FOUND", "55, CONFLICT",
            "67, UNSUPPORTED",
        "84, UNSUPPORTED", "4711, UNAVAILABLE" })
    void errorsAreReasons(int code, Reason reason) {
        assertEquals(reason, Refusals.of(new LibvirtError(code, "why")).reason());
        assertTrue(Refusals.of(new LibvirtError(code, "why")).getMessage().endsWith("why"));
    }

    @Test
    void findsDisksOfADomain() {
        assertTrue(DiskXml.has(DOMAIN, VOLUME));
        assertFalse(DiskXml.has(DOMAIN, new VolumeId("vol-00000000")));
        assertEquals(Optional.of("<disk type=\"file\" device=\"disk\"><source file=\"/v/a&amp;b\"></source><target dev=\"vda\"></target></disk>"),
                DiskXml.device(DOMAIN, VOLUME));
        assertEquals("vdb", DiskXml.free(Kind.QEMU, DOMAIN));
        assertEquals("xvda", DiskXml.free(Kind.XEN, DOMAIN));
    }

    @Test
    void readsNoXmlThatRefersToOtherThings() {
        for (String hostile : new String[] { "", "<domain>", "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><d>&x;</d>",
            "<!DOCTYPE d [<!ENTITY a 'a'><!ENTITY b '&a;&a;'>]><d>&b;</d>" }) {
            assertThrows(ProtocolException.class, () -> Xml.parse(hostile), hostile);
        }
    }

    @Test
    void readsParametersOfEveryType() {
        byte[] bytes = new XdrWriter().integer(4).text("a").integer(1).integer(-1).text("b").integer(2).integer(-1).text("c").integer(4).hyper(7)
                .text("d").integer(7).text("text").toBytes();
        assertEquals(Map.of("a", -1L, "b", 0xffffffffL, "c", 7L, "d", "text"), Parameters.read(new XdrReader(bytes)));
        assertThrows(ProtocolException.class, () -> Parameters.read(new XdrReader(new XdrWriter().integer(1).text("a").integer(9).integer(0)
                .toBytes())));
    }
}
