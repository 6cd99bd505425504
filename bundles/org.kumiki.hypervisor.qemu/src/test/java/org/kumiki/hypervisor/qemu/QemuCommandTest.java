package org.kumiki.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.Hardware.Boot;
import org.kumiki.api.model.Hardware.DiskBus;
import org.kumiki.api.model.Hardware.NetworkCard;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

class QemuCommandTest {

    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");
    private static final QemuVersion VERSION = new QemuVersion(7, 2, 22);
    private static final BootSource KERNEL = new BootSource.Kernel(Path.of("/images/vmlinuz"), Path.of("/images/initrd"), "console=ttyS0");
    private static final NetworkLink USER = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0",
            List.of(new Forward("tcp", "127.80.16.0", 22, 22), new Forward("udp", "127.80.16.0", 20053, 53)), false,
            Path.of("/data/node/metadata/i-0a1b2c3d4e5f60718"));

    private static GuestSpec guest(String name, BootSource boot, List<GuestDisk> disks, NetworkLink link) {
        return guest(name, boot, Optional.empty(), disks, link);
    }

    private static GuestSpec guest(String name, BootSource boot, Optional<GuestDisk> root, List<GuestDisk> disks, NetworkLink link) {
        return new GuestSpec(GUEST, name, new Resources(2, 1024, 8192, 100), boot, root, disks, link);
    }

    private static GuestDisk volume(int number, Path file, Disk.Format format) {
        return new GuestDisk(new VolumeId(String.format("vol-%017x", number)), new Disk(file, format, 1024), "/dev/sdf");
    }

    private static List<String> command(GuestSpec guest, Path directory, QemuVersion version, Accelerator accelerator) {
        return QemuCommand.of("qemu-system-x86_64", version, accelerator, guest, GuestFiles.of(directory, GUEST));
    }

    private static List<String> command(GuestSpec guest) {
        return command(guest, Path.of("/data/node/qemu"), VERSION, Accelerator.TCG);
    }

    private static String valueOf(List<String> command, String option) {
        return command.get(command.indexOf(option) + 1);
    }

    @Test
    void makesTheMachineOfAGuestThatBootsAKernel() {
        List<String> command = command(guest("web", KERNEL, List.of(), USER));

        assertThat(String.join("\n", command).replaceAll("\n(?=-)", "\n\n").replaceAll("(?<=[^\n])\n(?=[^\n])", " ").replace("\n\n", "\n"))
                .isEqualTo("""
                        qemu-system-x86_64
                        -nodefaults
                        -no-user-config
                        -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
                        -name guest=i-0a1b2c3d4e5f60718,debug-threads=on
                        -machine q35
                        -accel tcg,thread=multi,tb-size=128
                        -cpu max
                        -smp 2
                        -m 1024M
                        -uuid %1$s
                        -smbios type=1,serial=%1$s
                        -rtc base=utc
                        -display none
                        -no-shutdown
                        -object rng-builtin,id=random
                        -device virtio-rng-pci,rng=random
                        -device virtio-balloon-pci,id=balloon
                        -pidfile /data/node/qemu/i-0a1b2c3d4e5f60718/pid
                        -chardev socket,id=qmp,path=/data/node/qemu/i-0a1b2c3d4e5f60718/qmp,server=on,wait=off
                        -mon chardev=qmp,mode=control
                        -chardev ringbuf,id=console,size=65536
                        -serial chardev:console
                        -kernel /images/vmlinuz
                        -initrd /images/initrd
                        -append console=ttyS0
                        %2$s
                        -chardev socket,id=metadata,path=/data/node/metadata/i-0a1b2c3d4e5f60718,reconnect=1
                        -netdev user,id=net,ipv6=off,net=168.0.0.0/5,dhcpstart=172.31.16.0,restrict=on,%3$s
                        -device virtio-net-pci,id=nic,netdev=net,mac=02:4b:4d:1f:10:00,romfile=""".formatted(QemuCommand.serial(GUEST),
                        String.join("\n", IntStream.rangeClosed(1, 12).mapToObj(i -> "-device pcie-root-port,id=slot" + i + ",chassis=" + i + ",slot=" + i)
                                .toList()),
                        "guestfwd=tcp:169.254.169.254:80-chardev:metadata,hostfwd=tcp:127.80.16.0:22-172.31.16.0:22,"
                                + "hostfwd=udp:127.80.16.0:20053-172.31.16.0:53"));
    }

    @Test
    void saysTheFormatOfEveryDiskAndLetsNoImageNameAnother() {
        Disk image = new Disk(Path.of("/images/debian.qcow2"), Disk.Format.QCOW2, 2048);
        GuestDisk root = new GuestDisk(new VolumeId("vol-0000000000000000a"), new Disk(Path.of("/volumes/root.qcow2"), Disk.Format.QCOW2, 8192,
                Optional.of(image)), "/dev/sda1");
        List<String> command = command(guest("web", new BootSource.Firmware(), Optional.of(root),
                List.of(volume(1, Path.of("/volumes/one.raw"), Disk.Format.RAW), volume(2, Path.of("/volumes/two.qcow2"), Disk.Format.QCOW2)),
                new NetworkLink.None("02:4b:4d:1f:10:00")));

        assertThat(command).filteredOn(argument -> argument.startsWith("{")).containsExactly(
                "{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/volumes/root.qcow2\"},"
                        + "\"backing\":{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/images/debian.qcow2\"},"
                        + "\"backing\":null,\"read-only\":true},\"node-name\":\"vol-0000000000000000a\",\"discard\":\"unmap\"}",
                "{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"/volumes/one.raw\"},"
                        + "\"node-name\":\"vol-00000000000000001\",\"discard\":\"unmap\"}",
                "{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/volumes/two.qcow2\"},"
                        + "\"backing\":null,\"node-name\":\"vol-00000000000000002\",\"discard\":\"unmap\"}");
        assertThat(command).contains("virtio-blk-pci,bootindex=1,id=vol-0000000000000000a,drive=vol-0000000000000000a,serial=vol0000000000000000a",
                "virtio-blk-pci,bus=slot1,id=vol-00000000000000001,drive=vol-00000000000000001,serial=vol00000000000000001")
                .doesNotContain("-drive", "-hda", "-kernel", "-netdev");
    }

    private static GuestSpec on(Hardware hardware, BootSource boot, int disks, NetworkLink link) {
        List<GuestDisk> volumes = new ArrayList<>();
        for (int number = disks; number > 0; number--) { // in another order than that of their places
            volumes.add(new GuestDisk(new VolumeId(String.format("vol-%017x", number)), new Disk(Path.of("/v" + number), Disk.Format.RAW, 1024),
                    "/dev/sd" + (char) ('e' + number)));
        }
        GuestDisk root = new GuestDisk(new VolumeId("vol-0000000000000000a"), new Disk(Path.of("/root"), Disk.Format.RAW, 1024), "/dev/sda1");
        return new GuestSpec(GUEST, "web", new Resources(2, 1024, 8192, 100), boot, Optional.of(root), volumes, link, hardware);
    }

    private static List<String> devices(List<String> command) {
        return command.stream().filter(argument -> argument.matches("(ide-hd|piix3-ide|pcnet|virtio-(blk|net)-pci|pcie-root-port),.*"))
                .map(argument -> argument.replaceAll(",(drive|serial|netdev|mac|id=vol)[^,]*", "")).toList();
    }

    @Test
    void givesAnOldSystemTheDisksAndTheCardThatItKnows() {
        List<String> command = command(on(new Hardware(NetworkCard.PCNET, DiskBus.IDE, Boot.DISK), new BootSource.Firmware(), 2, USER));

        assertThat(devices(command)).containsExactly("piix3-ide,id=piix", "ide-hd,bus=piix.0,unit=0,bootindex=1", "ide-hd,bus=piix.0,unit=1",
                "ide-hd,bus=piix.1,unit=0", "pcnet,id=nic,romfile=");
        assertThat(command).as("each in the place of its device name").containsSubsequence("ide-hd,bus=piix.0,unit=1,id=vol-00000000000000001,"
                + "drive=vol-00000000000000001,serial=vol00000000000000001");
        assertThat(command).doesNotContain("-kernel");
        assertThat(devices(command(on(new Hardware(NetworkCard.VIRTIO, DiskBus.SATA, Boot.IMAGE), KERNEL, 1, USER))))
                .containsExactly("ide-hd,bus=ide.0,bootindex=1", "ide-hd,bus=ide.1", "virtio-net-pci,id=nic,romfile=");
    }

    @Test
    void refusesMoreDisksThanABusTakes() {
        Hardware ide = new Hardware(NetworkCard.VIRTIO, DiskBus.IDE, Boot.IMAGE);
        Hardware sata = new Hardware(NetworkCard.VIRTIO, DiskBus.SATA, Boot.IMAGE);

        assertThat(devices(command(on(ide, KERNEL, 3, USER)))).hasSize(6);
        assertThatThrownBy(() -> command(on(ide, KERNEL, 4, USER))).hasMessageContaining("at most 4 disks on IDE");
        assertThatThrownBy(() -> command(on(sata, KERNEL, 6, USER))).hasMessageContaining("at most 6 disks on SATA");
    }

    @Test
    void bootsFromTheNetworkFirstAndOffersNothingButItsFiles() {
        NetworkLink link = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(), false, Path.of("/metadata"),
                Optional.of(Path.of("/boot,/i-1")));
        List<String> command = command(on(new Hardware(NetworkCard.PCNET, DiskBus.VIRTIO, Boot.NETWORK), new BootSource.Network(), 0, link));

        assertThat(devices(command)).contains("virtio-blk-pci,bootindex=2", "pcnet,id=nic,bootindex=1");
        assertThat(valueOf(command, "-netdev")).contains("tftp=/boot,,/i-1,bootfile=boot.ipxe");
        assertThat(command).doesNotContain("-kernel");
        assertThat(valueOf(command(guest("web", KERNEL, List.of(), USER)), "-netdev")).doesNotContain("tftp", "bootfile");
    }

    @Test
    void refusesANetworkThatIsNotThereAndADeviceOfTheHost() {
        NetworkLink none = new NetworkLink.None("02:4b:4d:1f:10:00");
        NetworkLink namespace = new NetworkLink.Namespace("02:4b:4d:1f:10:00", "eth7", "172.31.16.0/16", "172.31.0.1", Optional.empty());

        assertThatThrownBy(() -> command(guest("web", new BootSource.Network(), List.of(), none))).isInstanceOf(HypervisorException.class)
                .hasMessageContaining("cannot boot from");
        assertThatThrownBy(() -> command(guest("web", KERNEL, List.of(), namespace))).isInstanceOf(HypervisorException.class)
                .hasMessageContaining("takes no device of its host's");
    }

    @Test
    void runsOnHardwareWhereThatWorks() {
        List<String> command = command(guest("web", KERNEL, List.of(), USER), Path.of("/data"), VERSION, Accelerator.KVM);

        assertThat(valueOf(command, "-accel")).isEqualTo("kvm");
        assertThat(valueOf(command, "-cpu")).isEqualTo("host");
    }

    @ParameterizedTest
    @ValueSource(strings = { "a,b=c", "-incoming tcp:0:4444", "\n-drive file=/etc/shadow", "%s$(id)`id`", "{\"driver\":\"file\"}", "\0", "" })
    void keepsANameThatAClientChoseOutOfTheArguments(String name) {
        assertThat(command(guest(name, KERNEL, List.of(), USER))).isEqualTo(command(guest("web", KERNEL, List.of(), USER)));
    }

    @Test
    void doublesTheCommasOfAPathInAnOption() {
        List<String> command = command(guest("web", KERNEL, List.of(), USER), Path.of("/my data,readonly=on"), VERSION, Accelerator.TCG);

        assertThat(command).contains("socket,id=qmp,path=/my data,,readonly=on/i-0a1b2c3d4e5f60718/qmp,server=on,wait=off",
                "/my data,readonly=on/i-0a1b2c3d4e5f60718/pid");
    }

    @Test
    void passesAPathWithQuotesInADiskUnharmed() {
        List<String> command = command(guest("web", KERNEL, List.of(volume(1, Path.of("/a\",\"driver\":\"x"), Disk.Format.RAW)), USER));

        assertThat(valueOf(command, "-blockdev")).contains("\"filename\":\"/a\\\",\\\"driver\\\":\\\"x\"");
    }

    @Test
    void passesAKernelCommandLineAsOneArgument() {
        BootSource hostile = new BootSource.Kernel(Path.of("/k"), Path.of("/i"), "-drive file=/etc/shadow,format=raw");

        List<String> command = command(guest("web", hostile, List.of(), USER));

        assertThat(valueOf(command, "-append")).isEqualTo("-drive file=/etc/shadow,format=raw");
        assertThat(command).doesNotContain("-drive");
    }

    @ParameterizedTest
    @ValueSource(strings = { "127.0.0.1 x", "::1", "localhost", "127.0.0.1,restrict=off", "" })
    void refusesToForwardFromWhatIsNoAddress(String address) {
        NetworkLink link = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(new Forward("tcp", address, 22, 22)), true,
                Path.of("/metadata"));

        assertThatThrownBy(() -> command(guest("web", KERNEL, List.of(), link))).isInstanceOfSatisfying(HypervisorException.class,
                e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.REFUSED));
    }

    @Test
    void connectsAgainToTheMetadataInTheWordsOfEachVersion() {
        GuestSpec guest = guest("web", KERNEL, List.of(), USER);

        assertThat(command(guest, Path.of("/data"), new QemuVersion(9, 1, 9), Accelerator.TCG)).anyMatch(argument -> argument.endsWith(",reconnect=1"));
        assertThat(command(guest, Path.of("/data"), new QemuVersion(9, 2, 0), Accelerator.TCG)).anyMatch(argument -> argument.endsWith(",reconnect-ms=1000"));
        assertThat(command(guest, Path.of("/data"), new QemuVersion(10, 0, 0), Accelerator.TCG)).anyMatch(argument -> argument.endsWith(",reconnect-ms=1000"));
    }

    @Test
    void joinsAGuestToATapDeviceWithoutRunningAScript() {
        List<String> command = command(guest("web", KERNEL, List.of(), new NetworkLink.Tap("02:4b:4d:1f:10:00", "kumiki0")));

        assertThat(valueOf(command, "-netdev")).isEqualTo("tap,id=net,ifname=kumiki0,script=no,downscript=no");
    }

    @Test
    void refusesMoreVolumesThanThereAreSlots() {
        List<GuestDisk> many = IntStream.rangeClosed(1, 13).mapToObj(i -> volume(i, Path.of("/v" + i), Disk.Format.RAW)).toList();

        assertThatThrownBy(() -> command(guest("web", KERNEL, many, USER))).isInstanceOfSatisfying(HypervisorException.class,
                e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.UNSUPPORTED));
    }

    @Test
    void refusesToBootFromADiskThatIsNotThere() {
        assertThatThrownBy(() -> command(guest("web", new BootSource.Firmware(), List.of(), USER))).isInstanceOfSatisfying(
                HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.UNSUPPORTED));
    }

    @Test
    void refusesToBootFromNothing() {
        assertThatThrownBy(() -> command(guest("web", new BootSource.Nothing(), List.of(), USER))).isInstanceOfSatisfying(HypervisorException.class,
                e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.UNSUPPORTED));
    }

    @Test
    void saysThatADirectoryIsTooDeepForASocket() {
        GuestFiles tooDeep = GuestFiles.of(Path.of("/" + "d".repeat(83)), GUEST);
        GuestFiles deep = GuestFiles.of(Path.of("/" + "d".repeat(82)), GUEST);

        assertThatThrownBy(tooDeep::requireRoomForSocket).hasMessageContaining("too long by 1 bytes");
        assertThatNoException().isThrownBy(deep::requireRoomForSocket);
        assertThat(deep.qmp().toString()).hasSize(107);
    }

    @Test
    void givesEachGuestASerialNumberOfItsOwnInTheMannerOfEc2() {
        assertThat(QemuCommand.serial(GUEST)).matches("ec2[0-9a-f]{5}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").isEqualTo(QemuCommand.serial(GUEST))
                .isNotEqualTo(QemuCommand.serial(new InstanceId("i-0a1b2c3d4e5f60719")));
    }
}
