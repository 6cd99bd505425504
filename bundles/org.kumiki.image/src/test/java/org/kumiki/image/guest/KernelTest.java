package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTest {

    @TempDir
    Path work;

    @Test
    void takesTheKernelOutOfWhatUnpacksItself() throws IOException {
        byte[] kernel = ElfBytes.kernel(true);

        assertThat(KernelImage.unpack(bzImage(gzip(kernel)), work)).hasValueSatisfying(unpacked -> assertThat(unpacked).isEqualTo(kernel));
        assertThat(KernelImage.unpack(bzImage(lz4(kernel)), work)).hasValueSatisfying(unpacked -> assertThat(unpacked).isEqualTo(kernel));
    }

    @Test
    void leavesAKernelAloneThatCannotBeEntered() throws IOException {
        assertThat(KernelImage.unpack(bzImage(gzip(ElfBytes.kernel(false))), work)).isEmpty();
        assertThat(KernelImage.unpack(bzImage(new byte[100]), work)).isEmpty();
        assertThat(KernelImage.unpack(new byte[5000], work)).isEmpty();
        assertThat(KernelImage.unpack(ElfBytes.kernel(true), work)).isEmpty();
    }

    @Test
    void readsTheLibrariesOfAProgram() {
        ByteBuffer dynamic = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN).putLong(1).putLong(1).putLong(5).putLong(99).putLong(1)
                .putLong(11);
        ElfFile program = ElfFile.of(ElfBytes.withSections(Map.of(".dynamic", dynamic.array(), ".dynstr",
                "\0libc.so.6\0libz.so.1\0".getBytes(US_ASCII), ".interp", "/lib64/ld.so\0".getBytes(US_ASCII)))).orElseThrow();

        assertThat(program.needed()).containsExactly("libc.so.6", "libz.so.1");
        assertThat(program.interpreter()).contains("/lib64/ld.so");
        assertThat(ElfFile.of("#!/bin/sh\necho this is a script and not a program of the machine at all\n".getBytes(US_ASCII))).isEmpty();
    }

    @Test
    void loadsModulesAfterThoseTheyNeedAndNoneTwice() throws IOException {
        module("drivers/ring.ko", "license=GPL\0depends=\0");
        module("drivers/virtio.ko", "depends=ring\0");
        module("net/fail-over.ko", "depends=\0");
        module("net/virtio-net.ko", "alias=x\0depends=virtio,ring,fail_over,built_in\0");

        KernelModules modules = new KernelModules(work, work);

        assertThat(names(modules.load(List.of("virtio", "built_in")))).containsExactly("ring", "virtio");
        assertThat(names(modules.load(List.of("virtio_net")))).containsExactly("fail_over", "virtio_net");
    }

    @Test
    void leavesTheSignatureOfAModuleBehind() {
        byte[] module = ElfBytes.module("depends=\0");
        byte[] mark = "~Module signature appended~\n".getBytes(US_ASCII);
        byte[] signed = ByteBuffer.allocate(module.length + 300 + 12 + mark.length).put(module)
                .putInt(module.length + 300 + 8, 300).put(module.length + 312, mark).array();

        assertThat(KernelModules.unsigned(signed)).isEqualTo(module);
        assertThat(KernelModules.unsigned(module)).isEqualTo(module);
    }

    private void module(String path, String info) throws IOException {
        Path file = work.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, ElfBytes.module(info));
    }

    private static List<String> names(List<KernelModules.Module> modules) {
        return modules.stream().map(KernelModules.Module::name).toList();
    }

    private static byte[] bzImage(byte[] payload) {
        ByteBuffer image = ByteBuffer.allocate(2048 + 16 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) 3).put(0x202, "HdrS".getBytes(US_ASCII)).putShort(0x206, (short) 0x20f).putInt(0x248, 16)
                .putInt(0x24c, payload.length).put(2048 + 16, payload);
        return image.array();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /** All literals, as small as that is; then the size, as the kernel's build appends it. */
    private static byte[] lz4(byte[] bytes) {
        int more = bytes.length - 15;
        byte[] lengths = new byte[more / 255 + 1];
        Arrays.fill(lengths, (byte) 255);
        lengths[lengths.length - 1] = (byte) (more % 255);
        int block = 1 + lengths.length + bytes.length;
        return ByteBuffer.allocate(8 + block + 4).order(ByteOrder.LITTLE_ENDIAN).putInt(Lz4.MAGIC).putInt(block).put((byte) 0xf0).put(lengths)
                .put(bytes).putInt(bytes.length).array();
    }
}
