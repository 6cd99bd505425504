package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.engine.PaperDatacenter;
import org.kumiki.testing.QueryClient;
import org.kumiki.testing.QueryClient.Answer;
import org.kumiki.testing.TwoAccounts;

/** The disks of instances and images, as clients of EC2 see them. */
class BlockDevicesTest {

    private static final String OF_2010 = "2010-08-31";

    @TempDir
    Path data;

    private TestCloud cloud;
    private QueryClient client;
    private String image;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
        client = cloud.client(TwoAccounts.KEY);
        image = client.call("RegisterImage", "Name", "disk", "ImageLocation", "https://example.org/a.qcow2").one("imageId");
        awaitImage(image);
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @Test
    void anInstanceShowsItsRootVolume() {
        String id = launch(image, "BlockDeviceMapping.1.DeviceName", "/dev/sda1", "BlockDeviceMapping.1.Ebs.VolumeSize", "20",
                "BlockDeviceMapping.1.Ebs.DeleteOnTermination", "false", "BlockDeviceMapping.2.DeviceName", "/dev/sdb",
                "BlockDeviceMapping.2.VirtualName", "ephemeral0", "TagSpecification.1.ResourceType", "volume", "TagSpecification.1.Tag.1.Key", "for",
                "TagSpecification.1.Tag.1.Value", "root");

        Answer instance = client.call("DescribeInstances", "Filter.1.Name", "block-device-mapping.device-name", "Filter.1.Value.1", "/dev/sda1");
        assertThat(instance.all("instanceId")).containsExactly(id);
        assertThat(instance.one("rootDeviceType")).isEqualTo("ebs");
        assertThat(instance.one("rootDeviceName")).isEqualTo("/dev/sda1");
        assertThat(instance.all("deviceName")).containsExactly("/dev/sda1");
        Answer volume = client.call("DescribeVolumes", "VolumeId.1", instance.one("volumeId"));
        assertThat(volume.one("size")).isEqualTo("20");
        assertThat(volume.all("status")).containsExactly("attached", "in-use");
        assertThat(volume.one("instanceId")).isEqualTo(id);
        assertThat(volume.one("deleteOnTermination")).isEqualTo("false");
        assertThat(volume.one("value")).isEqualTo("root");
    }

    @Test
    void anInstanceWithoutADiskHasNone() {
        String id = launch(PaperDatacenter.IMAGE.value());

        Answer instance = client.call("DescribeInstances", "InstanceId.1", id);
        assertThat(instance.one("rootDeviceType")).isEqualTo("instance-store");
        assertThat(instance.all("deviceName")).isEmpty();
        assertThat(client.call("CreateImage", "InstanceId", id, "Name", "impossible").code()).isEqualTo("IncorrectInstanceState");
        assertThat(client.call("DescribeImages", "ImageId.1", PaperDatacenter.IMAGE.value()).one("rootDeviceType")).isEqualTo("instance-store");
    }

    @ParameterizedTest
    @CsvSource({
            "/dev/sda1, NoDevice, '', InvalidBlockDeviceMapping",
            "/dev/sdf, Ebs.DeleteOnTermination, true, InvalidBlockDeviceMapping",
            "/dev/sdf, VirtualName, something, InvalidBlockDeviceMapping",
            "/dev/sdf, Ebs.VolumeSize, 0, InvalidParameterValue",
            "/dev/sdf, Ebs.VolumeSize, 17000, InvalidBlockDeviceMapping",
            "/dev/sdf, Ebs.SnapshotId, snap-00000000, InvalidSnapshot.NotFound",
            "/dev/sdf, Ebs.SnapshotId, vol-00000000, InvalidSnapshotID.Malformed",
            "/dev/sdf, Ebs.Encrypted, true, UnsupportedOperation",
            "/dev/sdf, Ebs.Iops, 100, UnsupportedOperation",
            "/dev/sdf, Ebs.VolumeType, io1, UnsupportedOperation",
            "C:, Ebs.VolumeSize, 1, InvalidParameterValue" })
    void aMappingThatCannotBeHonouredLaunchesNothing(String device, String name, String value, String code) {
        Answer refused = client.call("RunInstances", "ImageId", image, "InstanceType", "t2.nano", "MinCount", "1", "MaxCount", "1",
                "BlockDeviceMapping.1.DeviceName", device, "BlockDeviceMapping.1." + name, value);

        assertThat(refused.code()).isEqualTo(code);
        assertThat(client.call("DescribeInstances").all("instanceId")).isEmpty();
    }

    @Test
    void anImageIsMadeOfAnInstanceWhileItRuns() {
        String id = launch(image, "BlockDeviceMapping.1.DeviceName", "/dev/sdf", "BlockDeviceMapping.1.Ebs.VolumeSize", "3");

        String made = client.call("CreateImage", "InstanceId", id, "Name", "made", "Description", "of it", "NoReboot", "true",
                "BlockDeviceMapping.1.DeviceName", "/dev/sdf", "BlockDeviceMapping.1.NoDevice", "",
                "TagSpecification.1.ResourceType", "snapshot", "TagSpecification.1.Tag.1.Key", "a", "TagSpecification.1.Tag.1.Value",
                "b").one("imageId");
        awaitImage(made);

        Answer described = client.call("DescribeImages", "ImageId.1", made);
        String snapshot = described.one("snapshotId");
        assertThat(described.all("deviceName")).containsExactly("/dev/sda1");
        assertThat(described.one("description")).isEqualTo("of it");
        assertThat(client.call("DescribeImages", "Filter.1.Name", "block-device-mapping.snapshot-id", "Filter.1.Value.1", snapshot).all("imageId"))
                .containsExactly(made);
        assertThat(client.call("DescribeSnapshots", "SnapshotId.1", snapshot).one("value")).isEqualTo("b");
        assertThat(client.call("DeleteSnapshot", "SnapshotId", snapshot).code()).isEqualTo("InvalidSnapshot.InUse");
        Answer second = client.call("DescribeInstances", "InstanceId.1", launch(made));
        assertThat(client.call("DescribeVolumes", "VolumeId.1", second.one("volumeId")).one("snapshotId")).isEqualTo(snapshot);
        assertThat(client.call("CreateImage", "InstanceId", id, "Name", "made").code()).isEqualTo("InvalidAMIName.Duplicate");
    }

