package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.testing.Python;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.RunInstancesResponse;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** Amazon's own clients, unchanged, of several generations. */
@ExtendWith(Platforms.class)
class ClientsTest {

    private final Platform platform;

    ClientsTest(@OnPaper Platform platform) {
        this.platform = platform;
    }

    @TestFactory
    Stream<DynamicTest> boto3DoesWhatAnApplicationDoes() {
        Map<String, Path> pythons = Python.with("boto3");
        assumeTrue(!pythons.isEmpty(), "no Python here has boto3");
        return pythons.entrySet().stream().map(python -> DynamicTest.dynamicTest("boto3 of " + python.getKey(), () -> {
            try (Ec2Client client = platform.client()) {
                assertThat(Program.python(python.getValue()).and(resource("client.py").toString(), Paper.imageId(client), Paper.TYPE)
                        .with(platform.environment()).within(Duration.ofMinutes(3)).run().text()).contains("is content");
            }
        }));
    }

    @Test
    void theSdkForJavaDoesWhatAnApplicationDoes() {
        try (Ec2Client client = platform.client()) {
            String group = client.createSecurityGroup(request -> request.groupName("java").description("of a test")).groupId();
            String key = client.createKeyPair(request -> request.keyName("java")).keyMaterial();
            RunInstancesRequest request = RunInstancesRequest.builder().imageId(Paper.imageId(client)).instanceType("c1.medium").minCount(2)
                    .maxCount(2).keyName("java").securityGroupIds(group).clientToken("java-1")
                    .tagSpecifications(TagSpecification.builder().resourceType("instance")
                            .tags(Tag.builder().key("Name").value("java").build()).build())
                    .build();

            RunInstancesResponse launched = client.runInstances(request);
            List<String> ids = launched.instances().stream().map(Instance::instanceId).toList();
            assertThat(key).startsWith("-----BEGIN");
            assertThat(ids).hasSize(2).doesNotHaveDuplicates();
            assertThat(client.runInstances(request).reservationId()).as("the same token again").isEqualTo(launched.reservationId());
            assertThat(client.waiter().waitUntilInstanceRunning(describe -> describe.instanceIds(ids), patient -> patient.waitTimeout(
                    Duration.ofSeconds(60))).matched().response()).isPresent();
            assertThat(client.describeInstancesPaginator(describe -> describe.maxResults(5).filters(Paper.filter("tag:Name", "java")))
                    .reservations().stream().flatMap(reservation -> reservation.instances().stream()))
                    .allSatisfy(instance -> {
                        assertThat(instance.state().name()).isEqualTo(InstanceStateName.RUNNING);
                        assertThat(instance.securityGroups()).extracting(GroupIdentifier::groupName).containsExactly("java");
                        assertThat(instance.privateIpAddress()).startsWith("172.31.");
                        assertThat(instance.publicIpAddress()).startsWith("127.");
                    }).extracting(Instance::instanceId).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(client.getConsoleOutput(console -> console.instanceId(ids.get(0))).output()).isNotBlank();

            client.terminateInstances(terminate -> terminate.instanceIds(ids));
            client.waiter().waitUntilInstanceTerminated(describe -> describe.instanceIds(ids), patient -> patient.waitTimeout(
                    Duration.ofSeconds(60)));
            client.deleteSecurityGroup(delete -> delete.groupId(group));
            client.deleteKeyPair(delete -> delete.keyName("java"));
        }
    }

    @Test
    void theSdkForJavaReadsAnErrorWithCodeStatusAndRequestId() {
        try (Ec2Client client = platform.client()) {
            assertThatExceptionOfType(Ec2Exception.class)
                    .isThrownBy(() -> client.terminateInstances(request -> request.instanceIds("i-00000000000000000")))
                    .satisfies(e -> {
                        assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidInstanceID.NotFound");
                        assertThat(e.statusCode()).isEqualTo(400);
                        assertThat(e.requestId()).isNotBlank();
                    });
        }
    }

    @Test
    void theSdkForJavaImportsAKeyOfItsOwn() {
        try (Ec2Client client = platform.client()) {
            String line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example";
            client.importKeyPair(request -> request.keyName("imported").publicKeyMaterial(SdkBytes.fromUtf8String(line)));

            assertThat(client.describeKeyPairs(request -> request.keyNames("imported").includePublicKey(true)).keyPairs()).singleElement()
                    .satisfies(pair -> {
                        assertThat(pair.keyTypeAsString()).isEqualTo("ed25519");
                        assertThat(pair.publicKey()).contains(line.split(" ")[1]);
                    });
            client.deleteKeyPair(request -> request.keyName("imported"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "regions", "availability-zones", "account-attributes", "instance-types", "instance-type-offerings", "images",
            "instances", "instance-status", "key-pairs", "security-groups", "security-group-rules", "volumes", "volume-status", "snapshots",
            "addresses", "tags", "vpcs", "subnets", "network-interfaces", "internet-gateways", "route-tables", "network-acls",
            "dhcp-options", "placement-groups" })
    void theCommandLineDescribes(String what) {
        assertThat(platform.kumiki("aws", "--output", "json", "ec2", "describe-" + what).run().text()).startsWith("{");
    }

    @Test
    void theCommandLineKnowsTheTypesOf2008WithTheirSizes() {
        String sizes = platform.ec2("describe-instance-types", "--instance-types", "m1.small", "m1.large", "m1.xlarge", "c1.medium",
                "c1.xlarge", "--query",
                "sort_by(InstanceTypes, &InstanceType)[].[InstanceType, VCpuInfo.DefaultVCpus, MemoryInfo.SizeInMiB]");

        assertThat(sizes.lines()).containsExactly("c1.medium\t2\t1741", "c1.xlarge\t8\t7168", "m1.large\t2\t7680", "m1.small\t1\t1741",
                "m1.xlarge\t4\t15360");
    }

    @Test
    void theCommandLineKeepsInstancesApart() {
        platform.ec2("create-placement-group", "--group-name", "apart", "--strategy", "spread");
        String[] ids = platform.ec2("run-instances", "--image-id", image(),
                "--instance-type", Paper.TYPE, "--count", "3", "--placement", "GroupName=apart", "--query", "Instances[].InstanceId").split("\\s+");

        assertThat(Arrays.stream(ids).map(id -> platform.shell("instance " + id).lines().filter(line -> line.startsWith("host:")).findFirst()
                .orElseThrow())).hasSize(3).doesNotHaveDuplicates();
        platform.ec2(Stream.concat(Stream.of("terminate-instances", "--instance-ids"), Arrays.stream(ids)).toArray(String[]::new));
        platform.ec2(Stream.concat(Stream.of("wait", "instance-terminated", "--instance-ids"), Arrays.stream(ids)).toArray(String[]::new));
        platform.ec2("delete-placement-group", "--group-name", "apart");
    }

    private String image() {
        try (Ec2Client client = platform.client()) {
            return Paper.imageId(client);
        }
    }

    static Path resource(String name) {
        return Path.of("src/test/resources/org/kumiki/e2e", name).toAbsolutePath();
    }
}
