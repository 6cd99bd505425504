package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.engine.PaperDatacenter;
import org.kumiki.testing.QueryClient;
import org.kumiki.testing.QueryClient.Answer;
import org.kumiki.testing.TwoAccounts;

/** Where instances run, as clients of EC2 say it: on hosts h1 and h2, each with its name as a label. */
@Timeout(60)
class PlacementTest {

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
    void aGroupIsMadeShownTaggedAndDeleted() {
        Answer made = client.call("CreatePlacementGroup", "GroupName", "apart", "Strategy", "spread", "TagSpecification.1.ResourceType",
                "placement-group", "TagSpecification.1.Tag.1.Key", "k", "TagSpecification.1.Tag.1.Value", "v");
        client.call("CreatePlacementGroup", "GroupName", "together", "Strategy", "cluster");
        String id = made.one("groupId");
        client.call("CreateTags", "ResourceId.1", id, "Tag.1.Key", "more", "Tag.1.Value", "tags");

        assertThat(id).startsWith("pg-");
        for (String[] wanted : List.of(new String[] { "GroupName.1", "apart" }, new String[] { "GroupId.1", id }, filter("group-name", "ap*"),
                filter("strategy", "spread"), filter("spread-level", "host"), filter("tag:k", "v"), filter("tag-key", "more"),
                filter("group-arn", made.one("groupArn")))) {
            Answer found = client.call("DescribePlacementGroups", wanted);
            assertThat(found.all("groupName")).as(String.join(" ", wanted)).containsExactly("apart");
            assertThat(List.of(found.one("groupId"), found.one("state"), found.one("strategy"), found.one("spreadLevel")))
                    .containsExactly(id, "available", "spread", "host");
            assertThat(found.all("key")).containsExactly("k", "more");
        }
        assertThat(client.call("DescribePlacementGroups", filter("state", "available")).all("groupName")).containsExactly("apart", "together");
        assertThat(client.call("DescribeTags", filter("resource-type", "placement-group")).all("resourceId")).containsExactly(id, id);

        client.call("DeleteTags", "ResourceId.1", id, "Tag.1.Key", "k");
        assertThat(client.call("DescribePlacementGroups", "GroupId.1", id).all("key")).containsExactly("more");
        assertThat(client.call("DeletePlacementGroup", "GroupName", "apart").code()).isEqualTo("OK");
        assertThat(client.call("DescribePlacementGroups").all("groupName")).containsExactly("together");
    }

    @Test
    void instancesThatAreSpreadShareNoHost() {
        String group = client.call("CreatePlacementGroup", "GroupName", "apart", "Strategy", "spread").one("groupId");

        Answer launched = run(client, "Placement.GroupName", "apart", "MinCount", "2", "MaxCount", "2");
        assertThat(hosts(launched)).containsExactly("h1", "h2");
        assertThat(run(client, "Placement.GroupId", group).code()).isEqualTo("InsufficientInstanceCapacity");

        Answer shown = client.call("DescribeInstances", filter("placement-group-name", "apart"));
        assertThat(shown.all("instanceId")).hasSameElementsAs(launched.all("instanceId"));
        assertThat(placements(shown)).containsOnly("us-east-1aapartdefault" + group);
    }

    @Test
    void instancesOfAClusterShareOne() {
        client.call("CreatePlacementGroup", "GroupName", "together", "Strategy", "cluster");
        run(client, "Placement.HostId", "h2", "Placement.GroupName", "together");

        assertThat(hosts(run(client, "Placement.GroupName", "together", "MinCount", "2", "MaxCount", "2"))).containsOnly("h2");
        assertThat(run(client, "Placement.GroupName", "together", "Placement.HostId", "h1").code()).isEqualTo("InsufficientInstanceCapacity");
    }

    @Test
    void groupsOfTheSameNameOfTwoAccountsAreTwo() {
        for (QueryClient each : List.of(client, other)) {
            each.call("CreatePlacementGroup", "GroupName", "apart", "Strategy", "spread");
            assertThat(hosts(run(each, "Placement.GroupName", "apart", "MinCount", "2", "MaxCount", "2"))).containsExactly("h1", "h2");
        }
    }

    @Test
    void aGroupIsInUseUntilItsInstancesAreTerminated() {
        client.call("CreatePlacementGroup", "GroupName", "apart", "Strategy", "spread");
        String instance = run(client, "Placement.GroupName", "apart").one("instanceId");
        assertThat(client.call("DeletePlacementGroup", "GroupName", "apart").code()).isEqualTo("InvalidPlacementGroup.InUse");

        client.call("TerminateInstances", "InstanceId.1", instance);
        cloud.paper.await(inventory -> inventory.instances().find(new InstanceId(instance)).orElseThrow().state() == InstanceState.TERMINATED);
        assertThat(client.call("DeletePlacementGroup", "GroupName", "apart").code()).isEqualTo("OK");
        assertThat(client.call("DescribeInstances", "InstanceId.1", instance).code()).isEqualTo("OK");
    }

