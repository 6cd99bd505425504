package org.kumiki.hypervisor.vsphere;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;

/**
 * How machines are described to the server. Pure. The API wants the parts of a description in its own order.
 */
final class MachineSpec {

    /** Says whose guest a machine is. */
    static final String MARK = "kumiki.guest";

    private static final String UNLIMITED = "-1";
    private static final int NEW_CONTROLLER = -101;
    private static final int NEW_DISK = -102;
    private static final int NEW_CARD = -103;
    private static final Set<String> CARDS = Set.of("VirtualE1000", "VirtualE1000e", "VirtualPCNet32", "VirtualVmxnet", "VirtualVmxnet2",
            "VirtualVmxnet3", "VirtualSriovEthernetCard");

    private MachineSpec() {
    }

    /** What the mark of a guest says. */
    static String mark(Settings settings, InstanceId guest) {
        return settings.folder() + "/" + guest;
    }

    /** A machine that has no disk yet. */
    static Element create(String element, Settings settings, InstanceId guest, Resources resources, String datastore) {
        return Element.of(element, Element.text("name", guest), Element.text("guestId", settings.guestId()),
                Element.of("files", Element.text("vmPathName", "[" + datastore + "]")), Element.text("numCPUs", resources.cpus()),
                Element.text("memoryMB", resources.memoryMiB()), option(MARK, mark(settings, guest)));
    }

    /** A copy of a template, switched off, that is marked from the beginning. */
    static Element clone(Settings settings, InstanceId guest, Ref datastore, Ref pool, Ref host) {
        return Element.of("spec",
                Element.of("location", Element.ref("datastore", datastore), Element.ref("pool", pool), Element.ref("host", host)),
                Element.text("template", false), Element.of("config", option(MARK, mark(settings, guest))), Element.text("powerOn", false));
    }

    /** Where a machine is to go. */
    static Element relocate(Ref pool, Ref host) {
        return Element.of("spec", Element.ref("pool", pool), Element.ref("host", host));
    }

    /**
     * What is said before each start: as much as the guest's type has, and where its first network card is.
     *
     * @param devices what the machine has now
     * @param network where the card leads; empty if guests have none
     */
    static Element configure(Settings settings, Resources resources, List<Element> devices, Optional<Element> network, String mac,
            Optional<Element> disk) {
        List<Element> parts = new ArrayList<>();
        parts.add(Element.text("numCPUs", resources.cpus()));
        parts.add(Element.text("memoryMB", resources.memoryMiB()));
        disk.ifPresent(file -> parts.addAll(file.children()));
        network.ifPresent(backing -> parts.add(card(devices, backing, mac)));
        parts.add(Element.of("cpuAllocation", Element.text("reservation", (long) settings.cpuReservationMhz() * resources.cpus()),
                Element.text("limit", UNLIMITED)));
        parts.add(Element.of("memoryAllocation", Element.text("reservation", Math.round(settings.reserved() * resources.memoryMiB())),
                Element.text("limit", resources.memoryMiB())));
        parts.add(option("ethernet0.checkMACAddress", "FALSE")); // the address is the platform's, not one of VMware's
        return Element.of("spec", parts);
    }

    /** A disk that is there already, on a controller of its own; the changes that add them. */
    static Element disk(String file, long kib) {
        Element controller = Element.of("device", Element.text("key", NEW_CONTROLLER), Element.text("busNumber", 0),
                Element.text("sharedBus", "noSharing"))
                .as("ParaVirtualSCSIController");
        Element backing = Element.of("backing", Element.text("fileName", file), Element.text("diskMode", "persistent"))
                .as("VirtualDiskFlatVer2BackingInfo");
        Element disk = Element.of("device", Element.text("key", NEW_DISK), backing, Element.text("controllerKey", NEW_CONTROLLER),
                Element.text("unitNumber", 0), Element.text("capacityInKB", kib)).as("VirtualDisk");
        return Element.of("changes", change("add", controller), change("add", disk));
    }

    static boolean hasDisk(List<Element> devices) {
        return devices.stream().anyMatch(device -> device.kind().equals("VirtualDisk"));
    }

    /** The first card that there is, as it is but for where it leads and its address; else a new one. */
    private static Element card(List<Element> devices, Element backing, String mac) {
        Element manual = Element.text("addressType", "manual");
        Element address = Element.text("macAddress", mac);
        return devices.stream().filter(device -> CARDS.contains(device.kind())).findFirst()
                .map(card -> change("edit", new Element("device", "", card.kind(), "", card.children().stream()
                        .map(part -> List.of(backing, manual, address).stream().filter(now -> now.name().equals(part.name())).findFirst()
                                .orElse(part))
                        .toList())))
                .orElseGet(() -> change("add", Element.of("device", Element.text("key", NEW_CARD), backing, Element.of("connectable",
                        Element.text("startConnected", true), Element.text("allowGuestControl", true), Element.text("connected", false)),
                        manual, address)
                        .as("VirtualVmxnet3")));
    }

    private static Element change(String operation, Element device) {
        return Element.of("deviceChange", Element.text("operation", operation), device);
    }

    private static Element option(String key, String value) {
        return Element.of("extraConfig", Element.text("key", key), Element.text("value", value).as("xsd:string"));
    }
}
