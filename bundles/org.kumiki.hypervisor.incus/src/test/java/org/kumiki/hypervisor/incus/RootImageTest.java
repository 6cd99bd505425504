package org.kumiki.hypervisor.incus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RootImageTest {

    private final ByteArrayOutputStream initrd = new ByteArrayOutputStream();
    private final CpioArchiveOutputStream cpio = new CpioArchiveOutputStream(initrd);
    private final Map<String, String> contents = new LinkedHashMap<>();

    private void put(String name, long mode, long inode, int links, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, name, bytes.length);
        entry.setMode(mode);
        entry.setInode(inode);
        entry.setNumberOfLinks(links);
        entry.setUID(5);
        cpio.putArchiveEntry(entry);
        cpio.write(bytes);
        cpio.closeArchiveEntry();
    }

    private byte[] image() throws IOException {
        cpio.finish();
        return convert();
    }

    private byte[] convert() throws IOException {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        RootImage.write(new ByteArrayInputStream(initrd.toByteArray()), "1-abc", "x86_64", image);
        return image.toByteArray();
    }

    private Map<String, TarArchiveEntry> entries() throws IOException {
        Map<String, TarArchiveEntry> entries = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(image()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.put(entry.getName(), entry);
                contents.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    @Test
    void whatIsToBeKnownComesFirstWithProperties() throws IOException {
        assertThat(entries().keySet()).startsWith("metadata.yaml");
        assertThat(contents.get("metadata.yaml")).contains("architecture: x86_64\n").contains("  kumiki: \"1-abc\"\n");
        assertThat(contents.get("templates/hostname.tpl")).isEqualTo("{{ container.name }}\n");
    }

    @Test
    void filesKeepTheirModesOwnersAndContents() throws IOException {
        put(".", CpioConstants.C_ISDIR | 0755, 1, 2, "");
        put("bin", CpioConstants.C_ISDIR | 0750, 2, 2, "");
        put("bin/su", CpioConstants.C_ISREG | 04755, 3, 1, "program");
        put("bin/sh", CpioConstants.C_ISLNK | 0777, 4, 1, "../../su");

        Map<String, TarArchiveEntry> entries = entries();

        assertThat(entries.get("rootfs/bin/").getMode() & 07777).isEqualTo(0750);
        assertThat(entries.get("rootfs/bin/su").getMode() & 07777).isEqualTo(04755);
        assertThat(entries.get("rootfs/bin/su").getLongUserId()).isEqualTo(5);
        assertThat(contents.get("rootfs/bin/su")).isEqualTo("program");
        assertThat(entries.get("rootfs/bin/sh").isSymbolicLink()).isTrue();
        assertThat(entries.get("rootfs/bin/sh").getLinkName()).isEqualTo("../../su");
    }

    @Test
    void aFileWithSeveralNamesHasOneContentWhereverThatComes() throws IOException {
        put("before", CpioConstants.C_ISREG | 0644, 7, 3, "");
        put("here", CpioConstants.C_ISREG | 0644, 7, 3, "content");
        put("after", CpioConstants.C_ISREG | 0644, 7, 3, "");
        put("empty", CpioConstants.C_ISREG | 0644, 8, 2, "");

        Map<String, TarArchiveEntry> entries = entries();

        assertThat(entries.get("rootfs/before").isLink()).isTrue();
        assertThat(entries.get("rootfs/before").getLinkName()).isEqualTo("rootfs/here");
        assertThat(entries.get("rootfs/after").getLinkName()).isEqualTo("rootfs/here");
        assertThat(contents.get("rootfs/here")).isEqualTo("content");
        assertThat(entries.get("rootfs/empty").isFile()).isTrue();
    }

    @Test
    void devicesAreLeftToTheServer() throws IOException {
        put("dev/sda", CpioConstants.C_ISBLK | 0600, 9, 1, "");

        assertThat(entries().keySet()).doesNotContain("rootfs/dev/sda");
    }

    @Test
    void theSameFilesMakeTheSameBytes() throws IOException {
        put("file", CpioConstants.C_ISREG | 0644, 3, 1, "content");

        assertThat(image()).isEqualTo(convert());
    }

    @ParameterizedTest
    @ValueSource(strings = { "../etc/shadow", "a/../../b", "..", "a/.." })
    void namesThatLeadOutsideAreRefused(String name) throws IOException {
        put(name, CpioConstants.C_ISREG | 0644, 3, 1, "");

        assertThatThrownBy(this::image).isInstanceOf(IOException.class).hasMessageContaining("leads outside");
    }

    @ParameterizedTest
    @CsvSource({ "/etc/passwd, rootfs/etc/passwd", "./a//b, rootfs/a/b", ".., ''" })
    void namesAreBelowTheRoot(String name, String path) throws IOException {
        if (path.isEmpty()) {
            assertThatThrownBy(() -> RootImage.path(name)).isInstanceOf(IOException.class);
        } else {
            assertThat(RootImage.path(name)).isEqualTo(path);
        }
    }

    @Test
    void whatIsNoArchiveIsRefused() {
        assertThatThrownBy(() -> RootImage.write(new ByteArrayInputStream("no archive".getBytes(StandardCharsets.UTF_8)), "1-abc", "x86_64",
                new ByteArrayOutputStream())).isInstanceOf(IOException.class);
    }
}
