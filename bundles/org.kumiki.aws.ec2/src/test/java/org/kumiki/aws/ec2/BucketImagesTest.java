package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Predicate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Transfer;
import org.kumiki.engine.PaperBuckets;
import org.kumiki.testing.QueryClient;
import org.kumiki.testing.QueryClient.Answer;
import org.kumiki.testing.TwoAccounts;

/** Images and snapshots in buckets, as clients of EC2 see them. */
@Timeout(60)
class BucketImagesTest {

    @TempDir
    Path data;

    private TestCloud cloud;
    private QueryClient client;
    private PaperBuckets buckets;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
        client = cloud.client(TwoAccounts.KEY);
        buckets = cloud.paper.buckets;
        buckets.own("shelf", TwoAccounts.ROOT.id());
        buckets.own("theirs", TwoAccounts.OTHER.id());
        for (String location : new String[] { "shelf/disk.raw", "shelf/disk.qcow2", "theirs/disk.raw", "shelf/sealed.raw" }) {
            buckets.put(location, "a disk".getBytes(StandardCharsets.US_ASCII));
        }
        buckets.put("shelf/evil.raw", "evil".getBytes(StandardCharsets.US_ASCII));
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @Test
    void anImageIsRegisteredByItsObject() {
        String id = client.call("RegisterImage", "Name", "mine", "ImageLocation", "shelf/disk.qcow2").one("imageId");

        available(id);
        Answer image = client.call("DescribeImages", "ImageId.1", id);
        assertThat(image.one("imageState")).isEqualTo("available");
        assertThat(client.call("DescribeImages", "Filter.1.Name", "manifest-location", "Filter.1.Value.1", "shelf/*").all("imageId")).containsExactly(id);
        assertThat(client.call("RunInstances", "ImageId", id, "InstanceType", "t2.nano", "MinCount", "1", "MaxCount", "1").code()).isEqualTo("OK");
    }

    @Test
    void whatIsDangerousHasFailedAndSaysWhy() {
        String id = client.call("RegisterImage", "Name", "mine", "ImageLocation", "shelf/evil.raw").one("imageId");

        cloud.paper.await(inventory -> inventory.images().find(new ImageId(id)).orElseThrow().state() == Image.State.FAILED);
        Answer image = client.call("DescribeImages", "ImageId.1", id);
        assertThat(image.one("imageState")).isEqualTo("failed");
        assertThat(image.one("message")).contains("backing file");
    }

    @ParameterizedTest
    @CsvSource({ "none/disk.raw,InvalidManifest", "shelf/none.raw,InvalidManifest", "theirs/disk.raw,InvalidManifest", "shelf/sealed.raw,InvalidManifest",
            "shelf/disk.vmdk,InvalidAMILocation", "shelf,InvalidAMILocation", "/disk.raw,InvalidAMILocation", "shelf/.gz,InvalidAMILocation",
            "file:///etc/shadow,InvalidParameterValue", "s3://shelf/disk.raw,InvalidParameterValue" })
    void refusesALocationThatIsNone(String location, String code) {
        assertThat(client.call("RegisterImage", "Name", "mine", "ImageLocation", location).code()).isEqualTo(code);
        assertThat(cloud.paper.datacenter().inventory().transfers().size()).isZero();
    }

    @Test
    void anImportIsATaskThatCanBeLookedAfter() {
        Answer begun = client.call("ImportImage", "Description", "imported", "DiskContainer.1.Format", "RAW", "DiskContainer.1.UserBucket.S3Bucket", "shelf",
                "DiskContainer.1.UserBucket.S3Key", "disk.raw", "TagSpecification.1.ResourceType", "import-image-task", "TagSpecification.1.Tag.1.Key", "k",
                "TagSpecification.1.Tag.1.Value", "v");
        String task = begun.one("importTaskId");
        assertThat(task).startsWith("import-ami-");
        assertThat(begun.one("status")).isEqualTo("active");
        assertThat(begun.one("progress")).isEqualTo("0");

        over(task);
        Answer done = client.call("DescribeImportImageTasks", "ImportTaskId.1", task);
        assertThat(done.all("status")).containsOnly("completed");
        assertThat(done.one("key")).isEqualTo("k");
        assertThat(done.one("s3Bucket") + "/" + done.one("s3Key")).isEqualTo("shelf/disk.raw");
        assertThat(client.call("DescribeImages", "ImageId.1", done.one("imageId")).one("name")).isEqualTo(task);
        assertThat(client.call("DescribeImportImageTasks", "Filters.1.Name", "task-state", "Filters.1.Value.1", "active").all("importTaskId")).isEmpty();
        assertThat(client.call("CancelImportTask", "ImportTaskId", task).code()).isEqualTo("IncorrectState");
    }

    @Test
    void anImportThatFailedSaysWhy() {
        String task = client.call("ImportSnapshot", "DiskContainer.Format", "raw", "DiskContainer.Url", "s3://shelf/evil.raw").one("importTaskId");

        over(task);
        Answer failed = client.call("DescribeImportSnapshotTasks", "ImportTaskId.1", task);
        assertThat(failed.one("status")).isEqualTo("error");
        assertThat(failed.one("statusMessage")).isEqualTo("ClientError: This disk is refused: it names a backing file.");
        assertThat(client.call("DescribeSnapshots", "SnapshotId.1", failed.one("snapshotId")).one("status")).isEqualTo("error");
    }

