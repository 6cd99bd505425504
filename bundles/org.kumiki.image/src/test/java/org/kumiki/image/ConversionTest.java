package org.kumiki.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.api.model.Image;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.StorageException;
import org.kumiki.image.disk.ForeignFormat;

/** Disks of other platforms become ours, in a sandbox. */
class ConversionTest {

    private static final int MIB = 1 << 20;
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void whatIsOnItStays(ForeignFormat format) throws IOException {
        byte[] content = new byte[3 * MIB];
        Arrays.fill(content, MIB, 2 * MIB, (byte) 9);
        Path raw = Files.write(directory.resolve("raw"), content);
        Path foreign = directory.resolve("foreign");
        qemuImg("convert", "-f", "raw", "-O", format.driver(), raw.toString(), foreign.toString());
        Path result = directory.resolve("disk.qcow2");

        long size = convert(format, foreign, result);

        qemuImg("convert", "-f", "qcow2", "-O", "raw", result.toString(), raw.toString());
        assertThat(size).isGreaterThanOrEqualTo(content.length);
        assertThat(Arrays.copyOf(Files.readAllBytes(raw), content.length)).isEqualTo(content);
        assertThat(names()).containsExactlyInAnyOrder("raw", "disk.qcow2");
    }

    @Test
    void aDiskThatIsDamagedInsideLeavesNothing() throws IOException {
        Path foreign = directory.resolve("foreign");
        qemuImg("create", "-q", "-f", "vdi", foreign.toString(), "8M");
        try (FileChannel file = FileChannel.open(foreign, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 0x158); // where its data begins
        }

        assertThatThrownBy(() -> convert(ForeignFormat.VDI, foreign, directory.resolve("disk.qcow2"))).isInstanceOf(StorageException.class)
                .hasMessageContaining("could not be converted");
        assertThat(names()).containsExactly("foreign");
    }

    @Test
    void aProgramInTheSandboxSeesNothingOfTheMachine() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        Path given = Files.writeString(directory.resolve("given"), "given");
        Path work = Files.createDirectory(directory.resolve("work"));
        Sandbox sandbox = new Sandbox(MIB);

        assertThat(text(sandbox.run(List.of("cat", "/given/it"), work, Map.of("it", given), Optional.empty(), SOON))).isEqualTo("given");
        assertThat(text(sandbox.run(List.of("ls", "/"), work, Map.of(), Optional.empty(), SOON)).lines())
                .containsExactlyInAnyOrder("bin", "dev", "lib", "lib64", "sbin", "tmp", "usr", "work");
        assertThatThrownBy(() -> sandbox.run(List.of("cat", secret.toString()), work, Map.of(), Optional.empty(), SOON)).hasMessageContaining("No such file");
        assertThatThrownBy(() -> sandbox.run(List.of("touch", "/usr/x"), work, Map.of(), Optional.empty(), SOON)).hasMessageContaining("Read-only");
        assertThatThrownBy(() -> sandbox.run(List.of("dd", "if=/dev/zero", "of=/work/large", "bs=1M", "count=2"), work, Map.of(), Optional.empty(), SOON))
                .isInstanceOf(IOException.class);
        assertThat(work.resolve("large")).hasSize(MIB);
    }

    @Test
    void theProgramIsEndedWhenItTakesTooLong() throws IOException {
        Path work = Files.createDirectory(directory.resolve("work"));

        assertThatThrownBy(() -> new Sandbox(MIB).run(List.of("sleep", "77"), work, Map.of(), Optional.empty(), Duration.ofSeconds(1)))
                .hasMessageContaining("longer than 1 s");

        // It may still be on its way out; one that stays makes this test take too long.
        ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("").contains("sleep 77")).forEach(process -> process.onExit().join());
    }

    private long convert(ForeignFormat format, Path foreign, Path result) throws IOException {
        try (FileChannel open = FileChannel.open(foreign, StandardOpenOption.READ)) {
            return new Conversion(16 * MIB).convert(Image.Format.valueOf(format.name()), open, foreign, Disk.Format.QCOW2, result);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String text(byte[] output) {
        return new String(output, UTF_8);
    }

    private void qemuImg(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(arguments));
        Program.run(command, directory, Optional.empty(), SOON);
    }
}
