package org.kumiki.image.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.image.adapt.FstabTest.ROOT;
import static org.kumiki.image.adapt.FstabTest.SDA;
import static org.kumiki.image.adapt.FstabTest.SWAP;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.image.adapt.BootLoader.Kind;

class BootLoaderTest {

    private static final String CONSOLES = " console=tty0 console=ttyS0,115200 no_timer_check";

    @ParameterizedTest
    @CsvSource({"GRUB_CFG, '\tlinux\t/boot/vmlinuz-6.1'", "GRUB_CFG, '  linux16 /vmlinuz'", "GRUB_CFG, '  linuxefi /vmlinuz'", "SYSLINUX, '  APPEND'", "SYSLINUX, append", "ENTRY, options"})
    void tellsKernelsWhereTheirRootIs(Kind kind, String before) {
        Fstab.Changed changed = BootLoader.change("# first\n" + before + " root=/dev/sda1 ro resume=/dev/sda5 quiet\nlast\n", kind, SDA);

        assertThat(changed.text()).isEqualTo("# first\n" + before + " root=UUID=" + ROOT + " ro resume=UUID=" + SWAP + " quiet" + CONSOLES + "\nlast\n");
        assertThat(changed.changes()).hasSize(4);
        assertThat(BootLoader.root("x\n" + before + " ro root=/dev/sda1\n", kind)).contains("/dev/sda1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"GRUB_CMDLINE_LINUX=\"\"; GRUB_CMDLINE_LINUX=\"console=tty0 console=ttyS0,115200 no_timer_check\"",
            "GRUB_CMDLINE_LINUX=quiet; GRUB_CMDLINE_LINUX=\"quiet console=tty0 console=ttyS0,115200 no_timer_check\"",
            "GRUB_CMDLINE_LINUX='a b'; GRUB_CMDLINE_LINUX=\"a b console=tty0 console=ttyS0,115200 no_timer_check\"",
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"; GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"",
            "#GRUB_CMDLINE_LINUX=\"\"; #GRUB_CMDLINE_LINUX=\"\""})
    void changesWhatGrubsFileIsMadeOf(String before, String after) {
        assertThat(BootLoader.change(before + "\n", Kind.GRUB_DEFAULT, SDA).text()).isEqualTo(after + "\n");
    }

    @Test
    void leavesWhatItDoesNotKnow() {
        String text = "\tlinux /boot/vmlinuz root=/dev/mapper/vg-root ro console=ttyS0,9600 no_timer_check\n\tinitrd /boot/initrd.img\nset root='hd0,msdos1'\n";

        assertThat(BootLoader.change(text, Kind.GRUB_CFG, SDA).changes()).isEmpty();
        assertThat(BootLoader.change(text, Kind.GRUB_CFG, SDA).text()).isEqualTo(text);
    }

    @Test
    void changesNothingTheSecondTime() {
        String once = BootLoader.change("\tlinux /boot/vmlinuz root=/dev/sda1\n", Kind.GRUB_CFG, SDA).text();

        assertThat(BootLoader.change(once, Kind.GRUB_CFG, SDA).changes()).isEmpty();
        assertThat(BootLoader.change(once, Kind.GRUB_CFG, SDA).text()).isEqualTo(once);
    }
}
