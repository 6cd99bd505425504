package org.kumiki.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.node.contract.PlainNode;

class BootFilesTest {

    @TempDir
    Path temp;

    private Node node;
    private Path directory;
    private Path vmlinuz;
    private Path initrd;

    @BeforeEach
    void begin() throws IOException {
        node = new PlainNode("here", temp);
        directory = temp.resolve("boot");
        vmlinuz = Files.writeString(temp.resolve("vmlinuz"), "kernel");
        initrd = Files.writeString(temp.resolve("initrd"), "system");
    }

    private BootSource.Kernel boot(String commandLine) {
        return new BootSource.Kernel(temp.resolve("vmlinux"), initrd, commandLine, Optional.of(vmlinuz));
    }

    @Test
    void areCopiesThatEverybodyMayReadAndNothingElse() throws IOException {
        BootFiles.offer(node, directory, boot("console=ttyS0 quiet"));

        assertThat(directory).isDirectoryContaining("glob:**/boot.ipxe");
        assertThat(node.list(directory)).containsExactlyInAnyOrder("boot.ipxe", "kernel", "initrd");
        assertThat(directory.resolve("boot.ipxe")).hasContent("#!ipxe\nkernel kernel initrd=initrd console=ttyS0 quiet\ninitrd initrd\nboot");
        assertThat(directory.resolve("kernel")).hasContent("kernel").satisfies(file -> assertThat(Files.isSymbolicLink(file)).isFalse());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("boot.ipxe")))).isEqualTo("r--r--r--");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("initrd")))).isEqualTo("r--r--r--");
    }

    @Test
    void areMadeOnceAndMadeAgainIfTheyWereLeftHalfMade() throws IOException {
        BootFiles.offer(node, directory, boot("quiet"));
        FileTime first = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(directory.resolve("kernel"), first);

        BootFiles.offer(node, directory, boot("quiet"));
        assertThat(Files.getLastModifiedTime(directory.resolve("kernel"))).isEqualTo(first);

        Files.delete(directory.resolve("boot.ipxe"));
        BootFiles.offer(node, directory, boot("quiet"));
        assertThat(Files.getLastModifiedTime(directory.resolve("kernel"))).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = { "a\nshell", "a=${net0/mac}", "a && shell", "a || shell", "a # b", "a=\"b\"", "a\\" })
    void nothingGetsIntoTheScriptThatItWouldActOn(String commandLine) {
        assertThatIOException().isThrownBy(() -> BootFiles.offer(node, directory, boot(commandLine))).withMessageContaining("iPXE");
        assertThat(directory).doesNotExist();
    }

    @Test
    void anImageWithoutAKernelForBootLoadersIsNamed() {
        assertThatIOException().isThrownBy(() -> BootFiles.offer(node, directory, new BootSource.Kernel(vmlinuz, initrd, "")))
                .withMessageContaining("is to be made again");
    }
}