    @Test
    void aSnapshotIsImportedAndAVolumeMadeOfIt() {
        Answer begun = client.call("ImportSnapshot", "DiskContainer.Format", "RAW", "DiskContainer.UserBucket.S3Bucket", "shelf",
                "DiskContainer.UserBucket.S3Key", "disk.raw");

        over(begun.one("importTaskId"));
        Answer snapshot = client.call("DescribeSnapshots", "SnapshotId.1", begun.one("snapshotId"));
        assertThat(snapshot.one("status")).isEqualTo("completed");
        assertThat(snapshot.one("progress")).isEqualTo("100%");
        assertThat(snapshot.one("volumeId")).isEqualTo("vol-ffffffff");
        assertThat(client.call("CreateVolume", "AvailabilityZone", "us-east-1a", "SnapshotId", begun.one("snapshotId")).code()).isEqualTo("OK");
    }

    @ParameterizedTest
    @CsvSource({ "none,disk.raw,RAW,InvalidParameter", "shelf,none,RAW,InvalidParameter", "theirs,disk.raw,RAW,InvalidParameter",
            "shelf,sealed.raw,RAW,InvalidParameter", "shelf,disk.raw,VMDK,InvalidParameterValue", "shelf,disk.raw,ova,InvalidParameterValue" })
    void refusesToImportWhatItCannot(String bucket, String key, String format, String code) {
        assertThat(client.call("ImportImage", "DiskContainer.1.Format", format, "DiskContainer.1.UserBucket.S3Bucket", bucket,
                "DiskContainer.1.UserBucket.S3Key", key).code()).isEqualTo(code);
        assertThat(client.call("ImportSnapshot", "DiskContainer.Format", format, "DiskContainer.UserBucket.S3Bucket", bucket,
                "DiskContainer.UserBucket.S3Key", key).code()).isEqualTo(code);
    }

    @Test
    void anImageIsStoredAndRestored() {
        String id = client.call("RegisterImage", "Name", "mine", "ImageLocation", "shelf/disk.raw").one("imageId");
        available(id);

        Answer begun = client.call("CreateStoreImageTask", "ImageId", id, "Bucket", "shelf", "S3ObjectTag.1.Key", "k", "S3ObjectTag.1.Value", "v");
        assertThat(begun.one("objectKey")).isEqualTo(id + ".bin");
        cloud.paper.await(inventory -> inventory.transfers().stream().noneMatch(Transfer::isActive));
        Answer stored = client.call("DescribeStoreImageTasks", "ImageId.1", id);
        assertThat(stored.one("storeTaskState")).isEqualTo("Completed");
        assertThat(stored.one("progressPercentage")).isEqualTo("100");
        assertThat(stored.one("s3objectKey")).isEqualTo(id + ".bin");
        assertThat(buckets.tags("shelf/" + id + ".bin")).containsEntry("k", "v");
        assertThat(client.call("DescribeStoreImageTasks", "Filter.1.Name", "task-state", "Filter.1.Value.1", "Failed").all("amiId")).isEmpty();

        String restored = client.call("CreateRestoreImageTask", "Bucket", "shelf", "ObjectKey", id + ".bin", "Name", "again").one("imageId");
        available(restored);
        assertThat(client.call("DescribeImages", "ImageId.1", restored).one("name")).isEqualTo("again");
        assertThat(client.call("DescribeImportSnapshotTasks").all("importTaskId")).isEmpty(); // nobody asked for one
    }

    @ParameterizedTest
    @CsvSource({ "none,ami.bin,NoSuchBucket", "shelf,none.bin,NoSuchKey", "theirs,disk.raw,AccessDenied", "shelf,disk.raw,InvalidParameterValue" })
    void refusesToRestoreWhatItCannot(String bucket, String key, String code) {
        assertThat(client.call("CreateRestoreImageTask", "Bucket", bucket, "ObjectKey", key).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({ "none,NoSuchBucket", "theirs,AccessDenied" })
    void refusesToStoreAndExportWhereItMayNotWrite(String bucket, String code) {
        String id = client.call("RegisterImage", "Name", "mine", "ImageLocation", "shelf/disk.raw").one("imageId");
        available(id);

        assertThat(client.call("CreateStoreImageTask", "ImageId", id, "Bucket", bucket).code()).isEqualTo(code);
        assertThat(client.call("ExportImage", "ImageId", id, "DiskImageFormat", "RAW", "S3ExportLocation.S3Bucket", bucket).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({ "VMDK,vmdk", "RAW,raw", "VHD,vhd", "qcow2,qcow2" })
    void theDiskOfAnImageIsExported(String format, String extension) {
        String id = client.call("RegisterImage", "Name", "mine", "ImageLocation", "shelf/disk.raw").one("imageId");
        available(id);

        Answer begun = client.call("ExportImage", "ImageId", id, "DiskImageFormat", format, "S3ExportLocation.S3Bucket", "shelf", "S3ExportLocation.S3Prefix",
                "out/", "ClientToken", "t");
        String task = begun.one("exportImageTaskId");

        over(task);
        Answer done = client.call("DescribeExportImageTasks", "ExportImageTaskId.1", task);
        assertThat(done.one("status")).isEqualTo("completed");
        assertThat(done.one("s3Prefix")).isEqualTo("out/");
        assertThat(buckets.get("shelf/out/" + task + "." + extension)).isEqualTo("disk".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.call("ExportImage", "ImageId", id, "DiskImageFormat", "OVA", "S3ExportLocation.S3Bucket", "shelf").code())
                .isEqualTo("InvalidParameterValue");
    }

    private void available(String image) {
        cloud.paper.await(inventory -> inventory.images().find(new ImageId(image)).orElseThrow().state() == Image.State.AVAILABLE);
    }

    private void over(String task) {
        Predicate<Transfer> named = transfer -> transfer.id().value().equals(task);
        cloud.paper.await(inventory -> inventory.transfers().stream().filter(named).noneMatch(Transfer::isActive));
    }
}
