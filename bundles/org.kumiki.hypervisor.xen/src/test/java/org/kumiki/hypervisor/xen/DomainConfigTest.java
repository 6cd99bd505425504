package org.kumiki.hypervisor.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.hypervisor.xen.DomainConfig.Vif;
import org.kumiki.hypervisor.xen.GuestCheck.Abilities;

class DomainConfigTest {

    private static final InstanceId ID = new InstanceId("i-0123456789abcdef0");
    private static final XenSettings SETTINGS = new XenSettings(Optional.empty(), "default", 4, 0.9, 50, Duration.ofSeconds(1), Duration.ofSeconds(1), 8_002);
    private static final Abilities ALL = new Abilities(true, true, true, true);
    private static final Abilities OLD_PROCESSOR = new Abilities(true, false, true, true);
    private static final Abilities NO_DEVICES = new Abilities(true, true, false, true);
    private static final Abilities RAW_DISKS = new Abilities(true, true, true, false);
    private static final BootSource KERNEL = new BootSource.Kernel(Path.of("/images/vmlinuz"), Path.of("/images/initrd"), "quiet");
    private static final NetworkLink NONE = new NetworkLink.None("02:4b:4d:00:00:01");

    private static GuestDisk disk(String file, Disk.Format format) {
        return new GuestDisk(new VolumeId("vol-0123456789abcdef0"), new Disk(Path.of(file), format, 64), "/dev/sdf");
    }

    private static GuestSpec guest(BootSource boot, NetworkLink link, GuestDisk... disks) {
        return new GuestSpec(ID, "\"]; $(reboot)\n", new Resources(2, 128, 64, 10), boot, List.of(disks).stream().findFirst(),
                List.of(disks).stream().skip(1).toList(), link);
    }

    @Test
    void aParavirtualGuestIsDescribed() {
        String config = DomainConfig.of(guest(KERNEL, NONE), GuestType.PV, List.of(new Vif("02:4b:4d:00:00:01", "kumiki0", "kt-7")),
                List.of(new DomainDisk("xvda", Path.of("/volumes/root.raw")), new DomainDisk("xvdb", Path.of("/dev/vg/data"))), SETTINGS);

        assertThat(config).isEqualTo("""
                name = "i-0123456789abcdef0"
                type = "pv"
                kernel = "/images/vmlinuz"
                ramdisk = "/images/initrd"
                extra = "quiet console=hvc0"
                vcpus = 2
                maxvcpus = 2
                memory = 128
                maxmem = 128
                cpu_weight = 512
                cap = 100
                tsc_mode = "default"
                on_poweroff = "destroy"
                on_reboot = "restart"
                on_crash = "destroy"
                vif = [ "mac=02:4b:4d:00:00:01,bridge=kumiki0,vifname=kt-7" ]
                disk = [ "format=raw,vdev=xvda,access=rw,target=/volumes/root.raw", "format=raw,vdev=xvdb,access=rw,target=/dev/vg/data" ]
                """);
    }

    @Test
    void aWholeMachineBootsFromItsDisk() {
        GuestSpec guest = guest(new BootSource.Firmware(), NONE, disk("/volumes/root.qcow2", Disk.Format.QCOW2));

        assertThat(GuestCheck.type(guest, ALL, SETTINGS)).isEqualTo(GuestType.HVM);
        assertThat(DomainConfig.of(guest, GuestType.HVM, List.of(new Vif("02:4b:4d:00:00:01", "kumiki0", "kt-7")),
                List.of(new DomainDisk("xvda", Path.of("/guests/disks/vol-1"))), SETTINGS))
                .contains("type = \"hvm\"\n", "boot = \"c\"\n", "vnc = 0\n", "vif = [ \"mac=02:4b:4d:00:00:01,bridge=kumiki0,vifname=kt-7,type=vif\" ]\n",
                        "format=raw,vdev=xvda,access=rw,target=/guests/disks/vol-1",
                        "\"file,id=console,path=/var/log/xen/console/guest-i-0123456789abcdef0.log,append=on\"")
                .doesNotContain("kernel");
        refused(Reason.UNSUPPORTED, guest, OLD_PROCESSOR);
        refused(Reason.UNSUPPORTED, guest, NO_DEVICES);
    }

