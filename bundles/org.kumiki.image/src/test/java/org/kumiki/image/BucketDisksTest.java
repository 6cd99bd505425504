package org.kumiki.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.kumiki.image.Stages.await;
import static org.kumiki.image.Stages.failure;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.ByteSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.kumiki.image.fetch.AddressRules;
import org.kumiki.image.fetch.WebSource;

/** Threats T01 to T05, and what else can be wrong, with disks that are handed over as bytes out of a bucket: as images, and as snapshots. */
class BucketDisksTest {

    private static final ImageId IMAGE = new ImageId("ami-0a1b2c3d4e5f60718");
    private static final SnapshotId SNAPSHOT = new SnapshotId("snap-0a1b2c3d4e5f60718");
    private static final int MIB = 1 << 20;

    /** What is made of the bytes. */
    enum Into {
        IMAGE, SNAPSHOT
    }

    @TempDir
    Path directory;

    private ImageDirectory images;
    private VolumeDirectory volumes;

    @AfterEach
    void close() {
        if (images != null) {
            images.deactivate();
            volumes.deactivate();
        }
    }

    private void open(long leastFree) throws IOException {
        images = new ImageDirectory(directory.resolve("images"), directory, 64 * MIB, 16 * MIB, leastFree,
                new WebSource(new AddressRules(List.of()), Duration.ofSeconds(1), Duration.ofSeconds(1)));
        volumes = new VolumeDirectory(directory.resolve("volumes"), 64, 16, leastFree, DiskFiles.best(), VolumeDirectory.Place.LOCAL);
    }

    private CompletionStage<?> add(Into into, ByteSource source, Disk.Format declared) throws IOException {
        if (images == null) {
            open(0);
        }
        return into == Into.IMAGE ? images.add(IMAGE, source, Image.Format.valueOf(declared.name())) : volumes.add(SNAPSHOT, source, declared);
    }

