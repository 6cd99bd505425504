package org.kumiki.hypervisor.vsphere;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;

class InventoryTest {

    private static final Ref FOLDER = new Ref("Folder", "group-v9");
    private static final Ref STORE = new Ref("Datastore", "datastore-1");
    private static final InstanceId GUEST = new InstanceId("i-0123456789abcdef0");
    private static final Settings SETTINGS = SettingsTest.settings(Map.of());

    private static Managed object(String type, String id, Object... properties) {
        Map<String, Element> values = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            String name = (String) properties[i];
            values.put(name, properties[i + 1] instanceof Ref ref ? Element.ref("val", ref)
                    : properties[i + 1] instanceof Element element ? element : Element.text("val", properties[i + 1]));
        }
        return new Managed(new Ref(type, id), values);
    }

    private static Managed host(String id, Object... more) {
        List<Object> properties = new ArrayList<>(List.of("name", id + ".example", "runtime.connectionState", "connected",
                "runtime.inMaintenanceMode", "false",
                "summary.hardware.memorySize", 16L << 30, "summary.hardware.numCpuThreads", 8, "datastore",
                Element.of("val", Element.ref("ManagedObjectReference", STORE))));
        properties.addAll(List.of(more));
        return object("HostSystem", id, properties.toArray());
    }

    private static Managed machine(String id, String name, String host, String power) {
        return object("VirtualMachine", id, "name", name, "parent", FOLDER, "runtime.host", new Ref("HostSystem", host), "runtime.powerState", power,
                "config.hardware.numCPU", 2, "config.hardware.memoryMB", 4096);
    }

    private static List<HostReport> reports(List<Managed> hosts, Managed... machines) {
        Map<Ref, InstanceId> ours = new HashMap<>();
        Stream.of(machines).forEach(machine -> Inventory.guest(machine, FOLDER).ifPresent(guest -> ours.put(machine.ref(), guest)));
        return Inventory.reports(SETTINGS, hosts, List.of(machines), List.of(object("Datastore", "datastore-1", "name", "shared", "summary.capacity",
                1L << 40)),
                ours);
    }

    @Test
    void aHostHasItsRoomAndOurGuests() {
        HostReport report = reports(List.of(host("host-1")), machine("vm-1", GUEST.value(), "host-1", "poweredOn")).get(0);
        assertThat(report.host()).isEqualTo(new HostId("host-1.example"));
        assertThat(report.capacity()).as("our own guests are the platform's business").isEqualTo(new Resources(16, 8192, 1 << 20, 1000));
        assertThat(report.guests()).containsExactly(Map.entry(GUEST, GuestState.RUNNING));
    }

    @Test
    void whatOthersHaveIsNotThereForUs() {
        HostReport report = reports(List.of(host("host-1")), machine("vm-1", "somebody's", "host-1", "poweredOn"),
                machine("vm-2", "who sleeps", "host-1", "poweredOff")).get(0);
        assertThat(report.capacity()).isEqualTo(new Resources(14, 4096, 1 << 20, 1000));
        assertThat(report.guests()).isEmpty();
    }

    @Test
    void aHostThatOthersHaveFilledHasNoRoomAndNoLess() {
        Managed[] many = Stream.iterate(1, i -> i + 1).limit(20).map(i -> machine("vm-" + i, "other", "host-1", "poweredOn")).toArray(Managed[]::new);
        assertThat(reports(List.of(host("host-1")), many).get(0).capacity()).isEqualTo(new Resources(0, 0, 1 << 20, 1000));
    }

    @Test
    void whatIsSuspendedDoesNotRun() {
        assertThat(reports(List.of(host("host-1")), machine("vm-1", GUEST.value(), "host-1", "suspended")).get(0).guests())
                .containsExactly(Map.entry(GUEST, GuestState.STOPPED));
    }

    @Test
    void aHostThatIsNotReachedIsNone() {
        assertThat(reports(List.of(host("host-1", "runtime.connectionState", "notResponding")))).isEmpty();
    }

    @Test
    void maintenanceIsALabel() {
        assertThat(reports(List.of(host("host-1", "runtime.inMaintenanceMode", "true"))).get(0).labels()).containsEntry("maintenance", "true");
    }

    @Test
    void aMachineElsewhereIsNoGuestWhateverItIsCalled() {
        Managed machine = object("VirtualMachine", "vm-1", "name", GUEST.value(), "parent", new Ref("Folder", "group-v1"));
        assertThat(Inventory.guest(machine, FOLDER)).isEmpty();
        assertThat(Inventory.guest(object("VirtualMachine", "vm-1", "name", GUEST.value(), "parent", FOLDER), FOLDER)).contains(GUEST);
    }

    @Test
    void everyNameOfAHostIsOneHere() {
        assertThat(Inventory.id(SETTINGS, object("HostSystem", "host-1", "name", "fe80::1"))).isEqualTo(new HostId("fe80--1"));
        assertThat(Inventory.id(SETTINGS, object("HostSystem", "host-1", "name", "::1"))).isEqualTo(new HostId("h--1"));
        assertThat(Inventory.id(SETTINGS, object("HostSystem", "host-1"))).isEqualTo(new HostId("host-1"));
        assertThat(Inventory.id(SETTINGS, object("HostSystem", "host-1", "name", "x".repeat(300))).value()).hasSize(64);
    }

    @Test
    void numbersThatAreNoneCountAsNothing() {
        assertThat(reports(List.of(host("host-1", "summary.hardware.memorySize", "lots", "summary.hardware.numCpuThreads", "-4"))).get(0).capacity())
                .isEqualTo(new Resources(0, 0, 1 << 20, 1000));
    }
}
