package org.kumiki.hypervisor.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.InstanceId;

class MoveTest {

    private static final GuestFiles FILES = GuestFiles.of(Path.of("/var/lib/kumiki/xen/guests"), new InstanceId("i-0123456789abcdef0"));

    @Test
    void bothSidesOfAMoveKnowEachOther() throws IOException {
        String directory = "/var/lib/kumiki/xen/guests/i-0123456789abcdef0/";

        assertThat(Receiver.command(FILES, 8_003)).containsExactly("socat", "-d", "-d", "-b", "65536", "OPENSSL-LISTEN:8003,reuseaddr,accept-timeout=60,cert="
                + directory + "move.pem,cafile=" + directory + "peer.pem,verify=1", "EXEC:xl migrate-receive");
        assertThat(Sender.command(FILES, "10.77.0.2", 8_003)).containsExactly("xl", "migrate", "-C", directory + "departure", "-s", "",
                "i-0123456789abcdef0", "exec socat -b 65536 - OPENSSL:10.77.0.2:8003,cert=" + directory + "move.pem,cafile=" + directory
                        + "peer.pem,verify=1,commonname=kumiki");
    }

    @Test
    void nothingGetsToAShellThatMeansSomethingThere() {
        for (String address : List.of("a;reboot", "-x", "$(x)", "a b", "")) {
            assertThatThrownBy(() -> Sender.command(FILES, address, 8_003)).as(address).isInstanceOf(IOException.class);
        }
        GuestFiles elsewhere = GuestFiles.of(Path.of("/var/lib/my data/`x`"), new InstanceId("i-0123456789abcdef0"));
        assertThatThrownBy(() -> Sender.command(elsewhere, "a", 8_003)).isInstanceOf(IOException.class).hasMessageContaining("directory");
        assertThatThrownBy(() -> Receiver.command(elsewhere, 8_003)).isInstanceOf(IOException.class);
    }

    @Test
    void aCertificateIsOfItsOwnKeyAndNoOther() throws Exception {
        X509Certificate one = read(Certificate.make());
        X509Certificate other = read(Certificate.make());

        one.verify(one.getPublicKey());
        one.checkValidity();
        assertThat(one.getSubjectX500Principal().getName()).isEqualTo("CN=" + Certificate.NAME);
        assertThat(one.getPublicKey()).isNotEqualTo(other.getPublicKey());
        assertThatThrownBy(() -> one.verify(other.getPublicKey())).isInstanceOf(java.security.SignatureException.class);
    }

    private static X509Certificate read(Certificate certificate) throws Exception {
        assertThat(new String(certificate.whole())).startsWith("-----BEGIN PRIVATE KEY-----\n").endsWith(new String(certificate.certificate()));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate.certificate()));
    }

    @Test
    void logsOfAGuestAreToldFromThoseOfOthers() {
        for (String its : List.of("xl-i-0123456789abcdef0.log", "xl-i-0123456789abcdef0.log.3", "xl-i-0123456789abcdef0--incoming.log",
                "qemu-dm-i-0123456789abcdef0.log")) {
            assertThat(FILES.isLog(its)).as(its).isTrue();
        }
        for (String other : List.of("xl-i-0123456789abcdef01.log", "xl-i-0123456789abcdef.log", "xen-hotplug.log", "xl-xi-0123456789abcdef0.log")) {
            assertThat(FILES.isLog(other)).as(other).isFalse();
        }
    }
}
