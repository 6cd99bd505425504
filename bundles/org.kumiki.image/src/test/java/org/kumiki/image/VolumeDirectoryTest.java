package org.kumiki.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.kumiki.image.Stages.await;
import static org.kumiki.image.Stages.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

class VolumeDirectoryTest {

    private static final VolumeId VOLUME = new VolumeId("vol-0a1b2c3d4e5f60718");
    private static final VolumeId COPY = new VolumeId("vol-0a1b2c3d4e5f60719");
    private static final SnapshotId SNAPSHOT = new SnapshotId("snap-0a1b2c3d4e5f60718");

    @TempDir
    Path directory;

    private VolumeDirectory store;

    @AfterEach
    void close() {
        if (store != null) {
            store.deactivate();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNewVolumeReadsAsZeroesAndTakesNextToNoRoom(DiskFiles format) throws IOException {
        open(format, 0);

        Disk disk = await(store.create(VOLUME, 16, Optional.empty(), Optional.empty()));

        assertThat(disk.sizeMiB()).isEqualTo(16);
        assertThat(disk.format().name()).isEqualTo(format.name());
        assertThat(content(disk)).isEqualTo(new byte[16 << 20]);
        assertThat(await(store.locate(VOLUME, Optional.empty()))).isEqualTo(disk);
    }

    @ParameterizedTest
    @EnumSource
    void makesAVolumeOnceHoweverOftenItIsAskedFor(DiskFiles format) throws IOException {
        open(format, 0);
        Disk disk = await(store.create(VOLUME, 8, Optional.empty(), Optional.empty()));
        write(disk, (byte) 1);

        List<CompletionStage<Disk>> again = IntStream.range(0, 8).mapToObj(i -> store.create(VOLUME, 8, Optional.empty(), Optional.empty())).toList();

        assertThat(again).allSatisfy(stage -> assertThat(await(stage)).isEqualTo(disk));
        assertThat(content(disk)[0]).isEqualTo((byte) 1);
    }

    @ParameterizedTest
    @EnumSource
    void nothingOfADestroyedVolumeComesBack(DiskFiles format) throws IOException {
        open(format, 0);
        write(await(store.create(VOLUME, 8, Optional.empty(), Optional.empty())), (byte) 1);

        await(store.delete(VOLUME));
        await(store.delete(VOLUME));

        assertThat(failure(store.locate(VOLUME, Optional.empty())).reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(content(await(store.create(VOLUME, 8, Optional.empty(), Optional.empty())))).isEqualTo(new byte[8 << 20]);
    }

    @Test
    void aVolumeIsEitherThereOrNotWhileItIsDestroyed() throws IOException {
        open(DiskFiles.RAW, 0);
        Disk kept = await(store.create(COPY, 8, Optional.empty(), Optional.empty()));
        Path file = kept.file().resolveSibling(VOLUME.value() + ".raw");
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> coming = CompletableFuture.runAsync(() -> {
            try {
                while (!over.get()) {
                    Files.createLink(file, kept.file());
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        try {
            for (int round = 0; round < 300; round++) {
                List<CompletionStage<Reason>> asked = IntStream.range(0, 100).mapToObj(i -> store.locate(VOLUME, Optional.empty())
                        .handle((disk, failure) -> failure == null ? Reason.NOT_FOUND : ((StorageException) failure).reason())).toList();
                assertThat(asked).allSatisfy(stage -> assertThat(await(stage)).isEqualTo(Reason.NOT_FOUND));
            }
        } finally {
            over.set(true);
        }
        coming.join();
    }

    @ParameterizedTest
    @EnumSource
    void aSnapshotKeepsAVolumeAsItWas(DiskFiles format) throws IOException {
        open(format, 0);
        Disk volume = await(store.create(VOLUME, 8, Optional.empty(), Optional.empty()));
        write(volume, (byte) 1);
        await(store.snapshot(SNAPSHOT, VOLUME, Optional.empty()));
        write(volume, (byte) 2);
        await(store.snapshot(SNAPSHOT, VOLUME, Optional.empty())); // the same snapshot: it is made once

        Disk copy = await(store.create(COPY, 16, Optional.of(SNAPSHOT), Optional.empty()));
        await(store.deleteSnapshot(SNAPSHOT));
        await(store.deleteSnapshot(SNAPSHOT));
        await(store.delete(VOLUME));

        assertThat(copy.sizeMiB()).isEqualTo(16);
        byte[] content = content(copy);
        assertThat(content).hasSize(16 << 20);
        assertThat(content[0]).isEqualTo((byte) 1);
        assertThat(failure(store.create(VOLUME, 16, Optional.of(SNAPSHOT), Optional.empty())).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @ParameterizedTest
    @EnumSource
    void refusesASizeThatIsNone(DiskFiles format) throws IOException {
        open(format, 0);
        await(store.create(VOLUME, 8, Optional.empty(), Optional.empty()));
        await(store.snapshot(SNAPSHOT, VOLUME, Optional.empty()));

        assertThat(failure(store.create(COPY, 0, Optional.empty(), Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(store.create(COPY, 1025, Optional.empty(), Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(store.create(COPY, 7, Optional.of(SNAPSHOT), Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(store.locate(COPY, Optional.empty())).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhenThereIsNoRoomAndLeavesNothing(DiskFiles format) throws IOException {
        open(format, Long.MAX_VALUE);

        assertThat(failure(store.create(VOLUME, 8, Optional.empty(), Optional.empty())).reason()).isEqualTo(Reason.FULL);

        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsItsVolumesAgainWhateverAGuestWroteOnThem(DiskFiles format) throws IOException {
        open(format, 0);
        Disk disk = await(store.create(VOLUME, 8, Optional.empty(), Optional.empty()));
        if (format == DiskFiles.RAW) { // a guest that would like its disk to be taken for another kind
            Files.write(disk.file(), new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3}, StandardOpenOption.WRITE);
        }
        store.deactivate();

        open(DiskFiles.RAW, 0);

        assertThat(await(store.locate(VOLUME, Optional.empty()))).isEqualTo(disk);
        await(store.snapshot(SNAPSHOT, VOLUME, Optional.empty()));
        assertThat(await(store.create(COPY, 8, Optional.of(SNAPSHOT), Optional.empty())).format()).isEqualTo(disk.format());
    }

    @ParameterizedTest
    @EnumSource
    void aVolumeOfAnImageReadsAsItsDiskAndNeverWritesIt(DiskFiles format) throws IOException {
        open(format, 0);
        Disk image = image(format, "image,\"1\"\\");
        byte[] before = Files.readAllBytes(image.file());

        Disk volume = await(store.create(VOLUME, 16, Optional.empty(), Optional.of(image)));
        byte[] content = content(volume);
        assertThat(content).hasSize(16 << 20);
        assertThat(content[0]).isEqualTo((byte) 7);
        write(volume, (byte) 1);

        assertThat(content(await(store.locate(VOLUME, Optional.of(image))))[0]).isEqualTo((byte) 1);
        assertThat(Files.readAllBytes(image.file())).isEqualTo(before);
    }

    @Test
    void aVolumeOfAnImageIsThereAtOnceAndNamesNoFile() throws IOException {
        open(DiskFiles.QCOW2, 0);
        Disk image = image(DiskFiles.QCOW2, "image");

        Disk volume = await(store.create(VOLUME, 16, Optional.empty(), Optional.of(image)));

        assertThat(volume.backing()).contains(image);
        assertThat(Files.size(volume.file())).isLessThan(1 << 20);
        assertThat(new String(Files.readAllBytes(volume.file()), ISO_8859_1)).doesNotContain("image");
        assertThat(await(store.locate(VOLUME, Optional.of(image)))).isEqualTo(volume);
    }

    @ParameterizedTest
    @EnumSource
    void aSnapshotOfAVolumeOfAnImageStandsAlone(DiskFiles format) throws IOException {
        open(format, 0);
        Disk image = image(format, "image,\"1\"\\");
        await(store.create(VOLUME, 16, Optional.empty(), Optional.of(image)));

        await(store.snapshot(SNAPSHOT, VOLUME, Optional.of(image)));
        await(store.delete(VOLUME));
        Files.delete(image.file());

        Disk copy = await(store.create(COPY, 16, Optional.of(SNAPSHOT), Optional.empty()));
        assertThat(copy.backing()).isEmpty();
        assertThat(content(copy)[0]).isEqualTo((byte) 7);
    }

    @ParameterizedTest
    @EnumSource
    void refusesAVolumeThatIsSmallerThanItsImage(DiskFiles format) throws IOException {
        open(format, 0);

        assertThat(failure(store.create(VOLUME, 7, Optional.empty(), Optional.of(image(format, "image")))).reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure(store.locate(VOLUME, Optional.empty())).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @ParameterizedTest
    @EnumSource
    void whatAHypervisorCopiesIsNoSnapshotBeforeItIsKept(DiskFiles format) throws IOException {
        open(format, 0);
        Disk target = await(store.prepare(SNAPSHOT, 8));
        write(target, (byte) 3);
        assertThat(failure(store.create(COPY, 8, Optional.of(SNAPSHOT), Optional.empty())).reason()).isEqualTo(Reason.NOT_FOUND);

        await(store.keep(SNAPSHOT));
        await(store.keep(SNAPSHOT));

        assertThat(target.file()).doesNotExist();
        assertThat(content(await(store.create(COPY, 8, Optional.of(SNAPSHOT), Optional.empty())))[0]).isEqualTo((byte) 3);
    }

    @ParameterizedTest
    @EnumSource
    void aCopyThatIsBegunAgainBeginsBlank(DiskFiles format) throws IOException {
        open(format, 0);
        write(await(store.prepare(SNAPSHOT, 8)), (byte) 3);

        assertThat(content(await(store.prepare(SNAPSHOT, 8)))).isEqualTo(new byte[8 << 20]);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOfACopyThatWasNotKept(DiskFiles format) throws IOException {
        open(format, 0);
        Disk given = await(store.prepare(SNAPSHOT, 8));
        await(store.deleteSnapshot(SNAPSHOT));
        assertThat(given.file()).doesNotExist();

        Disk crashed = await(store.prepare(SNAPSHOT, 8));
        store.deactivate();
        open(format, 0);
        assertThat(crashed.file()).doesNotExist();
        assertThat(failure(store.keep(SNAPSHOT)).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @ParameterizedTest
    @EnumSource
    void aCopyAtRestTakesThePlaceOfOneThatWasBrokenOff(DiskFiles format) throws IOException {
        open(format, 0);
        write(await(store.create(VOLUME, 8, Optional.empty(), Optional.empty())), (byte) 1);
        Disk broken = await(store.prepare(SNAPSHOT, 8));
        write(broken, (byte) 3);

        await(store.snapshot(SNAPSHOT, VOLUME, Optional.empty()));

        assertThat(broken.file()).doesNotExist();
        assertThat(content(await(store.create(COPY, 8, Optional.of(SNAPSHOT), Optional.empty())))[0]).isEqualTo((byte) 1);
    }

    /** A disk of 8 MiB that begins with a seven. */
    private Disk image(DiskFiles format, String name) throws IOException {
        Path file = directory.resolve(name);
        format.create(file, 8);
        Disk disk = format.disk(file);
        write(disk, (byte) 7);
        return disk;
    }

    private void open(DiskFiles format, long leastFree) throws IOException {
        assumeTrue(format == DiskFiles.RAW || Program.find("qemu-img").isPresent(), "qemu-img is not installed");
        store = new VolumeDirectory(directory.resolve("volumes"), 1024, 64, leastFree, format, VolumeDirectory.Place.LOCAL);
    }

    /** What a guest would read from a disk. */
    private byte[] content(Disk disk) throws IOException {
        if (disk.format() == Disk.Format.RAW) {
            return Files.readAllBytes(disk.file());
        }
        Path raw = directory.resolve("raw");
        run("qemu-img", "convert", "-O", "raw", "json:" + Layers.of(disk), raw.toString());
        return Files.readAllBytes(raw);
    }

    /** What a guest would do to fill the first block. */
    private void write(Disk disk, byte value) throws IOException {
        if (disk.format() == Disk.Format.RAW) {
            Files.write(disk.file(), new byte[] {value}, StandardOpenOption.WRITE);
        } else {
            run("qemu-io", "-c", "write -P " + value + " 0 512", "json:" + Layers.of(disk));
        }
    }

    private void run(String... command) throws IOException {
        Program.run(List.of(command), directory, Optional.empty(), Duration.ofMinutes(1));
    }
}
