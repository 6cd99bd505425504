package org.kumiki.hypervisor.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kumiki.hypervisor.lxc.RootDisk.Partition;

class RootDiskTest {

    @Test
    void readsWhereThePartitionsOfADiskAre() {
        assertThat(RootDisk.partitions("2048 983040\n985088 32768\n")).containsExactly(new Partition(1 << 20, 480L << 20), new Partition(985_088L * 512, 16 << 20));
    }

    @Test
    void takesNothingElseForOne() {
        assertThat(RootDisk.partitions("")).isEmpty();
        assertThat(RootDisk.partitions("START SECTORS\n-1 7\n1,offset=2 3\n1 2 3\n")).isEmpty();
    }
}
