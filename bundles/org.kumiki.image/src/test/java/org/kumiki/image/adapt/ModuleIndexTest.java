package org.kumiki.image.adapt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class ModuleIndexTest {

    private static final ModuleIndex INDEX = new ModuleIndex("""
            kernel/drivers/virtio/virtio_pci.ko.xz: kernel/drivers/virtio/virtio-ring.ko.xz kernel/drivers/virtio/virtio.ko.xz
            kernel/drivers/virtio/virtio-ring.ko.xz: kernel/drivers/virtio/virtio.ko.xz
            kernel/drivers/virtio/virtio.ko.xz:
            kernel/a.ko: kernel/b.ko
            kernel/b.ko: kernel/a.ko
            """, "kernel/drivers/block/virtio_blk.ko\n");

    @Test
    void putsEachAfterThoseThatItNeeds() {
        assertThat(INDEX.load(List.of("virtio_pci", "virtio_blk"))).containsExactly("kernel/drivers/virtio/virtio.ko.xz",
                "kernel/drivers/virtio/virtio-ring.ko.xz", "kernel/drivers/virtio/virtio_pci.ko.xz");
    }

    @Test
    void knowsWhatIsThere() {
        assertThat(INDEX.isBuiltIn("virtio_blk")).isTrue();
        assertThat(INDEX.has("virtio_blk")).isTrue();
        assertThat(INDEX.has("virtio_ring")).isTrue();
        assertThat(INDEX.isBuiltIn("virtio_ring")).isFalse();
        assertThat(INDEX.has("virtio_net")).isFalse();
    }

    @Test
    void endsWhereModulesNeedEachOther() {
        assertThat(INDEX.load(List.of("a"))).containsExactlyInAnyOrder("kernel/a.ko", "kernel/b.ko");
    }
}
