package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.engine.PaperDatacenter;
import org.kumiki.testing.QueryClient;
import org.kumiki.testing.QueryClient.Answer;
import org.kumiki.testing.TwoAccounts;

/** The façade before the real engine; what a long walk shows is in {@link BotoTest}. */
@Timeout(60)
class Ec2Test {

    private static final String IMAGE = PaperDatacenter.IMAGE.value();

    private static final Set<String> NAMES_NOTHING_OF_OTHERS = Set.of("AllocateAddress", "CreateKeyPair",
            "ImportKeyPair",
            "DeleteKeyPair", "CreateSecurityGroup", "DescribeSecurityGroupRules", "RegisterImage", "DescribeTags", "DescribeRegions",
            "DescribeAvailabilityZones", "DescribeAccountAttributes", "DescribeInstanceTypes", "DescribeInstanceTypeOfferings",
            "DescribeSpotPriceHistory", "DescribeInternetGateways", "DescribeRouteTables", "DescribeNetworkAcls", "DescribeDhcpOptions",
            "CreatePlacementGroup", "DescribeSpotInstanceRequests", "DescribeReservedInstances", "DescribeLaunchTemplates",
            "ImportImage", "ImportSnapshot", "CreateRestoreImageTask");

    @TempDir
    Path data;

    private TestCloud cloud;
    private QueryClient client;
    private QueryClient other;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
        client = cloud.client(TwoAccounts.KEY);
        other = cloud.client(TwoAccounts.OTHER_KEY);
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @Test
    void anInstanceRunsAndIsTerminated() {
        String id = launch();

        cloud.paper.await(inventory -> inventory.instances().find(new InstanceId(id)).orElseThrow().state() == InstanceState.RUNNING);
        Answer described = client.call("DescribeInstances", "InstanceId.1", id);
        assertThat(described.one("instanceId")).isEqualTo(id);
        assertThat(described.one("name")).isEqualTo("running");

        assertThat(client.call("TerminateInstances", "InstanceId.1", id).one("name")).isEqualTo("shutting-down");
        cloud.paper.await(inventory -> inventory.instances().find(new InstanceId(id)).orElseThrow().state() == InstanceState.TERMINATED);
    }

    @Test
    void theSameTokenLaunchesOnce() {
        String[] launch = { "ImageId", IMAGE, "InstanceType", "t2.nano", "MinCount", "1", "MaxCount", "1", "ClientToken", "t" };
        String first = client.call("RunInstances", launch).one("instanceId");

        assertThat(client.call("RunInstances", launch).one("instanceId")).isEqualTo(first);

        launch[3] = "t2.micro";
        assertThat(client.call("RunInstances", launch).code()).isEqualTo("IdempotentParameterMismatch");
        assertThat(client.call("DescribeInstances").all("instanceId")).containsExactly(first);
    }

