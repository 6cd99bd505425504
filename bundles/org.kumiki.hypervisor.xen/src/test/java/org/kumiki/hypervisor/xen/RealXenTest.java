package org.kumiki.hypervisor.xen;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.Disk;
import org.kumiki.testing.guest.BootSector;

/** The driver with one real hypervisor. */
@Tag("guest")
class RealXenTest {

    private static final HostId HOST = new HostId("xen1");
    private static final InstanceId GUEST = new InstanceId("i-0123456789abcdef0");

    private static final VolumeId VOLUME = new VolumeId("vol-0123456789abcdef1");
    /** How many programs show disks. */
    private static final String DAEMONS = "pidof qemu-storage-daemon | wc -w";

    private XenMachine machine;
    private XenHypervisor driver;

    @BeforeEach
    void begin() throws Exception {
        machine = XenMachine.number(1);
        driver = driver(Guests.SETTINGS);
    }

    private XenHypervisor driver(XenSettings settings) {
        XenHypervisor made = new XenHypervisor(settings);
        made.addNode(machine.node());
        return made;
    }

    @AfterEach
    void end() {
        if (driver != null) {
            driver.hosts().forEach(host -> host.guests().keySet().forEach(guest -> driver.destroy(host.host(), guest)));
            driver.stop();
        }
    }

    private String console() {
        return driver.console(HOST, GUEST).text();
    }

    private void awaitStarts(int times) throws InterruptedException {
        Guests.until(() -> console().split(Guests.ready(GUEST), -1).length > times, this::console);
    }

    private Map<InstanceId, GuestState> states() {
        return driver.hosts().get(0).guests();
    }

    @Test
    void aGuestIsStartedFoundAgainRestartedAndAskedToEnd() throws Exception {
        driver.start(HOST, Guests.spec(GUEST, "web"));
        awaitStarts(1);
        driver.stop();
        driver = driver(Guests.SETTINGS);
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));

        driver.reboot(HOST, GUEST);
        awaitStarts(2);

        driver.stop(HOST, GUEST, false);
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        assertThat(console()).doesNotContain("Kernel panic");

        driver.destroy(HOST, GUEST);
        assertThat(states()).isEmpty();
    }

    /** Of the other type, which the processor helps. */
    @Test
    void aGuestHasItsDiskAndTheInterfaceOfItsLink() throws Exception {
        driver.stop();
        driver = driver(Guests.settings(GuestType.PVH));
        machine.shell("truncate -s 8M /var/lib/disk.raw; ip tuntap add dev kt-7 mode tap; ip link set kt-7 master br0");
        machine.shell("ip address replace 10.78.0.1/24 dev br0");
        GuestDisk disk = new GuestDisk(new VolumeId("vol-0123456789abcdef0"), new Disk(Path.of("/var/lib/disk.raw"), Disk.Format.RAW, 8), "/dev/sda");
        GuestSpec plain = Guests.spec(GUEST, "db", "kumiki.address=10.78.0.2");

        driver.start(HOST, new GuestSpec(GUEST, "db", plain.resources(), plain.boot(), Optional.of(disk), List.of(),
                new NetworkLink.Tap("02:4b:4d:00:00:02", "kt-7")));
        awaitStarts(1);

        assertThat(console()).contains("disk xvda 16384 ro=0");
        assertThat(machine.shell("ip -o link show dev kt-7")).contains("master br0");
        assertThat(machine.shell("ping -c 1 -W 20 10.78.0.2")).contains("1 packets received");
        assertThat(machine.shell("xl list -l \"$1\"", GUEST.value())).contains("\"type\": \"pvh\"", "\"max_memkb\": " + (Guests.MEMORY_MIB << 10));
        driver.stop(HOST, GUEST, true);
        assertThat(machine.shell("dd if=/var/lib/disk.raw bs=512 skip=1 count=1 2>/dev/null | tr -d '\\0'")).isEqualTo("written by guest");
    }

    /** A whole machine, whose disk is what its guest wrote over an image. */
    @Test
    void aGuestBootsFromADiskThatLiesOverAnImage() throws Exception {
        Disk image = Guests.root(GUEST, machine);
        machine.shell("qemu-img create -q -f qcow2 /var/lib/root.qcow2 1M");
        Disk root = new Disk(Path.of("/var/lib/root.qcow2"), Disk.Format.QCOW2, 1, Optional.of(image));
        machine.shell("ip tuntap add dev kt-8 mode tap; ip link set kt-8 master br0");

        driver.start(HOST, Guests.pc(GUEST, root, new NetworkLink.Tap("02:4b:4d:00:00:03", "kt-8")));
        awaitStarts(1);

        assertThat(machine.shell("xl list -l \"$1\"", GUEST.value())).contains("\"type\": \"hvm\"");
        // Of another interface the rules of the bridge would not know.
        assertThat(machine.shell("ls /sys/class/net/br0/brif").lines()).containsExactly("kt-8");
        assertThat(machine.shell(DAEMONS).strip()).isEqualTo("1");
        driver.stop(HOST, GUEST, false);
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        assertThat(machine.shell(DAEMONS).strip()).isEqualTo("0");
        assertThat(machine.shell("dd if=" + image.file() + " bs=512 skip=1 count=1 2>/dev/null | tr -d '\\0'")).isEmpty();
    }

    @Test
    void aVolumeComesAndGoesWithWhatWasWrittenOnIt() throws Exception {
        machine.shell("qemu-img create -q -f qcow2 /var/lib/volume.qcow2 8M");
        GuestDisk volume = new GuestDisk(VOLUME, new Disk(Path.of("/var/lib/volume.qcow2"), Disk.Format.QCOW2, 8), "/dev/sdf");
        driver.start(HOST, Guests.spec(GUEST, "db"));
        awaitStarts(1);

        driver.attach(HOST, GUEST, volume);
        Guests.until(() -> console().contains("disk xvdb 16384 ro=0"), this::console);
        driver.detach(HOST, GUEST, VOLUME);
        Guests.until(() -> console().contains("disk xvdb is gone"), this::console);

        assertThat(machine.shell("qemu-img convert -O raw /var/lib/volume.qcow2 /var/lib/content; dd if=/var/lib/content bs=512 skip=1 count=1"
                + " 2>/dev/null | tr -d '\\0'; rm /var/lib/content")).isEqualTo("written by guest");
    }

    /** An operator may do that beside the driver, which then sees that the guest is off and on again. */
    @Test
    void aGuestIsSavedAndRestored() throws Exception {
        isSavedAndRestored(Guests.spec(GUEST, "web"));
    }

    @Test
    void aPvhGuestIsSavedAndRestored() throws Exception {
        driver.stop();
        driver = driver(Guests.settings(GuestType.PVH));

        isSavedAndRestored(Guests.spec(GUEST, "web"));
    }

    /** With its devices. */
    @Test
    void aPcIsSavedAndRestored() throws Exception {
        isSavedAndRestored(Guests.pc(GUEST, Guests.root(GUEST, machine), new NetworkLink.None("02:4b:4d:00:00:04")));
        assertThat(console()).as("it heard its power button").contains(BootSector.off(GUEST));
    }

    private void isSavedAndRestored(GuestSpec guest) throws Exception {
        driver.start(HOST, guest);
        awaitStarts(1);

        machine.shell("xl save \"$1\" /var/lib/saved", GUEST.value());
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.STOPPED));

        machine.shell("xl restore /var/lib/saved && rm /var/lib/saved");
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        driver.stop(HOST, GUEST, false);
        assertThat(states()).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        assertThat(console().split(Guests.ready(GUEST), -1)).as("it went on, and did not start anew").hasSize(2);
    }
}