    @Test
    void aGuestWithAKernelIsOfTheTypeThatTheHostIsBestAt() {
        assertThat(GuestCheck.type(guest(KERNEL, NONE), ALL, SETTINGS)).isEqualTo(GuestType.PVH);
        assertThat(GuestCheck.type(guest(KERNEL, NONE), OLD_PROCESSOR, SETTINGS)).isEqualTo(GuestType.PV);
        assertThat(GuestCheck.type(guest(KERNEL, NONE), ALL, Guests.SETTINGS)).isEqualTo(GuestType.PV);
        assertThatThrownBy(() -> GuestCheck.type(guest(KERNEL, NONE), new Abilities(false, true, true, true), Guests.SETTINGS)).hasMessageContaining("type pv");
    }

    @Test
    void aValueStaysOneValue() {
        assertThat(DomainConfig.quote("extra", "a\"b\\c'd $(x)")).isEqualTo("\"a\\\"b\\\\c'd $(x)\"");
        for (String hostile : List.of("a\nname = \"Domain-0\"", "a\0b", "\u001b[2J")) {
            failsWith(Reason.REFUSED, () -> DomainConfig.quote("extra", hostile));
        }
    }

    @Test
    void whatIsNoInterfaceIsRefused() {
        failsWith(Reason.REFUSED, () -> new Vif("02:4b:4d:00:00:01,script=/tmp/x", "br0", "kt-7"));
        failsWith(Reason.REFUSED, () -> new Vif("02:4b:4d:00:00:01", "br0,script=x", "kt-7"));
        failsWith(Reason.REFUSED, () -> new Vif("02:4b:4d:00:00:01", "br0", "a name that is too long"));
        refused(Reason.UNSUPPORTED, guest(KERNEL, new NetworkLink.User("02:4b:4d:00:00:01", "10.0.2.0/24", "10.0.2.15", List.of(), false, Path.of("/x"))), ALL);
        refused(Reason.REFUSED, guest(KERNEL, new NetworkLink.Tap("02:4b:4d:00:00:01", "x;y")), ALL);
    }

    @Test
    void aDiskThatXenCannotBeGivenIsRefused() {
        refused(Reason.UNSUPPORTED, guest(KERNEL, NONE, disk("/volumes/a.qcow2", Disk.Format.QCOW2)), RAW_DISKS);
        refused(Reason.REFUSED, guest(KERNEL, NONE, disk("/volumes/a b", Disk.Format.RAW)), ALL);
        refused(Reason.REFUSED, guest(KERNEL, NONE, disk("/volumes/$(x)", Disk.Format.RAW)), ALL);
        refused(Reason.UNSUPPORTED, guest(new BootSource.Nothing(), NONE), ALL);
    }

    @Test
    void aDiskIsShownWithEverythingThatLiesUnderIt() {
        Disk layered = new Disk(Path.of("/volumes/a"), Disk.Format.QCOW2, 64, Optional.of(new Disk(Path.of("/images/b"), Disk.Format.RAW, 64)));

        assertThat(ShownDisks.layers(layered)).hasToString("{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/volumes/a\"},"
                + "\"backing\":{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"/images/b\"},\"read-only\":true}}");
        assertThat(ShownDisks.layers(new Disk(Path.of("/volumes/a"), Disk.Format.QCOW2, 64))).hasToString(
                "{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/volumes/a\"},\"backing\":null}");
        assertThat(DomainConfig.files(layered)).containsExactly(Path.of("/volumes/a"), Path.of("/images/b"));
    }

    @Test
    void aGuestMovesOnlyWithDisksThatBothHostsReadAtATime() {
        GuestCheck.movable(guest(KERNEL, NONE, disk("/volumes/a", Disk.Format.RAW)));
        failsWith(Reason.UNSUPPORTED, () -> GuestCheck.movable(guest(KERNEL, NONE, disk("/volumes/a", Disk.Format.RAW), disk("/volumes/b", Disk.Format.QCOW2))));
    }

    private static void refused(Reason reason, GuestSpec guest, Abilities host) {
        failsWith(reason, () -> GuestCheck.type(guest, host, SETTINGS));
    }

    private static void failsWith(Reason reason, Runnable deed) {
        assertThatThrownBy(deed::run).asInstanceOf(InstanceOfAssertFactories.type(HypervisorException.class)).extracting(HypervisorException::reason)
                .isEqualTo(reason);
    }
}