    @Test
    void pagesHaveEveryInstanceOnce() {
        Set<String> launched = new HashSet<>(client.call("RunInstances", "ImageId", IMAGE, "InstanceType", "t2.nano", "MinCount", "13",
                "MaxCount",
                "13").all("instanceId"));

        List<String> seen = new ArrayList<>();
        Answer page = client.call("DescribeInstances", "MaxResults", "5");
        while (true) {
            seen.addAll(page.all("instanceId"));
            if (page.all("nextToken").isEmpty()) {
                break;
            }
            page = client.call("DescribeInstances", "MaxResults", "5", "NextToken", page.one("nextToken"));
        }

        assertThat(seen).hasSize(13).doesNotHaveDuplicates().hasSameElementsAs(launched);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "DescribeInstances    | InstanceId.1            | i-00000000          | InvalidInstanceID.NotFound",
            "DescribeInstances    | InstanceId.1            | ami-00000000        | InvalidInstanceID.Malformed",
            "DescribeInstances    | Filter.1.Name           | tag:                | OK",
            "DescribeInstances    | Filter.1.Name           | colour              | InvalidParameterValue",
            "DescribeInstances    | MaxResults              | 4                   | InvalidParameterValue",
            "DescribeInstances    | NextToken               | bm9uc2Vuc2U         | InvalidNextToken",
            "DescribeInstances    | DryRun                  | true                | DryRunOperation",
            "DescribeInstances    | Colour                  | red                 | UnknownParameter",
            "RunInstances         | MinCount                | 1                   | MissingParameter",
            "TerminateInstances   | InstanceId.1            | i-00000000          | InvalidInstanceID.NotFound",
            "GetConsoleOutput     | InstanceId              | i-00000000          | InvalidInstanceID.NotFound",
            "DescribeVolumes      | VolumeId.1              | vol-00000000        | InvalidVolume.NotFound",
            "DescribeSnapshots    | SnapshotId.1            | snap-00000000       | InvalidSnapshot.NotFound",
            "DescribeImages       | ImageId.1               | ami-00000000        | InvalidAMIID.NotFound",
            "DescribeKeyPairs     | KeyName.1               | none                | InvalidKeyPair.NotFound",
            "DescribeVpcs         | VpcId.1                 | vpc-00000000        | InvalidVpcID.NotFound",
            "DescribeSubnets      | SubnetId.1              | subnet-00000000     | InvalidSubnetID.NotFound",
            "DescribeSecurityGroups | GroupId.1             | sg-00000000         | InvalidGroup.NotFound",
            "DescribeSecurityGroups | GroupName.1           | none                | InvalidGroup.NotFound",
            "DescribeAddresses    | PublicIp.1              | 10.0.0.1            | InvalidAddress.NotFound",
            "DescribePlacementGroups | GroupName.1          | none                | InvalidPlacementGroup.Unknown",
            "DescribePlacementGroups | GroupId.1            | pg-00000000         | InvalidPlacementGroup.Unknown",
            "DescribePlacementGroups | GroupId.1            | sg-00000000         | InvalidPlacementGroupId.Malformed",
            "DeletePlacementGroup | GroupName               | none                | InvalidPlacementGroup.Unknown",
            "DescribeRegions      | RegionName.1            | mars-north-1        | InvalidParameterValue",
            "CreateVpc            | CidrBlock               | 10.0.0.0/16         | UnsupportedOperation",
            "CreateMoonBase       | Where                   | moon                | InvalidAction" })
    void answersWithTheCodesOfEc2(String action, String name, String value, String code) {
        assertThat(client.call(action, name, value).code()).isEqualTo(code);
    }

    @Test
    void tellsAttackersNothingOfKeys() {
        List<Answer> refused = List.of(
                cloud.client(TwoAccounts.KEY, "wrong").call("DescribeRegions"),
                cloud.client("AKIANOBODY").call("DescribeRegions"),
                cloud.client(TwoAccounts.DISABLED_KEY).call("DescribeRegions"));

        assertThat(refused).extracting(Answer::status).containsOnly(401);
        assertThat(refused).extracting(Answer::code).containsOnly("AuthFailure");
        assertThat(refused).extracting(answer -> answer.one("Message")).containsOnly(refused.get(0).one("Message"));
    }

    /** What another account has is not there, whatever is done with it. */
    @Test
    void oneAccountSeesNothingOfAnother() {
        String instance = launch();
        String volume = client.call("CreateVolume", "AvailabilityZone", "us-east-1a", "Size", "1").one("volumeId");
        String group = client.call("CreateSecurityGroup", "GroupName", "mine", "GroupDescription", "d").one("groupId");
        String address = client.call("AllocateAddress").one("allocationId");
        String image = client.call("RegisterImage", "Name", "mine", "ImageLocation", "https://example.org/a.raw").one("imageId");
        String key = client.call("CreateKeyPair", "KeyName", "mine", "KeyType", "ed25519").one("keyPairId");
        String apart = client.call("CreatePlacementGroup", "GroupName", "my-own", "Strategy", "spread").one("groupId");
        cloud.paper.await(inventory -> inventory.volumes().stream().allMatch(v -> v.state().name().equals("AVAILABLE")));
        String snapshot = client.call("CreateSnapshot", "VolumeId", volume).one("snapshotId");
        cloud.paper.buckets.own("shelf", TwoAccounts.ROOT.id());
        cloud.paper.buckets.put("shelf/disk.raw", new byte[4]);
        String[] container = { "DiskContainer.1.Format", "raw", "DiskContainer.1.UserBucket.S3Bucket", "shelf", "DiskContainer.1.UserBucket.S3Key",
                "disk.raw" };
        String task = client.call("ImportImage", container).one("importTaskId");
        Arrays.setAll(container, i -> container[i].replace("DiskContainer.1.", "DiskContainer."));
        String snapshotTask = client.call("ImportSnapshot", container).one("importTaskId");
        cloud.paper.await(inventory -> inventory.images().find(new ImageId(image)).orElseThrow().state() == Image.State.AVAILABLE);
        String exportTask = client.call("ExportImage", "ImageId", image, "DiskImageFormat", "RAW", "S3ExportLocation.S3Bucket", "shelf")
                .one("exportImageTaskId");
        String network = client.call("DescribeVpcs").one("vpcId");
        String subnet = client.call("DescribeSubnets").one("subnetId");

        String[][] attempts = {
                { "DescribeInstances", "InstanceId.1", instance }, { "StartInstances", "InstanceId.1", instance },
                { "StopInstances", "InstanceId.1", instance }, { "RebootInstances", "InstanceId.1", instance },
                { "TerminateInstances", "InstanceId.1", instance }, { "GetConsoleOutput", "InstanceId", instance },
                { "GetPasswordData", "InstanceId", instance }, { "DescribeInstanceStatus", "InstanceId.1", instance },
                { "DescribeInstanceAttribute", "InstanceId", instance, "Attribute", "userData" },
                { "ModifyInstanceAttribute", "InstanceId", instance, "DisableApiTermination.Value", "true" },
                { "ResetInstanceAttribute", "InstanceId", instance, "Attribute", "sourceDestCheck" },
                { "DescribeInstanceCreditSpecifications", "InstanceId.1", instance },
                { "DescribeVolumes", "VolumeId.1", volume }, { "DeleteVolume", "VolumeId", volume }, { "DetachVolume", "VolumeId", volume },
                { "AttachVolume", "VolumeId", volume, "InstanceId", instance, "Device", "/dev/sdf" },
                { "DescribeVolumeStatus", "VolumeId.1", volume }, { "DescribeVolumesModifications", "VolumeId.1", volume },
                { "DescribeVolumeAttribute", "VolumeId", volume, "Attribute", "productCodes" }, { "CreateSnapshot", "VolumeId", volume },
                { "DescribeSnapshots", "SnapshotId.1", snapshot }, { "DeleteSnapshot", "SnapshotId", snapshot },
                { "CreateVolume", "AvailabilityZone", "us-east-1a", "SnapshotId", snapshot },
                { "DescribeSnapshotAttribute", "SnapshotId", snapshot, "Attribute", "createVolumePermission" },
                { "ResetSnapshotAttribute", "SnapshotId", snapshot, "Attribute", "createVolumePermission" },
                { "ModifySnapshotAttribute", "SnapshotId", snapshot, "CreateVolumePermission.Add.1.Group", "all" },
                { "DescribeSecurityGroups", "GroupId.1", group }, { "DescribeSecurityGroups", "GroupName.1", "mine" },
                { "DeleteSecurityGroup", "GroupId", group }, { "DeleteSecurityGroup", "GroupName", "mine" },
                { "AuthorizeSecurityGroupIngress", "GroupId", group, "IpProtocol", "-1", "CidrIp", "0.0.0.0/0" },
                { "AuthorizeSecurityGroupEgress", "GroupId", group, "IpPermissions.1.IpProtocol", "-1",
                        "IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8" },
                { "RevokeSecurityGroupIngress", "GroupId", group, "IpProtocol", "-1", "CidrIp", "0.0.0.0/0" },
                { "RevokeSecurityGroupEgress", "GroupId", group, "IpPermissions.1.IpProtocol", "-1",
                        "IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0" },
                { "DescribeAddresses", "AllocationId.1", address }, { "ReleaseAddress", "AllocationId", address },
                { "DisassociateAddress", "AssociationId", "eipassoc-" + address.substring(9) },
                { "AssociateAddress", "AllocationId", address, "InstanceId", instance },
                { "DescribeAddressesAttribute", "AllocationId.1", address },
                { "DescribeImages", "ImageId.1", image }, { "DeregisterImage", "ImageId", image },
                { "DescribeImageAttribute", "ImageId", image, "Attribute", "description" },
                { "ModifyImageAttribute", "ImageId", image, "LaunchPermission.Add.1.Group", "all" },
                { "ResetImageAttribute", "ImageId", image, "Attribute", "launchPermission" },
                { "CreateStoreImageTask", "ImageId", image, "Bucket", "shelf" }, { "DescribeStoreImageTasks", "ImageId.1", image },
                { "ExportImage", "ImageId", image, "DiskImageFormat", "RAW", "S3ExportLocation.S3Bucket", "shelf" },
                { "DescribeImportImageTasks", "ImportTaskId.1", task }, { "CancelImportTask", "ImportTaskId", task },
                { "DescribeImportSnapshotTasks", "ImportTaskId.1", snapshotTask }, { "CancelImportTask", "ImportTaskId", snapshotTask },
                { "DescribeExportImageTasks", "ExportImageTaskId.1", exportTask },
                { "CreateImage", "InstanceId", instance, "Name", "theirs" },
                { "RunInstances", "ImageId", image, "InstanceType", "t2.nano", "MinCount", "1", "MaxCount", "1" },
                { "RunInstances", "ImageId", IMAGE, "InstanceType", "t2.nano", "MinCount", "1", "MaxCount", "1", "Placement.GroupName", "my-own" },
                { "RunInstances", "ImageId", IMAGE, "InstanceType", "t2.nano", "MinCount", "1", "MaxCount", "1", "Placement.GroupId", apart },
                { "DescribePlacementGroups", "GroupName.1", "my-own" }, { "DescribePlacementGroups", "GroupId.1", apart },
                { "DeletePlacementGroup", "GroupName", "my-own" },
                { "DescribeKeyPairs", "KeyName.1", "mine" }, { "DescribeVpcs", "VpcId.1", network },
                { "DescribeVpcAttribute", "VpcId", network, "Attribute", "enableDnsSupport" },
                { "DescribeSubnets", "SubnetId.1", subnet },
                { "DescribeNetworkInterfaces", "NetworkInterfaceId.1", "eni-" + instance.substring(2) },
                { "CreateTags", "ResourceId.1", instance, "Tag.1.Key", "a", "Tag.1.Value", "b" },
                { "CreateTags", "ResourceId.1", group, "Tag.1.Key", "a", "Tag.1.Value", "b" },
                { "CreateTags", "ResourceId.1", apart, "Tag.1.Key", "a", "Tag.1.Value", "b" },
                { "DeleteTags", "ResourceId.1", volume, "Tag.1.Key", "a" }
        };
        for (String[] call : attempts) {
            String[] parameters = Arrays.copyOfRange(call, 1, call.length);
            assertThat(other.call(call[0], parameters).code()).as(String.join(" ", call)).matches(".*NotFound|InvalidPlacementGroup.Unknown");
        }
        assertThat(Stream.concat(Arrays.stream(attempts).map(call -> call[0]),
                NAMES_NOTHING_OF_OTHERS.stream()).collect(Collectors.toSet()))
                .as("a new action is tried with the things of another account, or is said to name none")
                .containsExactlyInAnyOrderElementsOf(cloud.actions());
        List<String> mine = List.of(instance, instance.substring(2), volume, group, address, image, snapshot, network, subnet, key, apart, "my-own");
        for (String action : cloud.actions().stream().filter(name -> name.startsWith("Describe")).toList()) {
            assertThat(other.call(action).xml().getDocumentElement().getTextContent()).as(action + " of everything").doesNotContain(mine);
        }
        other.call("DeleteKeyPair", "KeyName", "mine");
        assertThat(client.call("DescribeKeyPairs").all("keyName")).containsExactly("mine");
        assertThat(other.call("DescribeInstances").all("instanceId")).isEmpty();
        assertThat(other.call("DescribeVolumes").all("volumeId")).isEmpty();
        assertThat(other.call("DescribeTags").all("resourceId")).isEmpty();
        assertThat(other.call("DescribeImages").all("imageId")).containsExactly(IMAGE);
        assertThat(client.call("DescribeInstances", "InstanceId.1", instance).code()).isEqualTo("OK");
    }

    /** A launch that has no room leaves nothing behind. */
    @Test
    void aFullDatacenterRefusesAndIsUnchanged() {
        Answer refused = client.call("RunInstances", "ImageId", IMAGE, "InstanceType", "m1.xlarge", "MinCount", "100", "MaxCount", "100");

        assertThat(refused.code()).isEqualTo("InsufficientInstanceCapacity");
        assertThat(client.call("DescribeInstances").all("instanceId")).isEmpty();
    }

    @Test
    void aHostileNameComesBackAsItWent() {
        String hostile = "<script>alert('x')</script>&amp;\u0007\"]]>組";
        String id = launch();

        client.call("CreateTags", "ResourceId.1", id, "Tag.1.Key", "Name", "Tag.1.Value", hostile);

        assertThat(client.call("DescribeTags").one("value")).isEqualTo(hostile.replace('\u0007', '\ufffd'));
    }

    @Test
    void manyValuesOfAFilterAreAnOr() {
        List<String> ids = IntStream.range(0, 3).mapToObj(i -> launch()).toList();

        Answer found = client.call("DescribeInstances", "Filter.1.Name", "instance-id", "Filter.1.Value.1", ids.get(0), "Filter.1.Value.2",
                ids.get(2), "Filter.2.Name", "image-id", "Filter.2.Value.1", "ami-*");

        assertThat(found.all("instanceId")).containsExactly(ids.get(0), ids.get(2));
    }

    private String launch() {
        return client.call("RunInstances", "ImageId", IMAGE, "InstanceType", "t2.nano", "MinCount", "1", "MaxCount", "1").one("instanceId");
    }
}
