package org.kumiki.hypervisor.uml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

import com.fasterxml.jackson.databind.ObjectMapper;

class MachineTest {

    private static final InstanceId GUEST = new InstanceId("i-0c1b2c3d4e5f60718");
    private static final Forward SSH = new Forward("tcp", "127.80.16.1", 22, 22);
    private static final Forward DNS = new Forward("udp", "127.80.16.1", 20_053, 53);
    private static final Machine MACHINE = new Machine(false, Path.of("/usr/bin/linux.uml"), List.of(Path.of("/lib/libc.so.6")), "qemu");
    private static final GuestFiles FILES = new GuestFiles(Path.of("/data, of/guests/i-0"));
    private static final Disk BASE = new Disk(Path.of("/b,a\"s e"), Disk.Format.RAW, 64);

    private static NetworkLink.User user(boolean outbound, Forward... forwards) {
        return new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(forwards), outbound, Path.of("/m,n"));
    }

    private static GuestDisk disk(int number) {
        Disk disk = new Disk(Path.of("/v" + number), Disk.Format.QCOW2, 64, Optional.of(BASE));
        return new GuestDisk(new VolumeId("vol-0000000" + number), disk, "/dev/sdf");
    }

    private static GuestSpec guest(NetworkLink link, Optional<GuestDisk> root, GuestDisk... disks) {
        return new GuestSpec(GUEST, "--evil\nubd5=/etc/shadow", new Resources(1, 128, 1024, 10),
                new BootSource.Kernel(Path.of("/k"), Path.of("/i"), "console=ttyS0 hostfs=/"), root, List.of(disks), link);
    }

    private static List<String> keeper(GuestSpec guest) {
        return MACHINE.keeper(guest, FILES, Path.of("/initrds/1"));
    }

    @Test
    void lockedUpItSeesWhatIsItsOwn() {
        List<String> command = keeper(guest(user(true), Optional.of(disk(0)), disk(1)));

        assertThat(command).containsSubsequence("unshare", "--mount", "--user", "perl", FILES.directory().toString(), "qemu-storage-daemon", "--", "qemu", "--",
                "bwrap", "--unshare-all", "--cap-drop", "ALL", "--ro-bind", "/initrds/1", "/initrd", "/linux", "mem=128M", "initrd=/initrd",
                "ubd0=/disks/ubd0", "ubd1=/disks/ubd1", "vec0:transport=bess,dst=/machine/net,mac=02:4b:4d:1f:10:00");
        assertThat(command).noneMatch(argument -> argument.contains("evil") || argument.contains("ttyS0") || argument.contains("hostfs"));
        assertThat(command.subList(command.lastIndexOf("/linux"), command.size())).noneMatch(argument -> argument.contains("data"));
    }

    @Test
    void isKeptByRootWhereThatMayBindEveryPort() {
        Machine machine = new Machine(true, MACHINE.program(), MACHINE.libraries(), MACHINE.network());

        List<String> command = machine.keeper(guest(user(true), Optional.empty()), FILES, Path.of("/initrds/1"));

        assertThat(command.subList(0, command.indexOf("perl"))).containsExactly("unshare", "--mount", "--propagation", "shared");
        assertThat(command).containsSubsequence("bwrap", "--unshare-user", "--cap-drop", "ALL");
    }

    @Test
    void hasNoInterfaceWithoutALink() {
        assertThat(keeper(guest(new NetworkLink.None("02:4b:4d:1f:10:00"), Optional.empty())))
                .noneMatch(argument -> argument.startsWith("vec0") || argument.equals("qemu"));
    }

    @Test
    void namesEveryFileOfADiskWithItsFormat() {
        assertThat(Drives.open(disk(1))).hasToString("{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/v1\"},\"backing\":"
                + "{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"/b,a\\\"s e\"},\"read-only\":true},"
                + "\"node-name\":\"vol-00000001\",\"discard\":\"unmap\"}");
        assertThat(Drives.show(disk(1), "ubd3").toString()).contains("\"type\":\"fuse\"", "\"mountpoint\":\"disks/ubd3\"");
    }

    @Test
    void takesAsManyDisksAsItsKernelHasNamesFor() {
        GuestDisk[] many = IntStream.range(0, 16).mapToObj(MachineTest::disk).toArray(GuestDisk[]::new);

        GuestDisk[] fewer = Arrays.copyOf(many, 15);

        assertThat(Drives.of(guest(user(true), Optional.of(disk(0)), fewer))).hasSize(16).containsKeys("ubd0", "ubd1", "ubd15");
        assertThat(Drives.of(guest(user(true), Optional.empty(), fewer))).hasSize(15).containsKeys("ubd1", "ubd15");
        assertThatThrownBy(() -> Drives.of(guest(user(true), Optional.empty(), many)))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
    }

    @Test
    void givesADiskTheFirstNameThatIsFree() throws IOException {
        List<Drives.Shown> shown = Drives.shown(new ObjectMapper().readTree(
                "[{\"node-name\":\"vol-00000001\",\"shutting-down\":false,\"type\":\"fuse\",\"id\":\"ubd1\"},"
                        + "{\"node-name\":\"vol-2\",\"id\":\"ubd3\"}]"));

        assertThat(Drives.free(shown)).isEqualTo("ubd2");
        assertThat(Drives.find(shown, new VolumeId("vol-00000001"))).contains(new Drives.Shown("ubd1", "vol-00000001"));
        assertThat(Drives.find(shown, new VolumeId("vol-00000002"))).isEmpty();
    }

    @Test
    void joinsAGuestToTheWorldAsItMay() {
        assertThat(Wire.command("qemu", user(false, SSH, DNS))).containsSubsequence("-sandbox", "socket,id=metadata,path=/m,,n,reconnect=1",
                "user,id=net,ipv6=off,net=168.0.0.0/5,dhcpstart=172.31.16.0,restrict=on,guestfwd=tcp:169.254.169.254:80-chardev:metadata"
                        + ",hostfwd=tcp:127.80.16.1:22-172.31.16.0:22,hostfwd=udp:127.80.16.1:20053-172.31.16.0:53",
                "dgram,id=line,local.type=fd,local.str=LINE", "hubport,id=near,hubid=0,netdev=line");
        assertThat(Wire.command("qemu", user(true)).toString()).contains("restrict=off");
        assertThat(Wire.command("qemu", new NetworkLink.Tap("02:4b:4d:1f:10:00", "kt-1"))).contains("tap,id=net,ifname=kt-1,script=no,downscript=no");
    }

    @Test
    void changesOnlyForwardsThatAreOtherwise() {
        List<Forward> present = Wire.present("""
                Hub 0 (net):
                  Protocol[State]    Fd  Source Address  Port   Dest. Address  Port RecvQ SendQ
                  TCP[HOST_FORWARD]  12     127.80.16.1    22     172.31.16.0    22     0     0
                  TCP[HOST_FORWARD]  13     127.80.16.1    80     172.31.16.0    80     0     0
                  TCP[ESTABLISHED]   14     127.80.16.1    22     172.31.16.0    22     0     0
                """);

        assertThat(present).containsExactly(SSH, new Forward("tcp", "127.80.16.1", 80, 80));
        assertThat(Wire.changes(user(true, SSH, DNS), present)).containsExactly("hostfwd_remove net tcp:127.80.16.1:80",
                "hostfwd_add net udp:127.80.16.1:20053-172.31.16.0:53");
    }

    @ParameterizedTest
    @CsvSource({ "'02:4b:4d:1f:10:00,x=y', 168.0.0.0/5, 172.31.16.0", "02:4b:4d:1f:10:00, '168.0.0.0/5,restrict=off', 172.31.16.0",
            "02:4b:4d:1f:10:00, 168.0.0.0/5, '172.31.16.0,smb=/'" })
    void refusesWhatIsNoAddress(String mac, String cidr, String address) {
        NetworkLink.User link = new NetworkLink.User(mac, cidr, address, List.of(), true, Path.of("/m"));

        assertThatThrownBy(() -> Wire.command("qemu", link))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
    }

    @Test
    void refusesWhatCannotBeForwardedAndWhatIsNoDevice() {
        assertThatThrownBy(() -> Wire.changes(user(true, new Forward("tcp quit", "127.0.0.1", 1, 1)), List.of()))
                .isInstanceOf(HypervisorException.class);
        assertThatThrownBy(() -> Wire.changes(user(true, new Forward("tcp", "::1", 1, 1)), List.of())).isInstanceOf(HypervisorException.class);
        assertThatThrownBy(() -> Wire.command("qemu", new NetworkLink.Tap("02:4b:4d:1f:10:00", "t,script=/x")))
                .isInstanceOf(HypervisorException.class);
    }

    @Test
    void passesOnWhatAProgramRefuses() throws IOException {
        assertThat(Controls.value("s", "{\"return\": \"yes\"}").asText()).isEqualTo("yes");
        assertThatThrownBy(() -> Controls.value("s", "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such file\"}}"))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
                .hasMessage("s: no such file");
        assertThatThrownBy(() -> Controls.value("s", "no")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Controls.value("s", "[]")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Controls.value("s", "")).isInstanceOf(IOException.class);
    }
}
