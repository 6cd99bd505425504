package org.kumiki.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.image.Stages.await;
import static org.kumiki.image.Stages.failure;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore.Stored;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.kumiki.image.fetch.AddressRules;
import org.kumiki.image.fetch.Cidr;
import org.kumiki.image.fetch.WebSource;

import com.sun.net.httpserver.HttpServer;

class ImageDirectoryTest {

    private static final ImageId ID = new ImageId("ami-0a1b2c3d4e5f60718");
    private static final Consumer<String> UNHEARD = text -> { };
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private ImageDirectory store;

    @BeforeEach
    void open() throws IOException {
        store = open(8 * MIB, 0, List.of());
    }

    @AfterEach
    void close() {
        store.deactivate();
    }

    @Test
    void keepsARawDiskReadOnly() throws IOException {
        byte[] disk = bootable(3);

        Stored stored = await(add(file(disk), Image.Format.RAW, Optional.empty()));

        assertThat(stored).isEqualTo(new Stored(ID, Image.Format.RAW, 3, "x86_64"));
        Path kept = directory.resolve("images").resolve(ID.value()).resolve("disk.raw");
        assertThat(await(store.boot(ID))).isEqualTo(new BootSource.Firmware());
        assertThat(await(store.disk(ID))).isEqualTo(new Disk(kept, Disk.Format.RAW, 3));
        assertThat(kept).hasBinaryContent(disk);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept))).isEqualTo("r--------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.getParent()))).isEqualTo("rwx------");
    }

    @Test
    void findsItsImagesAgainAfterARestart() throws IOException {
        await(add(file(bootable(1)), Image.Format.RAW, Optional.empty()));
        store.deactivate();

        store = open(8 * MIB, 0, List.of());

        assertThat(await(store.disk(ID)).sizeMiB()).isEqualTo(1);
    }

    @Test
    void removesWhatACrashLeftHalfMade() throws IOException {
        Path half = Files.createDirectories(directory.resolve("images/.new-123"));
        Files.write(half.resolve("disk.raw"), bootable(1));
        store.deactivate();

        store = open(8 * MIB, 0, List.of());

        assertThat(half).doesNotExist();
    }

    @Test
    void doesAThingOnceThatItIsAskedForTwice() throws IOException {
        URI source = file(bootable(1));
        Stored first = await(add(source, Image.Format.RAW, Optional.empty()));
        Files.delete(Path.of(source));

        assertThat(await(add(source, Image.Format.RAW, Optional.empty()))).isEqualTo(first);
    }

    @Test
    void takesNoRoomForZeroes() throws IOException {
        byte[] disk = new byte[(int) (8 * MIB)];
        disk[0] = 1;

        await(add(file(disk), Image.Format.RAW, Optional.empty()));

        Path kept = directory.resolve("images").resolve(ID.value()).resolve("disk.raw");
        assertThat(Files.size(kept)).isEqualTo(8 * MIB);
        assertThat(kept).hasBinaryContent(disk);
        assertThat(blocks(kept)).as("512-byte blocks that it takes").isLessThan(8 * MIB / 512 / 4);
    }

    @Test
    void convertsADiskOfAnotherPlatformAndKeepsNoMore() throws IOException {
        Path disk = directory.resolve("disk.vmdk");
        Program.run(List.of("qemu-img", "create", "-q", "-f", "vmdk", disk.toString(), "3M"), directory, Optional.empty(), Duration.ofMinutes(1));

        Stored stored = await(add(disk.toUri(), Image.Format.VMDK, Optional.empty()));

        assertThat(stored).isEqualTo(new Stored(ID, Image.Format.QCOW2, 3, "x86_64"));
        assertThat(await(store.disk(ID)).format()).isEqualTo(Disk.Format.QCOW2);
        try (Stream<Path> kept = Files.list(directory.resolve("images").resolve(ID.value()))) {
            assertThat(kept.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("disk.qcow2", "image.properties");
        }
    }

    @Test
    void refusesADiskOfAnotherPlatformThatNamesAFileAndKeepsNothing() throws IOException {
        Path disk = Files.writeString(directory.resolve("disk.vmdk"), "# Disk DescriptorFile\nversion=1\ncreateType=\"monolithicFlat\"\nRW 8 FLAT \"/etc/shadow\" 0\n".repeat(9));

        StorageException refused = failure(add(disk.toUri(), Image.Format.VMDK, Optional.empty()));

        assertThat(refused.reason()).isEqualTo(Reason.REFUSED);
        assertThat(refused).hasMessageContaining("one file");
        try (Stream<Path> kept = Files.list(directory.resolve("images"))) {
            assertThat(kept).isEmpty();
        }
    }

    @Test
    void comparesTheChecksum() throws Exception {
        byte[] disk = bootable(1);
        String right = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(disk));

        assertThat(failure(add(file(disk), Image.Format.RAW, Optional.of(right.replace(right.charAt(0), 'x')))).reason()).isEqualTo(Reason.REFUSED);
        assertNothingIsKept();
        assertThat(await(add(file(disk), Image.Format.RAW, Optional.of(right.toUpperCase(Locale.ROOT)))).id()).isEqualTo(ID);
    }

    @Test
    void keepsNothingOfADiskThatIsRefused() throws IOException {
        byte[] evil = bootable(1);
        ByteBuffer.wrap(evil).putInt(0x514649fb).putInt(3);

        assertThat(failure(add(file(evil), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(add(file(evil), Image.Format.QCOW2, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(add(file(evil), Image.Format.KERNEL, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertNothingIsKept();
        assertThat(failure(store.boot(ID)).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void refusesADiskThatIsTooLargeOrNotThere() throws IOException {
        assertThat(failure(add(file(bootable(9)), Image.Format.RAW, Optional.empty()))).hasMessageContaining("8 MiB");
        assertThat(failure(add(directory.resolve("missing").toUri(), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(add(directory.toUri(), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(add(URI.create("file:///dev/zero"), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(add(URI.create("file://elsewhere/disk"), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(add(URI.create("http://127.0.0.1/disk"), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertNothingIsKept();
    }

    @Test
    void letsNoFileInThatBelongsToThePlatformItself() throws IOException {
        Path volume = Files.write(directory.resolve("images/vol-of-another.raw"), bootable(1));
        Path link = Files.createSymbolicLink(directory.resolve("link"), volume);

        assertThat(failure(add(volume.toUri(), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(add(link.toUri(), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(store.boot(ID)).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void refusesWhenThereIsNoRoom() throws IOException {
        store.deactivate();
        store = open(8 * MIB, Long.MAX_VALUE, List.of());

        assertThat(failure(add(file(bootable(1)), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.FULL);
        assertNothingIsKept();
    }

    @Test
    void keepsWhatItCheckedThoughTheSourceIsSwappedMeanwhile() throws IOException {
        byte[] good = bootable(1);
        URI source = file(good);
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Consumer<String> swapper = text -> {
            told.add(text);
            if (text.startsWith("checking")) {
                byte[] evil = bootable(1);
                ByteBuffer.wrap(evil).putInt(0x514649fb);
                write(Path.of(source), evil);
            }
        };

        await(store.add(ID, source, Image.Format.RAW, Optional.empty(), swapper));

        assertThat(told).contains("checking the image");
        assertThat(directory.resolve("images").resolve(ID.value()).resolve("disk.raw")).hasBinaryContent(good);
    }

    @Test
    void givesOutNoDiskThatWasTouchedAfterItWasChecked() throws IOException {
        await(add(file(bootable(1)), Image.Format.RAW, Optional.empty()));
        Path kept = directory.resolve("images").resolve(ID.value()).resolve("disk.raw");

        Files.setLastModifiedTime(kept, FileTime.from(Instant.EPOCH));

        assertThat(failure(store.disk(ID))).hasMessageContaining("changed");
    }

    @Test
    void forgetsAnImageAsOftenAsAsked() throws IOException {
        await(add(file(bootable(1)), Image.Format.RAW, Optional.empty()));

        await(store.delete(ID));
        await(store.delete(ID));

        assertThat(failure(store.boot(ID)).reason()).isEqualTo(Reason.NOT_FOUND);
        assertNothingIsKept();
    }

    @Test
    void fetchesFromAnAddressThatTheOperatorAllows() throws IOException {
        byte[] disk = bootable(2);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/disk", exchange -> {
            exchange.sendResponseHeaders(200, disk.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(disk);
            }
        });
        server.start();
        try {
            store.deactivate();
            store = open(8 * MIB, 0, List.of(Cidr.parse("127.0.0.1/32")));

            await(add(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/disk"), Image.Format.RAW, Optional.empty()));
        } finally {
            server.stop(0);
        }

        assertThat(directory.resolve("images").resolve(ID.value()).resolve("disk.raw")).hasBinaryContent(disk);
    }

    @Test
    void cutsOffAServerThatNeverEnds() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/disk", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = "x".repeat(1 << 16).getBytes(UTF_8);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) { // until the client hangs up
                    out.write(block);
                }
            }
        });
        server.start();
        try {
            store.deactivate();
            store = open(8 * MIB, 0, List.of(Cidr.parse("127.0.0.1/32")));

            assertThat(failure(add(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/disk"), Image.Format.RAW, Optional.empty()))
                    .reason()).isEqualTo(Reason.REFUSED);
        } finally {
            server.stop(0);
        }
        assertNothingIsKept();
    }

    @Test
    void offersTheGuestThatAnyMachineCanMakeAndNoOther() {
        assertThat(store.builtIns()).containsExactly(ImageDirectory.GUEST);
        assertThat(failure(store.build(ID, UNHEARD)).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void failsWhatItIsAskedWhenItHasStopped() throws IOException {
        store.deactivate();

        assertThat(failure(add(file(bootable(1)), Image.Format.RAW, Optional.empty())).reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(failure(store.boot(ID)).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    private CompletionStage<Stored> add(URI source, Image.Format format, Optional<String> sha256) {
        return store.add(ID, source, format, sha256, UNHEARD);
    }

    private ImageDirectory open(long mostFileBytes, long leastFree, List<Cidr> allowed) throws IOException {
        return new ImageDirectory(directory.resolve("images"), directory.resolve("images"), 1L << 40, mostFileBytes, leastFree,
                new WebSource(new AddressRules(allowed), Duration.ofSeconds(30), Duration.ofMinutes(2)));
    }

    private URI file(byte[] content) throws IOException {
        return Files.write(Files.createTempFile(directory, "source", null), content).toUri();
    }

    private void assertNothingIsKept() throws IOException {
        try (Stream<Path> kept = Files.list(directory.resolve("images"))) {
            assertThat(kept).isEmpty();
        }
    }

    private static byte[] bootable(int mebibytes) {
        byte[] disk = new byte[(int) (mebibytes * MIB)];
        disk[510] = 0x55;
        disk[511] = (byte) 0xaa;
        disk[disk.length / 2] = 7;
        return disk;
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long blocks(Path file) throws IOException {
        byte[] output = Program.run(List.of("stat", "-c", "%b", file.toString()), file.getParent(), Optional.empty(), Duration.ofSeconds(30));
        return Long.parseLong(new String(output, UTF_8).strip());
    }
}