    @Test
    void anImageIsRegisteredFromASnapshotByAClientOfOld() {
        String id = launch(image);
        String volume = client.call("DescribeInstances", "InstanceId.1", id).one("volumeId");
        String snapshot = client.call("CreateSnapshot", "VolumeId", volume).one("snapshotId");
        cloud.paper.await(inventory -> inventory.snapshots().find(new SnapshotId(snapshot)).orElseThrow().state() == Snapshot.State.COMPLETED);

        String registered = client.call(OF_2010, "RegisterImage", List.of("Name", "old", "RootDeviceName", "/dev/sda1",
                "BlockDeviceMapping.0.DeviceName", "/dev/sda1", "BlockDeviceMapping.0.Ebs.SnapshotId", snapshot, "BlockDeviceMapping.1.DeviceName",
                "/dev/sda2", "BlockDeviceMapping.1.VirtualName", "any", "BlockDeviceMapping.1.Ebs.VolumeSize", "5",
                "BlockDeviceMapping.1.Ebs.DeleteOnTermination", "false")).one("imageId");

        Answer described = client.call(OF_2010, "DescribeImages", List.of("ImageId.1", registered));
        assertThat(described.all("deviceName")).containsExactly("/dev/sda1", "/dev/sda2");
        assertThat(described.all("deleteOnTermination")).containsExactly("true", "false");
        assertThat(described.all("snapshotId")).containsExactly(snapshot);
        assertThat(described.all("volumeType")).as("there was one type").isEmpty();
        assertThat(client.call("DescribeImages", "ImageId.1", registered).all("volumeType")).hasSize(2);
    }

    @Test
    void theRootVolumeStaysWhileTheInstanceRuns() {
        String id = launch(image);
        String volume = client.call("DescribeInstances", "InstanceId.1", id).one("volumeId");

        assertThat(client.call("DetachVolume", "VolumeId", volume).code()).isEqualTo("OperationNotPermitted");
        assertThat(client.call("DeleteVolume", "VolumeId", volume).code()).isEqualTo("VolumeInUse");
        client.call("StopInstances", "InstanceId.1", id);
        await(id, InstanceState.STOPPED);
        assertThat(client.call("DetachVolume", "VolumeId", volume).code()).isEqualTo("OK");
        assertThat(client.call("StartInstances", "InstanceId.1", id).code()).isEqualTo("IncorrectInstanceState");
        client.call("AttachVolume", "VolumeId", volume, "InstanceId", id, "Device", "/dev/sda1");
        assertThat(client.call("StartInstances", "InstanceId.1", id).code()).isEqualTo("OK");
    }

    @Test
    void whetherAVolumeGoesWithItsInstanceCanBeChanged() {
        String id = launch(image);

        assertThat(client.call("ModifyInstanceAttribute", "InstanceId", id, "BlockDeviceMapping.1.DeviceName", "/dev/sda1",
                "BlockDeviceMapping.1.Ebs.DeleteOnTermination", "false").code()).isEqualTo("OK");

        assertThat(client.call("DescribeInstanceAttribute", "InstanceId", id, "Attribute", "blockDeviceMapping").one("deleteOnTermination"))
                .isEqualTo("false");
        assertThat(client.call("ModifyInstanceAttribute", "InstanceId", id, "BlockDeviceMapping.1.DeviceName", "/dev/sdz",
                "BlockDeviceMapping.1.Ebs.DeleteOnTermination", "false").code()).isEqualTo("InvalidInstanceAttributeValue");
    }

    @Test
    void aGroupThatIsAPeerHasItsNameForClientsOfOldOnly() {
        String group = client.call("CreateSecurityGroup", "GroupName", "peers", "GroupDescription", "d").one("groupId");
        client.call("AuthorizeSecurityGroupIngress", "GroupId", group, "IpPermissions.1.IpProtocol", "tcp", "IpPermissions.1.FromPort", "22",
                "IpPermissions.1.ToPort", "22", "IpPermissions.1.Groups.1.GroupId", group);

        assertThat(client.call(OF_2010, "DescribeSecurityGroups", List.of("GroupId.1", group)).all("groupName")).containsExactly("peers", "peers");
        assertThat(client.call("DescribeSecurityGroups", "GroupId.1", group).all("groupName")).containsExactly("peers");
    }

    private String launch(String imageId, String... more) {
        List<String> parameters = new ArrayList<>(List.of("ImageId", imageId, "InstanceType", "t2.nano", "MinCount", "1", "MaxCount", "1"));
        parameters.addAll(Arrays.asList(more));
        Answer launched = client.call("RunInstances", parameters.toArray(String[]::new));
        assertThat(launched.all("deviceName")).as("as with EC2 the disks come later").isEmpty();
        String id = launched.one("instanceId");
        await(id, InstanceState.RUNNING);
        return id;
    }

    private void await(String id, InstanceState state) {
        cloud.paper.await(inventory -> inventory.instances().find(new InstanceId(id)).orElseThrow().state() == state);
    }

    private void awaitImage(String id) {
        cloud.paper.await(inventory -> inventory.images().find(new ImageId(id)).orElseThrow().state() == Image.State.AVAILABLE);
    }
}
