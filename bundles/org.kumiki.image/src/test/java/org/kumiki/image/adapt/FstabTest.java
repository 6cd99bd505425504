package org.kumiki.image.adapt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.image.adapt.Part.Content;

class FstabTest {

    static final String ROOT = "11111111-2222-3333-4444-555555555555";
    static final String SWAP = "66666666-7777-8888-9999-000000000000";
    static final List<Part> PARTS = List.of(new Part(1, 1 << 20, 1 << 30, Content.EXT, ROOT), new Part(5, 2L << 30, 1 << 20, Content.SWAP, SWAP));
    static final Devices SDA = new Devices(Optional.of("/dev/sda"), PARTS);

    @ParameterizedTest
    @CsvSource({"/dev/sda, /dev/sda1", "/dev/hda, /dev/hda1", "/dev/nvme0n1, /dev/nvme0n1p1", "/dev/mmcblk0, /dev/mmcblk0p1",
            "/dev/disk/by-path/pci-0000:00:1f.2-ata-1, /dev/disk/by-path/pci-0000:00:1f.2-ata-1-part1"})
    void callsPartitionsByWhatIsOnThem(String disk, String partition) {
        Fstab.Changed changed = Fstab.change(partition + "\t/\text4\terrors=remount-ro 0 1\n", new Devices(Optional.of(disk), PARTS));

        assertThat(changed.text()).isEqualTo("UUID=" + ROOT + " / ext4 errors=remount-ro 0 1\n");
        assertThat(changed.changes()).containsExactly(partition + " is UUID=" + ROOT);
    }

    @Test
    void findsOutWhatTheDiskWasCalled() {
        Devices devices = new Devices(Optional.empty(), PARTS).knowing("/dev/xvda1");

        assertThat(Fstab.change("/dev/xvda5 none swap sw\n", devices).text()).isEqualTo("UUID=" + SWAP + " none swap sw\n");
        assertThat(devices.knowing("/dev/sdb2").disk()).contains("/dev/xvda");
        assertThat(new Devices(Optional.empty(), PARTS).knowing("UUID=" + ROOT).disk()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UUID=" + ROOT + " / ext4 defaults 0 1", "UUID=\"" + ROOT + "\" / ext4 defaults 0 1", "LABEL=data /data ext4 defaults", "PARTUUID=12 /x xfs defaults",
            "# /dev/sda1 / ext4 defaults", "", "   ", "tmpfs /tmp tmpfs size=1G", "server:/home /home nfs defaults", "//server/a /a cifs guest",
            "/dev/fd0 /media/floppy0 auto rw,user,noauto 0 0", "/dev/sdb1 /b ext4 nofail 0 2", "garbage"})
    void leavesTheRestAlone(String line) {
        Fstab.Changed changed = Fstab.change(line + "\n", SDA);

        assertThat(changed.text()).isEqualTo(line + "\n");
        assertThat(changed.changes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/sdb1", "UUID=abcdef12-0000-0000-0000-000000000000", "/dev/mapper/data"})
    void doesNotWaitForDisksThatStayBehind(String device) {
        Fstab.Changed changed = Fstab.change(device + " /data xfs defaults 0 2\n", SDA);

        assertThat(changed.text()).isEqualTo(device + " /data xfs defaults,nofail,x-systemd.device-timeout=10s 0 2\n");
        assertThat(changed.changes()).singleElement().asString().contains("not on this disk");
    }

    @Test
    void changesNothingTheSecondTime() {
        String once = Fstab.change("/dev/sda1 / ext4 defaults\n/dev/sda5 none swap sw 0 0\n/dev/sdb1 /b ext4 defaults\n", SDA).text();

        assertThat(Fstab.change(once, SDA)).isEqualTo(new Fstab.Changed(once, List.of()));
    }
}
