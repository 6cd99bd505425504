package org.kumiki.hypervisor.vsphere;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VmdkTest {

    @Test
    void saysHowManySectorsThereAreAndWhere() {
        assertThat(Vmdk.descriptor("debian-flat.vmdk", 2L << 30)).contains("createType=\"vmfs\"", "RW 4194304 VMFS \"debian-flat.vmdk\"",
                "ddb.geometry.cylinders = \"261\"");
    }

    @Test
    void theSmallestDiskHasACylinder() {
        assertThat(Vmdk.descriptor("a-flat.vmdk", 512)).contains("RW 1 VMFS", "cylinders = \"1\"");
    }
}