    @Test
    void theOperatorPinsToAHostAndForOthersThereIsNone() {
        Answer pinned = run(client, "Placement.HostId", "h2");

        assertThat(hosts(pinned)).containsExactly("h2");
        assertThat(pinned.one("hostId")).isEqualTo("h2");
        assertThat(client.call("DescribeInstances", filter("host-id", "h2")).all("instanceId")).containsExactly(pinned.one("instanceId"));
        Answer refused = run(other, "Placement.HostId", "h2");
        assertThat(refused.code()).isEqualTo("InvalidHostID.NotFound");
        assertThat(refused.one("Message").replace("h2", "nowhere")).isEqualTo(run(other, "Placement.HostId", "nowhere").one("Message"));
    }

    @Test
    void tagsAskForLabelsAndMethods() {
        assertThat(hosts(run(other, tags("kumiki:label:name", "h2")))).containsExactly("h2");
        assertThat(hosts(run(other, tags("kumiki:method", "hardware paravirtual")))).containsExactly("h1");
        assertThat(run(other, tags("kumiki:label:name", "h3")).one("Message")).contains("2 hosts: lacks a label asked for");
        assertThat(run(other, tags("kumiki:method", "OS_LEVEL")).one("Message")).contains("2 hosts: does not virtualize in the way asked for");
        assertThat(run(other, "TagSpecification.1.ResourceType", "volume", "TagSpecification.1.Tag.1.Key", "kumiki:method",
                "TagSpecification.1.Tag.1.Value", "of a volume").code()).isEqualTo("OK");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Placement.GroupName  none       | InvalidPlacementGroup.Unknown",
            "Placement.GroupId    pg-00000000 | InvalidPlacementGroup.Unknown",
            "Placement.GroupId    none       | InvalidPlacementGroupId.Malformed",
            "Placement.GroupName  none Placement.GroupId pg-00000000 | InvalidParameterCombination",
            "Placement.HostId     nowhere    | InvalidHostID.NotFound",
            "Placement.HostId     no/where   | InvalidHostID.NotFound",
            "Placement.Tenancy    dedicated  | UnsupportedOperation",
            "Placement.Tenancy    host       | UnsupportedOperation",
            "Placement.Affinity   host       | UnsupportedOperation",
            "Placement.PartitionNumber 1     | UnsupportedOperation",
            "TagSpecification.1.ResourceType instance TagSpecification.1.Tag.1.Key kumiki:method TagSpecification.1.Tag.1.Value KVM "
                    + "| InvalidParameterValue" })
    void refusesWhatCannotBeDoneAndLaunchesNothing(String parameters, String code) {
        assertThat(run(client, parameters.split(" +")).code()).isEqualTo(code);
        assertThat(client.call("DescribeInstances").all("instanceId")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "GroupName a Strategy partition                     | UnsupportedOperation",
            "GroupName a Strategy partition PartitionCount 3    | UnsupportedOperation",
            "GroupName a Strategy cluster PartitionCount 3      | UnsupportedOperation",
            "GroupName a Strategy spread SpreadLevel rack       | UnsupportedOperation",
            "GroupName a Strategy cluster SpreadLevel host      | InvalidParameterCombination",
            "GroupName a Strategy elsewhere                     | InvalidParameterValue",
            "GroupName a                                        | MissingParameter",
            "Strategy cluster                                   | MissingParameter",
            "GroupName apart Strategy cluster                   | InvalidPlacementGroup.Duplicate" })
    void refusesGroupsThatCannotBe(String parameters, String code) {
        client.call("CreatePlacementGroup", "GroupName", "apart", "Strategy", "spread", "SpreadLevel", "host");

        assertThat(client.call("CreatePlacementGroup", parameters.split(" +")).code()).isEqualTo(code);
        assertThat(client.call("DescribePlacementGroups").all("groupName")).containsExactly("apart");
    }

    private static String[] filter(String name, String value) {
        return new String[] { "Filter.1.Name", name, "Filter.1.Value.1", value };
    }

    private static String[] tags(String key, String value) {
        return new String[] { "TagSpecification.1.ResourceType", "instance", "TagSpecification.1.Tag.1.Key", key, "TagSpecification.1.Tag.1.Value",
                value };
    }

    private static Answer run(QueryClient of, String... more) {
        List<String> parameters = new ArrayList<>(List.of("ImageId", PaperDatacenter.IMAGE.value(), "InstanceType", "t2.nano"));
        if (!List.of(more).contains("MinCount")) {
            parameters.addAll(List.of("MinCount", "1", "MaxCount", "1"));
        }
        parameters.addAll(Arrays.asList(more));
        return of.call("RunInstances", parameters.toArray(String[]::new));
    }

    /** Where they are, in the order of their launch. */
    private List<String> hosts(Answer launched) {
        return launched.all("instanceId").stream().map(id -> cloud.cloud().inventory().instances().find(new InstanceId(id)).orElseThrow())
                .map(instance -> instance.host().map(HostId::value).orElseThrow()).toList();
    }

    private static List<String> placements(Answer shown) {
        return shown.all("placement").stream().map(text -> text.replaceAll("\\s", "")).toList();
    }
}