    private void assertRefused(Into into, Path disk, Disk.Format declared, String why) throws IOException {
        StorageException refused = failure(add(into, () -> Files.newInputStream(disk), declared));

        assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(Reason.REFUSED);
        assertThat(refused).hasMessageContaining(why);
        assertThat(kept()).isEmpty();
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> images = Files.walk(directory.resolve("images")); Stream<Path> volumes = Files.walk(directory.resolve("volumes"))) {
            return Stream.concat(images, volumes).filter(Files::isRegularFile).toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void t01RefusesABackingFileAndShowsNothingOfIt(Into into) throws IOException {
        Path secret = Files.write(directory.resolve("secret"), new byte[MIB]);
        Path disk = qemuImg("create", "-q", "-f", "qcow2", "-b", secret.toString(), "-F", "raw", "@");

        assertRefused(into, disk, Disk.Format.QCOW2, "backing file");
    }

    @ParameterizedTest
    @EnumSource
    void t02RefusesAnExternalDataFile(Into into) throws IOException {
        Path disk = qemuImg("create", "-q", "-f", "qcow2", "-o", "data_file=" + directory.resolve("data") + ",data_file_raw=on", "@", "1M");

        assertRefused(into, disk, Disk.Format.QCOW2, "another file");
    }

    @ParameterizedTest
    @EnumSource
    void t03RefusesADescriptorThatPointsElsewhere(Into into) throws IOException {
        byte[] descriptor = Arrays.copyOf(("# Disk DescriptorFile\nversion=1\ncreateType=\"monolithicFlat\"\nRW 2048 FLAT \"/etc/shadow\" 0\n").getBytes(UTF_8), 512);
        Path disk = Files.write(directory.resolve("disk"), descriptor);

        assertRefused(into, disk, Disk.Format.RAW, "VMDK");
    }

    @ParameterizedTest
    @EnumSource
    void t04RefusesADiskThatIsNotWhatItIsDeclaredToBe(Into into) throws IOException {
        assertRefused(into, qemuImg("create", "-q", "-f", "qcow2", "@", "1M"), Disk.Format.RAW, "looks like");
        assertRefused(into, Files.write(directory.resolve("raw"), new byte[MIB]), Disk.Format.QCOW2, "This disk is refused");
    }

    @ParameterizedTest
    @EnumSource
    void t05RefusesADiskThatClaimsToBeHuge(Into into) throws IOException {
        assertRefused(into, qemuImg("create", "-q", "-f", "qcow2", "-o", "cluster_size=2M", "@", "500T"), Disk.Format.QCOW2, "are allowed");
    }

    /** What is unpacked on the way may never end; so much of it is read and no more. */
    @ParameterizedTest
    @EnumSource
    void t05CutsOffWhatNeverEnds(Into into) throws IOException {
        long[] read = { 0 };
        InputStream endless = new InputStream() {

            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                read[0] += length;
                return length;
            }
        };

        StorageException refused = failure(add(into, () -> endless, Disk.Format.RAW));

        assertThat(refused.reason()).isEqualTo(Reason.REFUSED);
        assertThat(refused).hasMessageContaining("16 MiB that are allowed");
        assertThat(read[0]).isLessThan(17L * MIB);
        assertThat(kept()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatBreaksOffLeavesNothingAndCanBeBegunAnew(Into into) throws IOException {
        byte[] disk = new byte[2 * MIB];
        Arrays.fill(disk, (byte) 7);
        InputStream torn = new SequenceInputStream(new ByteArrayInputStream(disk, 0, MIB), new FilterInputStream(InputStream.nullInputStream()) {

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("the object cannot be read to its end: it is damaged");
            }
        });

        StorageException failed = failure(add(into, () -> torn, Disk.Format.RAW));

        assertThat(failed.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(failed).hasMessageContaining("damaged");
        assertThat(kept()).isEmpty();
        await(add(into, () -> new ByteArrayInputStream(disk), Disk.Format.RAW));
        assertThat(kept()).anySatisfy(file -> assertThat(file).hasBinaryContent(disk));
    }

    @ParameterizedTest
    @EnumSource
    void aRawDiskThatWasCutOffIsRefused(Into into) throws IOException {
        assertRefused(into, Files.write(directory.resolve("raw"), new byte[MIB - 100]), Disk.Format.RAW, "whole number of sectors");
    }

    @ParameterizedTest
    @EnumSource
    void aFullDiskTakesNothingIn(Into into) throws IOException {
        open(Long.MAX_VALUE);

        StorageException full = failure(add(into, () -> new ByteArrayInputStream(new byte[MIB]), Disk.Format.RAW));

        assertThat(full.reason()).isEqualTo(Reason.FULL);
        assertThat(kept()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatTheObjectsOwnersSayIsPassedOn(Into into) throws IOException {
        StorageException gone = failure(add(into, () -> {
            throw new StorageException(Reason.REFUSED, "There is no object 'a/b'.");
        }, Disk.Format.RAW));

        assertThat(gone).hasMessage("There is no object 'a/b'.");
        assertThat(kept()).isEmpty();
    }

    /** A good disk goes the whole way: in as an image, out in each format, in again as a snapshot, and into a volume. */
    @ParameterizedTest
    @EnumSource(DiskExport.Format.class)
    void aGoodDiskIsTakenAway(DiskExport.Format format) throws IOException {
        byte[] content = new byte[2 * MIB];
        Arrays.fill(content, MIB, 2 * MIB, (byte) 9);
        Path disk = Files.write(directory.resolve("good"), content);
        Path packed = qemuImg("convert", "-q", "-f", "raw", "-O", "qcow2", disk.toString(), "@");
        await(add(Into.IMAGE, () -> Files.newInputStream(packed), Disk.Format.QCOW2));

        Path taken = directory.resolve("taken");
        try (DiskExport export = await(images.export(IMAGE, format)); InputStream in = export.open()) {
            assertThat(Files.copy(in, taken)).isEqualTo(export.length());
        }

        Path raw = directory.resolve("again");
        run(List.of("qemu-img", "convert", "-f", format == DiskExport.Format.VHD ? "vpc" : format.extension(), "-O", "raw", taken.toString(), raw.toString()));
        assertThat(Arrays.copyOf(Files.readAllBytes(raw), content.length)).isEqualTo(content);
        try (Stream<Path> files = Files.walk(directory.resolve("images"))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith(Durable.UNFINISHED))).isEmpty();
        }
    }

    @Test
    void aVolumeIsMadeOfASnapshotThatCameOutOfABucket() throws IOException {
        Path disk = qemuImg("create", "-q", "-f", "qcow2", "@", "3M");
        assertThat(await(add(Into.SNAPSHOT, () -> Files.newInputStream(disk), Disk.Format.QCOW2))).isEqualTo(3L);

        Disk volume = await(volumes.create(new VolumeId("vol-00000001"), 5, Optional.of(SNAPSHOT), Optional.empty()));

        assertThat(volume.sizeMiB()).isEqualTo(5);
        assertThat(volume.format()).isEqualTo(Disk.Format.QCOW2);
    }

    private Path qemuImg(String... arguments) throws IOException {
        assumeTrue(Program.find("qemu-img").isPresent(), "qemu-img is not installed");
        Path disk = directory.resolve("disk");
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(arguments));
        command.replaceAll(argument -> argument.equals("@") ? disk.toString() : argument);
        run(command);
        return disk;
    }

    private void run(List<String> command) throws IOException {
        Program.run(command, directory, Optional.empty(), Duration.ofMinutes(1));
    }
}
