package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;

import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class GuestXmlTest {

    private static GuestRecord record(GuestSpec guest) {
        return new GuestRecord(guest.id(), 1_000_007, Description.of(guest), Map.of(), "", GuestRecord.Phase.BEGUN);
    }

    private static String at(String xml, String path) throws Exception {
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
        return XPathFactory.newInstance().newXPath().evaluate(path, document);
    }

    @Test
    void aDomainSaysTheFormatOfEveryFile() throws Exception {
        GuestSpec guest = Lab.guest();
        String domain = GuestXml.domain(record(guest), guest, "qemu");

        assertThat(at(domain, "/domain/@type")).isEqualTo("qemu");
        assertThat(at(domain, "/domain/name")).isEqualTo("one-1000007");
        assertThat(at(domain, "/domain/memory")).isEqualTo("262144");
        assertThat(at(domain, "//disk/driver/@type")).isEqualTo("qcow2");
        assertThat(at(domain, "//disk/source/@file")).isEqualTo("/volumes/root.qcow2");
        assertThat(at(domain, "//disk/backingStore/format/@type")).isEqualTo("qcow2");
        assertThat(at(domain, "//disk/backingStore/source/@file")).isEqualTo("/images/base.qcow2");
        assertThat(at(domain, "count(//backingStore/backingStore/*)")).as("where the chain ends").isEqualTo("0");
        assertThat(at(domain, "//interface/target/@dev")).isEqualTo("tap7");
        assertThat(at(domain, "//os/boot/@dev")).isEqualTo("hd");
    }

    @Test
    void aKernelIsBootedAsItIsSaid() throws Exception {
        GuestSpec guest = new GuestSpec(Lab.GUEST, "<name>", new Resources(1, 64, 0, 0),
                new BootSource.Kernel(Path.of("/k&<"), Path.of("/i"), "console=ttyS0 a=\"<b>\""), Optional.empty(), List.of(),
                new NetworkLink.None("02:00:00:00:00:01"));

        String domain = GuestXml.domain(record(guest), guest, "kvm");

        assertThat(at(domain, "//os/kernel")).isEqualTo("/k&<");
        assertThat(at(domain, "//os/cmdline")).isEqualTo("console=ttyS0 a=\"<b>\"");
        assertThat(at(domain, "count(//interface)")).isEqualTo("0");
        assertThat(domain).doesNotContain("name>name");
    }

    @Test
    void aMachineIsAsOpenNebulaHasIt() throws Exception {
        GuestSpec guest = Lab.guest();
        String machine = GuestXml.machine(record(guest), guest, "node-1");

        assertThat(at(machine, "/VM/ID")).isEqualTo("1000007");
        assertThat(at(machine, "/VM/TEMPLATE/VCPU")).isEqualTo("2");
        assertThat(at(machine, "/VM/TEMPLATE/MEMORY")).isEqualTo("256");
        assertThat(at(machine, "/VM/TEMPLATE/DISK/SOURCE")).isEqualTo("/volumes/root.qcow2");
        assertThat(at(machine, "/VM/HISTORY_RECORDS/HISTORY/HOSTNAME")).isEqualTo("node-1");
    }

    @Test
    void aScriptIsToldWhichGuestIsMeant() throws Exception {
        String message = GuestXml.message(record(Lab.guest()), "0d6d", "node-1");

        assertThat(at(message, "/VMM_DRIVER_ACTION_DATA/DEPLOY_ID")).isEqualTo("0d6d");
        assertThat(at(message, "/VMM_DRIVER_ACTION_DATA/VM/ID")).isEqualTo("1000007");
    }
}
