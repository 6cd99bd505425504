package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People bring images of their own in buckets, and take them away again; snapshots are in the object store, and outlive all volumes. */
class BucketImagesTest {

    private static final int MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String RAW_DISK = "Format=RAW,UserBucket={S3Bucket=images,S3Key=disk.raw}";

    @TempDir
    private static Path directory;
    private static Platform platform;
    private static Path disk;

    @BeforeAll
    static void start() throws IOException {
        Platform prepared = Platform.prepare();
        prepared.load("snapshots = \"OBJECTS\"\n", "org.kumiki.image.volumes.cfg");
        platform = Paper.start(prepared, 2);
        byte[] content = new byte[8 * MIB];
        new Random(5).nextBytes(content);
        Arrays.fill(content, 3 * MIB, 6 * MIB, (byte) 0);
        disk = Files.write(directory.resolve("disk.raw"), content);
        s3("mb", "s3://images");
        s3("cp", disk.toString(), "s3://images/disk.raw");
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @Test
    void anImageOfOnesOwnIsRegisteredRunStoredAndRestored() {
        String image = platform.ec2("register-image", "--name", "my-own", "--image-location", "images/disk.raw", "--query", "ImageId");
        platform.ec2("wait", "image-available", "--image-ids", image);
        run(image);

        assertThat(platform.ec2("create-store-image-task", "--image-id", image, "--bucket", "images", "--query", "ObjectKey")).isEqualTo(image + ".bin");
        Await.until("the image is stored", PATIENCE, () -> platform.ec2("describe-store-image-tasks", "--image-ids", image, "--query",
                "StoreImageTaskResults[0].[StoreTaskState,ProgressPercentage]").equals("Completed\t100"));
        platform.ec2("deregister-image", "--image-id", image);
        String restored = platform.ec2("create-restore-image-task", "--bucket", "images", "--object-key", image + ".bin", "--query", "ImageId");
        platform.ec2("wait", "image-available", "--image-ids", restored);

        assertThat(platform.ec2("describe-images", "--image-ids", restored, "--query", "Images[0].Name")).isEqualTo("my-own");
        run(restored);
        assertThat(exported(restored)).hasSameBinaryContentAs(disk);
    }

    @Test
    void aSnapshotOutlivesAllVolumes() throws IOException {
        String task = platform.ec2("import-snapshot", "--disk-container", RAW_DISK, "--query", "ImportTaskId");
        Await.until("the snapshot is imported", PATIENCE, () -> platform.ec2("describe-import-snapshot-tasks", "--import-task-ids", task, "--query",
                "ImportSnapshotTasks[0].SnapshotTaskDetail.Status").equals("completed"));
        String imported = platform.ec2("describe-import-snapshot-tasks", "--import-task-ids", task, "--query",
                "ImportSnapshotTasks[0].SnapshotTaskDetail.SnapshotId");
        String snapshot = snapshotOf(volumeOf(imported));
        assertThat(Platform.files(platform.data().resolve("volumes/snapshots")).filter(Files::isRegularFile)).isEmpty();

        platform.kill();
        deleteAll(platform.data().resolve("volumes"));
        platform.start();

        String again = snapshotOf(volumeOf(snapshot));
        platform.ec2("delete-snapshot", "--snapshot-id", snapshot);
        platform.ec2("delete-snapshot", "--snapshot-id", imported);
        String image = platform.ec2("register-image", "--name", "of-a-snapshot", "--root-device-name", "/dev/sda1", "--block-device-mappings",
                "DeviceName=/dev/sda1,Ebs={SnapshotId=" + again + "}", "--query", "ImageId");
        ByteBuffer taken = ByteBuffer.wrap(Files.readAllBytes(exported(image)));
        assertThat(Arrays.copyOf(taken.array(), 8 * MIB)).isEqualTo(Files.readAllBytes(disk)); // a volume is a whole number of GiB
    }

    @Test
    void aKillWhileAnImageComesDelaysIt() {
        String image = platform.ec2("register-image", "--name", "interrupted", "--image-location", "images/disk.raw", "--query", "ImageId");
        platform.kill();
        platform.start();

        platform.ec2("wait", "image-available", "--image-ids", image);
        assertThat(exported(image)).hasSameBinaryContentAs(disk);
    }

    @Test
    void aDiskThatPointsElsewhereIsRefused() {
        Path evil = directory.resolve("evil.qcow2");
        Program.of("qemu-img", "create", "-q", "-f", "qcow2", "-b", "/etc/hostname", "-F", "raw", evil.toString(), "1M").run().text();
        s3("cp", evil.toString(), "s3://images/evil.qcow2");

        String image = platform.ec2("register-image", "--name", "evil", "--image-location", "images/evil.qcow2", "--query", "ImageId");

        Await.until("it is refused", PATIENCE, () -> platform.ec2("describe-images", "--image-ids", image, "--query", "Images[0].State").equals("failed"));
        assertThat(platform.ec2("describe-images", "--image-ids", image, "--query", "Images[0].StateReason.Message")).contains("backing file");
        assertThat(platform.kumiki("aws", "ec2", "register-image", "--name", "none", "--image-location", "images/none.raw").run().errors())
                .contains("InvalidManifest");
    }

    private static void run(String image) {
        String id = platform.ec2("run-instances", "--image-id", image, "--instance-type", Paper.TYPE, "--query", "Instances[0].InstanceId");
        platform.ec2("wait", "instance-running", "--instance-ids", id);
        platform.ec2("terminate-instances", "--instance-ids", id);
    }

    private static String volumeOf(String snapshot) {
        String volume = platform.ec2("create-volume", "--availability-zone", "us-east-1a", "--snapshot-id", snapshot, "--query", "VolumeId");
        platform.ec2("wait", "volume-available", "--volume-ids", volume);
        return volume;
    }

    private static String snapshotOf(String volume) {
        String snapshot = platform.ec2("create-snapshot", "--volume-id", volume, "--query", "SnapshotId");
        platform.ec2("wait", "snapshot-completed", "--snapshot-ids", snapshot);
        return snapshot;
    }

    /** The disk of an image, as somebody takes it home. */
    private static Path exported(String image) {
        String task = platform.ec2("export-image", "--image-id", image, "--disk-image-format", "RAW", "--s3-export-location",
                "S3Bucket=images,S3Prefix=out/", "--query", "ExportImageTaskId");
        Await.until("the disk is exported", PATIENCE, () -> platform.ec2("describe-export-image-tasks", "--export-image-task-ids", task, "--query",
                "ExportImageTasks[0].Status").equals("completed"));
        Path taken = directory.resolve(task);
        s3("cp", "s3://images/out/" + task + ".raw", taken.toString());
        return taken;
    }

    private static void s3(String... arguments) {
        platform.kumiki("aws", "s3").and(arguments).within(PATIENCE).run().text();
    }

    private static void deleteAll(Path lost) throws IOException {
        List<Path> files = Platform.files(lost).sorted(Comparator.reverseOrder()).toList();
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
