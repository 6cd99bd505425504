package org.kumiki.hypervisor.vsphere;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;

class MachineSpecTest {

    private static final Settings SETTINGS = SettingsTest.settings(Map.of());
    private static final InstanceId GUEST = new InstanceId("i-0123456789abcdef0");
    private static final Resources TYPE = new Resources(2, 4096, 0, 0);
    private static final Element BACKING = Element.of("backing", Element.text("deviceName", "VM Network"))
            .as("VirtualEthernetCardNetworkBackingInfo");
    private static final Element CARD = Element.of("VirtualDevice", Element.text("key", 4000), Element.text("deviceInfo", "first"),
            Element.of("backing", Element.text("deviceName", "other")), Element.text("controllerKey", 100), Element.text("unitNumber", 7),
            Element.text("addressType", "generated"), Element.text("macAddress", "00:50:56:00:00:01")).as("VirtualE1000");

    private static List<String> names(Element element) {
        return element.children().stream().map(Element::name).distinct().toList();
    }

    private static Element configure(List<Element> devices, Optional<Element> network, Optional<Element> disk) {
        return MachineSpec.configure(SETTINGS, TYPE, devices, network, "02:4b:4d:00:00:01", disk);
    }

    @Test
    void saysWhatTheTypeHasAndWhatIsReserved() {
        Element spec = configure(List.of(), Optional.empty(), Optional.empty());
        assertThat(spec.textAt("numCPUs")).isEqualTo("2");
        assertThat(spec.textAt("memoryMB")).isEqualTo("4096");
        assertThat(spec.textAt("memoryAllocation", "limit")).isEqualTo("4096");
        assertThat(spec.textAt("memoryAllocation", "reservation")).isEqualTo("2048");
        assertThat(spec.textAt("cpuAllocation", "reservation")).isEqualTo("400");
    }

    @Test
    void keepsTheOrderThatServersWant() {
        assertThat(names(configure(List.of(), Optional.of(BACKING), Optional.of(MachineSpec.disk("[ds] a/a.vmdk", 1024)))))
                .containsExactly("numCPUs", "memoryMB", "deviceChange", "cpuAllocation", "memoryAllocation", "extraConfig");
        assertThat(names(MachineSpec.create("config", SETTINGS, GUEST, TYPE, "ds")))
                .containsExactly("name", "guestId", "files", "numCPUs", "memoryMB", "extraConfig");
    }

    @Test
    void aMachineIsMarkedFromTheBeginning() {
        Ref any = new Ref("Any", "any-1");
        assertThat(MachineSpec.create("config", SETTINGS, GUEST, TYPE, "ds").textAt("extraConfig", "value")).isEqualTo("kumiki/" + GUEST);
        assertThat(MachineSpec.clone(SETTINGS, GUEST, any, any, any).textAt("config", "extraConfig", "value")).isEqualTo("kumiki/" + GUEST);
    }

    @Test
    void theCardOfATemplateLeadsElsewhereAndStaysAsItIs() {
        Element change = configure(List.of(CARD), Optional.of(BACKING), Optional.empty()).child("deviceChange").orElseThrow();
        assertThat(change.textAt("operation")).isEqualTo("edit");
        Element card = change.child("device").orElseThrow();
        assertThat(card.kind()).isEqualTo("VirtualE1000");
        assertThat(card.textAt("key")).isEqualTo("4000");
        assertThat(card.textAt("backing", "deviceName")).isEqualTo("VM Network");
        assertThat(card.textAt("addressType")).isEqualTo("manual");
        assertThat(card.textAt("macAddress")).isEqualTo("02:4b:4d:00:00:01");
        assertThat(names(card)).isEqualTo(names(CARD));
    }

    @Test
    void aMachineWithoutACardGetsOne() {
        Element change = configure(List.of(), Optional.of(BACKING), Optional.empty()).child("deviceChange").orElseThrow();
        assertThat(change.textAt("operation")).isEqualTo("add");
        assertThat(change.child("device").orElseThrow().kind()).isEqualTo("VirtualVmxnet3");
    }

    @Test
    void withoutANetworkNoCardIsTouched() {
        assertThat(configure(List.of(CARD), Optional.empty(), Optional.empty()).child("deviceChange")).isEmpty();
    }
}
