package org.kumiki.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** libvirt's own notation. */
class ConnectionUriTest {

    private static final Path SYSTEM = Path.of("/run/libvirt/libvirt-sock");

    @Test
    void isOnThisMachineWithoutAHost() {
        assertEquals(new ConnectionUri("qemu", new ConnectionUri.Unix(SYSTEM), "qemu:///system"), ConnectionUri.parse("qemu:///system"));
        assertEquals(new ConnectionUri("test", new ConnectionUri.Unix(SYSTEM), "test:///default"), ConnectionUri.parse("TEST:///default"));
        assertEquals(new ConnectionUri("lxc", new ConnectionUri.Unix(Path.of("/run/a b/sock")), "lxc:///system?x=1"),
                ConnectionUri.parse("lxc+unix:///system?socket=/run/a%20b/sock&x=1"));
        assertEquals(new ConnectionUri("openvz", new ConnectionUri.Unix(SYSTEM), "openvz:///system"), ConnectionUri.parse("openvz:///system"));
    }

    @Test
    void isOverTlsWithAHost() {
        assertEquals(new ConnectionUri("qemu", new ConnectionUri.Tls("kvm7.example", 16514), "qemu:///system"),
                ConnectionUri.parse("qemu://kvm7.example/system"));
        assertEquals(new ConnectionUri("xen", new ConnectionUri.Tls("10.0.0.7", 4711), "xen:///system"),
                ConnectionUri.parse("xen+tls://10.0.0.7:4711/system"));
    }

    @Test
    void isInTheClearOnLoopbackAlone() {
        assertEquals(new ConnectionUri("xen", new ConnectionUri.Tcp("localhost", 16509), "xen:///system"),
                ConnectionUri.parse("xen+tcp://localhost/system"));
        assertEquals(new ConnectionUri("xen", new ConnectionUri.Tcp("127.0.0.1", 17), "xen:///system"),
                ConnectionUri.parse("xen+tcp://127.0.0.1:17/system"));
    }

    @ParameterizedTest
    @CsvSource({ "xen+tcp://10.0.0.7/system, in the clear", "qemu+ssh://h/system, ssh can forward", "qemu+unix://h/system, no unix socket reaches",
        "qemu://h/system?no_verify=1, verified", "qemu://h/system?pkipath=/x, verified", "system, no connection URI",
                "qemu://a b/, no connection URI",
        "qemu://[/system, no connection URI", "qemu://user@/system, names no host" })
    void saysWhatToWriteInstead(String uri, String sentence) {
        String message = assertThrows(IllegalArgumentException.class, () -> ConnectionUri.parse(uri)).getMessage();
        assertTrue(message.contains(sentence), message);
    }

    @Test
    void namesTheDriversThatAreKnown() {
        assertEquals(Kind.LXC, Kind.of(ConnectionUri.parse("lxc:///system")));
        String message = assertThrows(IllegalArgumentException.class, () -> Kind.of(ConnectionUri.parse("vbox:///session"))).getMessage();
        assertTrue(message.contains("vbox") && message.contains("openvz"), message);
    }
}
