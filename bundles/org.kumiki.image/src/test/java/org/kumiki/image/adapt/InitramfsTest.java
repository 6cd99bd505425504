package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.image.Program;
import org.kumiki.image.Sandbox;
import org.kumiki.image.adapt.CpioReader.Entry;
import org.kumiki.image.adapt.Initramfs.Module;
import org.kumiki.image.guest.CpioWriter;

class InitramfsTest {

    private static final Sandbox SANDBOX = new Sandbox(1 << 24);
    private static final List<Module> MODULES = List.of(new Module("virtio", new byte[] {1, 2, 3}), new Module("virtio_blk", new byte[] {4}));

    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "zstd"})
    void addsDriversAfterWhatIsThere(String packer) throws IOException {
        byte[] image = concat(archive(Map.of("kernel/x86/microcode/x.bin", "microcode")), new byte[512], packed(packer, system("#!/bin/sh\nexec run-init\n")));
        Initramfs before = Initramfs.read(image, SANDBOX, work);

        byte[] appended = before.with(MODULES);

        assertThat(before.has("virtio_blk")).isFalse();
        assertThat(before.has("sd_mod")).isTrue();
        assertThat(before.isChanged()).isFalse();
        List<Entry> added = CpioReader.read(new ByteArrayInputStream(appended), Set.of("init", "kumiki/init", "kumiki/virtio.ko"));
        assertThat(added).extracting(Entry::name).containsExactly("kumiki", "kumiki/insmod", "kumiki/virtio.ko", "kumiki/virtio_blk.ko", "kumiki/init", "init");
        assertThat(text(added, "init")).startsWith("#!/bin/sh\n").contains("for module in virtio virtio_blk; do").endsWith("exec /kumiki/init \"$@\"\n");
        assertThat(text(added, "kumiki/init")).isEqualTo("#!/bin/sh\nexec run-init\n");
        assertThat(text(added, "kumiki/insmod")).isEqualTo("/bin/kmod");
    }

    @Test
    void becomesALinkWhereTheFirstProgramIsOne() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioWriter out = new CpioWriter(bytes)) {
            out.link("init", "usr/lib/systemd/systemd");
            out.file("usr/bin/sh", 0755, 0, 0, new byte[1]);
            out.file("usr/sbin/insmod", 0755, 0, 0, new byte[1]);
        }

        byte[] appended = Initramfs.read(bytes.toByteArray(), SANDBOX, work).with(MODULES);

        assertThat(text(CpioReader.read(new ByteArrayInputStream(appended), Set.of()), "kumiki/init")).isEqualTo("/usr/lib/systemd/systemd");
    }

    @Test
    void seesWhatItDidBefore() throws IOException {
        byte[] image = system("#!/bin/sh\n");

        byte[] whole = concat(image, Initramfs.read(image, SANDBOX, work).with(MODULES));

        Initramfs after = Initramfs.read(whole, SANDBOX, work);
        assertThat(after.isChanged()).isTrue();
        assertThat(after.has("virtio_blk")).isTrue();
    }

    @Test
    void saysWhatLacks() throws IOException {
        assertThatThrownBy(() -> Initramfs.read(archive(Map.of("bin/sh", "", "sbin/insmod", "")), SANDBOX, work).with(MODULES)).hasMessageContaining("/init");
        assertThatThrownBy(() -> Initramfs.read(archive(Map.of("init", "")), SANDBOX, work).with(MODULES)).hasMessageContaining("shell");
        assertThatThrownBy(() -> Initramfs.read(archive(Map.of("init", "", "bin/sh", "")), SANDBOX, work).with(MODULES)).hasMessageContaining("program");
        assertThatThrownBy(() -> Initramfs.read("something else".getBytes(UTF_8), SANDBOX, work)).hasMessageContaining("unknown");
    }

    @Test
    void boundsWhatABombUnpacksTo() throws IOException {
        byte[] bomb = packed("gzip", new byte[64 << 20]);

        assertThat(bomb).hasSizeLessThan(1 << 20);
        assertThatThrownBy(() -> Initramfs.read(bomb, SANDBOX, work)).isInstanceOf(IOException.class);
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void survivesDamagedArchives() throws IOException {
        byte[] good = system("#!/bin/sh\n");
        Random random = new Random(7);
        int answers = 0;
        for (int round = 0; round < 500; round++) {
            byte[] mutant = random.nextInt(3) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            for (int change = 0; change < 3 && mutant.length > 0; change++) {
                mutant[random.nextInt(mutant.length)] = (byte) "0123456789abcdefz".charAt(random.nextInt(17));
            }
            try {
                CpioReader.read(new ByteArrayInputStream(mutant), Set.of("init"));
                answers++;
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
        assertThat(answers).isPositive();
    }

    private static byte[] system(String init) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioWriter out = new CpioWriter(bytes)) {
            out.link("bin", "usr/bin");
            out.file("usr/bin/sh", 0755, 0, 0, new byte[1]);
            out.file("usr/bin/kmod", 0755, 0, 0, new byte[1]);
            out.file("lib/modules/6.1/kernel/drivers/scsi/sd_mod.ko.zst", 0644, 0, 0, new byte[9]);
            out.file("init", 0755, 0, 0, init.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] archive(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioWriter out = new CpioWriter(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                out.file(file.getKey(), 0755, 0, 0, file.getValue().getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private byte[] packed(String packer, byte[] plain) throws IOException {
        Path input = Files.write(work.resolve("plain"), plain);
        try {
            return Program.run(List.of(packer, "-c"), work, Optional.of(input), Duration.ofMinutes(1));
        } finally {
            Files.delete(input);
        }
    }

    private static String text(List<Entry> entries, String name) {
        return new String(entries.stream().filter(entry -> entry.name().equals(name)).findFirst().orElseThrow().content(), UTF_8);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(whole::writeBytes);
        return whole.toByteArray();
    }
}
