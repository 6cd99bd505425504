package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.hypervisor.exec.Details.Key;

class PayloadTest {

    private static final GuestRecord GUEST = new GuestRecord(Lab.GUEST, 1_000_000, Description.of(Lab.guest(Lab.GUEST, "\"},\"x\":{\"")),
            Map.of("proxmox_vmid", "107"), "", GuestRecord.Phase.BEGUN);

    @TempDir
    Path directory;

    @Test
    void aGuestIsDescribedAsCloudStackDoes() {
        ObjectNode payload = Payload.of(GUEST, Map.of(new Key("host", "url"), "pve.example", new Key("virtualmachine", "template_id"), "9000"), true);

        assertThat(payload.at("/externaldetails/host/url").asText()).isEqualTo("pve.example");
        assertThat(payload.at("/externaldetails/virtualmachine/template_id").asText()).isEqualTo("9000");
        assertThat(payload.at("/externaldetails/extension").isObject()).isTrue();
        assertThat(payload.path("virtualmachinename").asText()).isEqualTo(Lab.GUEST.value());
        JsonNode machine = payload.path("cloudstack.vm.details");
        assertThat(machine.path("id").asLong()).isEqualTo(1_000_000);
        assertThat(machine.path("name").asText()).isEqualTo(Lab.GUEST.value());
        assertThat(machine.path("uuid").asText()).isEqualTo(payload.path("virtualmachineid").asText()).isEqualTo(Payload.uuid(Lab.GUEST.value()));
        assertThat(machine.path("cpus").asInt()).isEqualTo(2);
        assertThat(machine.path("minRam").asLong()).isEqualTo(256L << 20);
        assertThat(machine.at("/nics/0/mac").asText()).isEqualTo("02:00:00:00:00:01");
        assertThat(machine.at("/details/proxmox_vmid").asText()).isEqualTo("107");
        assertThat(machine.at("/details/deployvm").asText()).isEqualTo("true");
        assertThat(machine.at("/disks/0/path").asText()).isEqualTo("/volumes/root.qcow2");
    }

    @Test
    void whatCloudStackHasNoWordsForIsUnderAKeyOfItsOwn() {
        JsonNode kumiki = Payload.of(GUEST, Map.of(), false).path("kumiki");

        assertThat(kumiki.at("/root/backing/file").asText()).isEqualTo("/images/base.qcow2");
        assertThat(kumiki.at("/link/device").asText()).isEqualTo("tap7");
        assertThat(kumiki.at("/boot/by").asText()).isEqualTo("firmware");
    }

    @Test
    void aHostileNameStaysText() throws IOException {
        JsonNode read = new ObjectMapper().readTree(Payload.of(GUEST, Map.of(), false).toString());

        assertThat(read.at("/kumiki/name").asText()).isEqualTo("\"},\"x\":{\"");
        assertThat(read.has("x")).isFalse();
    }

    @Test
    void aRecordIsReadAsItWasWritten() throws IOException {
        assertThat(GuestRecord.of(GUEST.toBytes()).toBytes()).isEqualTo(GUEST.toBytes());
        for (String damaged : new String[] { "", "[]", "{}", "{\"description\":{},\"id\":\"../x\",\"phase\":\"NEW\"}", "{\"description\":{},\"id\":\"i-12345678\"}" }) {
            assertThatThrownBy(() -> GuestRecord.of(damaged.getBytes())).as(damaged).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSecretIsReadFromAFileThatNobodyElseReads() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "s3cret\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Details details = Details.of(new String[] { "host.url=https://pve.example?a=b" }, new String[] { "host.secret=" + file });
        assertThat(details.read()).isEqualTo(Map.of(new Key("host", "url"), "https://pve.example?a=b", new Key("host", "secret"), "s3cret"));

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(details::read).hasMessage("a secret may be read by others: chmod 600 " + file);
    }

    @Test
    void aDetailHasAScope() {
        for (String wrong : new String[] { "url=x", "nobody.url=x", "host.=x", "host.url" }) {
            assertThatThrownBy(() -> Details.of(new String[] { wrong }, new String[0])).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
