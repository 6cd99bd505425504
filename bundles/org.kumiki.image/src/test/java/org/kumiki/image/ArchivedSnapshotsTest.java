package org.kumiki.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.kumiki.image.Stages.await;
import static org.kumiki.image.Stages.failure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.StorageException.Reason;

/** Snapshots that are kept in the store of blobs, and what is made of them when nothing else is left. */
class ArchivedSnapshotsTest {

    private static final VolumeId VOLUME = new VolumeId("vol-00000001");
    private static final VolumeId COPY = new VolumeId("vol-00000002");
    private static final SnapshotId SNAPSHOT = new SnapshotId("snap-00000001");

    @TempDir
    Path directory;

    private final PaperBlobs blobs = new PaperBlobs();
    private VolumeDirectory store;

    @AfterEach
    void close() {
        store.deactivate();
    }

    private void open(String name, DiskFiles format, VolumeDirectory.Place place) throws IOException {
        assumeTrue(format == DiskFiles.RAW || Program.find("qemu-img").isPresent(), "qemu-img is not installed");
        store = new VolumeDirectory(directory.resolve(name), 1_024, 64, 0, format, place);
        store.setBlobs(blobs);
    }

    private void keep() {
        await(store.snapshot(SNAPSHOT, VOLUME, Optional.empty()));
        await(store.archive(SNAPSHOT, VOLUME.value(), percent -> { }));
    }

    @ParameterizedTest
    @EnumSource(DiskFiles.class)
    void aVolumeIsMadeOfASnapshotWhenAllFilesAreLost(DiskFiles format) throws IOException {
        open("volumes", format, VolumeDirectory.Place.OBJECTS);
        Disk volume = await(store.create(VOLUME, 8, Optional.empty(), Optional.empty()));
        write(volume, 7);
        keep();
        assertThat(snapshots("volumes")).isEmpty();
        store.deactivate();

        open("elsewhere", format, VolumeDirectory.Place.OBJECTS);
        Disk copy = await(store.create(COPY, 9, Optional.of(SNAPSHOT), Optional.empty()));

        assertThat(copy.sizeMiB()).isEqualTo(9);
        assertThat(first(copy)).isEqualTo((byte) 7);
        assertThat(snapshots("elsewhere")).isEmpty();
    }

    @Test
    void askedAgainNothingIsDoneAgain() throws IOException {
        open("volumes", DiskFiles.RAW, VolumeDirectory.Place.OBJECTS);
        await(store.create(VOLUME, 8, Optional.empty(), Optional.empty()));
        keep();
        blobs.changesLeft = 0;

        await(store.archive(SNAPSHOT, VOLUME.value(), percent -> { }));
    }

    @Test
    void aSnapshotThatDoesNotFitInThereIsStillHere() throws IOException {
        open("volumes", DiskFiles.RAW, VolumeDirectory.Place.OBJECTS);
        write(await(store.create(VOLUME, 8, Optional.empty(), Optional.empty())), 7);
        await(store.snapshot(SNAPSHOT, VOLUME, Optional.empty()));
        blobs.changesLeft = 2;

        assertThat(failure(store.archive(SNAPSHOT, VOLUME.value(), percent -> { })).reason()).isEqualTo(Reason.FULL);

        assertThat(snapshots("volumes")).hasSize(1);
        blobs.changesLeft = Integer.MAX_VALUE;
        await(store.archive(SNAPSHOT, VOLUME.value(), percent -> { }));
        assertThat(first(await(store.create(COPY, 8, Optional.of(SNAPSHOT), Optional.empty())))).isEqualTo((byte) 7);
    }

    @Test
    void deletingItLeavesNothing() throws IOException {
        open("volumes", DiskFiles.RAW, VolumeDirectory.Place.OBJECTS);
        write(await(store.create(VOLUME, 8, Optional.empty(), Optional.empty())), 7);
        keep();
        assertThat(blobs.blobs).hasSize(2);

        await(store.deleteSnapshot(SNAPSHOT));
        await(store.deleteSnapshot(SNAPSHOT));

        assertThat(blobs.blobs).isEmpty();
        assertThat(failure(store.create(COPY, 8, Optional.of(SNAPSHOT), Optional.empty())).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void whatWasKeptInTheOtherPlaceCanBeUsedAndDeleted() throws IOException {
        open("volumes", DiskFiles.RAW, VolumeDirectory.Place.OBJECTS);
        write(await(store.create(VOLUME, 8, Optional.empty(), Optional.empty())), 7);
        keep();
        store.deactivate();

        open("volumes", DiskFiles.RAW, VolumeDirectory.Place.LOCAL);
        assertThat(first(await(store.create(COPY, 8, Optional.of(SNAPSHOT), Optional.empty())))).isEqualTo((byte) 7);
        await(store.deleteSnapshot(SNAPSHOT));

        assertThat(blobs.blobs).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = DiskExport.Format.class, names = { "RAW", "QCOW2" })
    void itIsTakenAwayLikeAnyOther(DiskExport.Format format) throws IOException {
        open("volumes", DiskFiles.QCOW2, VolumeDirectory.Place.OBJECTS);
        write(await(store.create(VOLUME, 8, Optional.empty(), Optional.empty())), 7);
        keep();

        Path taken = directory.resolve("taken");
        try (DiskExport export = await(store.export(SNAPSHOT, format)); InputStream in = export.open()) {
            Files.copy(in, taken);
        }

        assertThat(first(new Disk(taken, Disk.Format.valueOf(format.name()), 8))).isEqualTo((byte) 7);
        assertThat(snapshots("volumes")).isEmpty();
    }

    @Test
    void aVolumeThatIsTooSmallIsRefused() throws IOException {
        open("volumes", DiskFiles.RAW, VolumeDirectory.Place.OBJECTS);
        await(store.create(VOLUME, 8, Optional.empty(), Optional.empty()));
        keep();

        assertThat(failure(store.create(COPY, 7, Optional.of(SNAPSHOT), Optional.empty())).reason()).isEqualTo(Reason.REFUSED);
        assertThat(snapshots("volumes")).isEmpty();
    }

    private List<Path> snapshots(String name) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(name).resolve("snapshots"))) {
            return files.toList();
        }
    }

    private byte first(Disk disk) throws IOException {
        Path file = disk.file();
        if (disk.format() == Disk.Format.QCOW2) {
            file = directory.resolve("raw");
            run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", disk.file().toString(), file.toString());
        }
        try (InputStream in = Files.newInputStream(file)) {
            return (byte) in.read();
        }
    }

    private void write(Disk disk, int value) throws IOException {
        if (disk.format() == Disk.Format.RAW) {
            Files.write(disk.file(), new byte[] { (byte) value }, StandardOpenOption.WRITE);
        } else {
            run("qemu-io", "-f", "qcow2", "-c", "write -P " + value + " 0 512", disk.file().toString());
        }
    }

    private void run(String... command) throws IOException {
        Program.run(List.of(command), directory, Optional.empty(), Duration.ofMinutes(1));
    }
}
