package org.kumiki.image.p2v;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kumiki.image.p2v.SourceLayout.Row;

class SourceLayoutTest {

    private static final SourceLayout SDA = SourceLayout.parse("""
            NAME="/dev/sda" TYPE="disk" FSTYPE="" UUID="" SIZE="522190848" MOUNTPOINT=""
            NAME="/dev/sda1" TYPE="part" FSTYPE="ext4" UUID="9d32" SIZE="503316480" MOUNTPOINT="/"
            NAME="/dev/sda2" TYPE="part" FSTYPE="swap" UUID="6f51" SIZE="16777216" MOUNTPOINT="[SWAP]"
            NAME="/dev/sda3" TYPE="part" FSTYPE="LVM2_member" UUID="x" SIZE="1" MOUNTPOINT=""
            NAME="/dev/mapper/vg-var" TYPE="lvm" FSTYPE="xfs" UUID="y" SIZE="1" MOUNTPOINT="/var"
            NAME="/dev/mapper/vg-log" TYPE="lvm" FSTYPE="xfs" UUID="z" SIZE="1" MOUNTPOINT="/var/a\\x20\\xc3\\xbc\\x22"
            """);

    @Test
    void readsWhatIsOnADisk() {
        assertThat(SDA.rows().get(1)).isEqualTo(new Row("/dev/sda1", "part", "ext4", "9d32", 503_316_480, "/"));
        assertThat(SDA.isLogicalVolume()).isFalse();
        assertThat(SDA.hasRoot()).isTrue();
    }

    @Test
    void stopsFileSystemsThatAreInOthersFirst() {
        assertThat(SDA.mounts()).containsExactly("/var/a \u00fc\"", "/var", "/");
    }

    @Test
    void knowsAVolumeOfLvm() {
        assertThat(SourceLayout.parse("NAME=\"/dev/mapper/vg-root\" TYPE=\"lvm\" SIZE=\"7\" MOUNTPOINT=\"\"").isLogicalVolume()).isTrue();
        assertThat(SourceLayout.parse("").rows()).isEmpty();
        assertThat(SourceLayout.parse("NAME=\"/dev/sda\" SIZE=\"-1\"\nnonsense\n").rows()).isEmpty();
    }
}
