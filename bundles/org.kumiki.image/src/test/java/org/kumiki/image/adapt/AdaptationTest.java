package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.image.Sandbox;
import org.kumiki.image.guest.CpioWriter;

class AdaptationTest {

    @TempDir
    Path work;

    private final Map<String, byte[]> files = new TreeMap<>();

    /** Files in memory. */
    private record Paper(Map<String, byte[]> files) implements Tree {

        @Override
        public Optional<byte[]> read(String path, int limit) {
            return Optional.ofNullable(files.get(path));
        }

        @Override
        public List<String> list(String path) {
            return files.keySet().stream().filter(name -> name.startsWith(path + "/")).map(name -> name.substring(path.length() + 1).split("/")[0]).distinct().toList();
        }
    }

    private void put(String path, String text) {
        files.put(path, text.getBytes(ISO_8859_1));
    }

    private void debian() throws IOException {
        put("/etc/fstab", "/dev/sda1 / ext4 defaults 0 1\n");
        put("/boot/grub/grub.cfg", "\tlinux /boot/vmlinuz-6.1 root=/dev/sda1 ro\n");
        put("/etc/network/interfaces", "auto ens3\niface ens3 inet static\n address 192.0.2.7/24\n");
        put("/etc/udev/rules.d/70-persistent-net.rules", "x");
        put("/etc/initramfs-tools/modules", "ata_piix");
        put("/lib/modules/6.1/modules.dep", "kernel/virtio.ko:\nkernel/virtio_pci.ko: kernel/virtio.ko\nkernel/virtio_blk.ko: kernel/virtio.ko\n");
        put("/lib/modules/6.1/kernel/virtio.ko", "one");
        put("/lib/modules/6.1/kernel/virtio_pci.ko", "two");
        put("/lib/modules/6.1/kernel/virtio_blk.ko", "three");
        put("/sbin/dhclient", "");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioWriter out = new CpioWriter(bytes)) {
            out.file("init", 0755, 0, 0, "first".getBytes(ISO_8859_1));
            out.file("bin/sh", 0755, 0, 0, new byte[1]);
            out.file("sbin/insmod", 0755, 0, 0, new byte[1]);
        }
        files.put("/boot/initrd.img-6.1", bytes.toByteArray());
    }

    private Adaptation.Plan plan() throws IOException {
        return Adaptation.plan(new Paper(files), new Devices(Optional.empty(), FstabTest.PARTS), new Adaptation.Unpacker() {

            @Override
            public Initramfs read(byte[] image) throws IOException {
                return Initramfs.read(image, new Sandbox(1 << 20), work);
            }

            @Override
            public byte[] module(String path, byte[] content) {
                return content;
            }
        });
    }

    private void carryOut(Adaptation.Plan plan) {
        plan.edits().forEach(edit -> {
            if (edit.content().isPresent()) {
                files.put(edit.path(), edit.content().get());
            } else {
                files.remove(edit.path());
            }
        });
    }

    @Test
    void decidesWhatMustBeOtherOnADebian() throws IOException {
        debian();

        Adaptation.Plan plan = plan();

        assertThat(plan.edits()).extracting(Edit::path).containsExactly("/etc/fstab", "/boot/grub/grub.cfg", "/boot/initrd.img-6.1", "/etc/initramfs-tools/modules",
                "/etc/network/interfaces", "/etc/systemd/network/10-kumiki.link", "/etc/udev/rules.d/70-persistent-net.rules");
        assertThat(plan.edits().get(2).why()).contains("virtio, virtio_pci, virtio_blk");
        assertThat(plan.notes()).isEmpty();
        carryOut(plan);
        assertThat(new String(files.get("/etc/initramfs-tools/modules"), ISO_8859_1)).isEqualTo("ata_piix\nvirtio_pci\nvirtio_blk\nvirtio_net\nvirtio_scsi\n");
        assertThat(new String(files.get("/etc/systemd/network/10-kumiki.link"), ISO_8859_1)).contains("Driver=virtio_net").contains("Name=ens3");
    }

    @Test
    void findsNothingToDoTheSecondTime() throws IOException {
        debian();
        carryOut(plan());

        assertThat(plan().edits()).extracting(Edit::path).containsExactly("/etc/systemd/network/10-kumiki.link");
    }

    @Test
    void addsNoDriverThatIsThere() throws IOException {
        debian();
        put("/lib/modules/6.1/modules.builtin", "kernel/drivers/virtio/virtio_pci.ko\nkernel/drivers/block/virtio_blk.ko\n");

        assertThat(plan().edits()).extracting(Edit::path).doesNotContain("/boot/initrd.img-6.1");
    }

    @Test
    void saysWhatItCannotHelp() throws IOException {
        debian();
        put("/lib/modules/6.1/modules.dep", "");
        files.remove("/boot/grub/grub.cfg");
        files.remove("/sbin/dhclient");

        assertThat(plan().notes()).anySatisfy(note -> assertThat(note).contains("has no driver virtio_pci, virtio_blk"))
                .anySatisfy(note -> assertThat(note).contains("no boot loader"))
                .anySatisfy(note -> assertThat(note).contains("no DHCP client"));
    }

    @Test
    void keepsEveryByteOfWhatItDoesNotChange() throws IOException {
        debian();
        put("/etc/fstab", "# gr\u00fc\u00dfe\n/dev/sda1 / ext4 defaults 0 1\n");

        carryOut(plan());

        assertThat(new String(files.get("/etc/fstab"), ISO_8859_1)).startsWith("# gr\u00fc\u00dfe\n");
    }

    @Test
    void seesToOtherDistributions() throws IOException {
        put("/etc/fstab", "UUID=" + FstabTest.ROOT + " / ext4 defaults 0 1\n");
        put("/boot/loader/entries/one.conf", "title x\noptions root=UUID=" + FstabTest.ROOT + " ro\n");
        put("/etc/dracut.conf.d/x.conf", "");
        put("/etc/netplan/50-cloud.yaml", "");
        put("/etc/selinux/config", "# x\nSELINUX=enforcing\n");

        assertThat(plan().edits()).extracting(Edit::path).containsExactly("/boot/loader/entries/one.conf", "/etc/dracut.conf.d/kumiki.conf",
                "/etc/netplan/99-kumiki.yaml", "/.autorelabel");
    }
}
