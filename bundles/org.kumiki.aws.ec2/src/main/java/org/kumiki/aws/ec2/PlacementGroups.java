package org.kumiki.aws.ec2;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.kumiki.api.command.PlacementGroupCommand;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroup.Strategy;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Placement groups: a cluster is one host, and what is spread is spread over hosts. */
final class PlacementGroups {

    private static final String STATE = "available";
    private static final String SPREAD_LEVEL = "host";

    private final Cloud cloud;

    PlacementGroups(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribePlacementGroups", this::describe)
                .command("CreatePlacementGroup", this::create)
                .command("DeletePlacementGroup", this::delete);
    }

    static Filters<PlacementGroup> filters(Region region) {
        return new Filters<PlacementGroup>()
                .on("group-name", PlacementGroup::name)
                .on("group-arn", group -> arn(region, group))
                .on("strategy", PlacementGroups::strategy)
                .on("spread-level", PlacementGroups::spreadLevel)
                .always("state", STATE)
                .onTags(PlacementGroup::tags);
    }

    /** The caller's group of that name. */
    static PlacementGroup named(Cloud cloud, Call call, String name) {
        return cloud.mine(call, cloud.inventory().placementGroups(), PlacementGroup::owner).stream().filter(group -> group.name().equals(name))
                .findFirst().orElseThrow(() -> AwsException.refuse("InvalidPlacementGroup.Unknown",
                        "The Placement Group '" + Text.brief(name) + "' is unknown."));
    }

    private Structure.Builder describe(Call call) {
        Structure input = call.input();
        List<String> names = input.texts("GroupNames");
        names.forEach(name -> named(cloud, call, name));
        Stream<PlacementGroup> groups = cloud.mine(call, cloud.inventory().placementGroups(), PlacementGroup::owner, Kinds.PLACEMENT_GROUP,
                input.texts("GroupIds")).stream().filter(group -> names.isEmpty() || names.contains(group.name()))
                .filter(filters(cloud.region()).of(call));
        return call.output().list("PlacementGroups", groups.toList(), this::write);
    }

    private CompletionStage<Structure.Builder> create(Call call) {
        Structure input = call.input();
        String name = input.requiredText("GroupName");
        String strategy = input.requiredText("Strategy");
        if (strategy.equals("partition")) {
            throw AwsException.refuse("UnsupportedOperation", "Placement groups of partitions are not supported here; cluster and spread are.");
        }
        Parameters.only(input, "GroupName", "Strategy", "SpreadLevel", "TagSpecifications");
        if (strategy.equals("spread") && !input.text("SpreadLevel", SPREAD_LEVEL).equals(SPREAD_LEVEL)) {
            throw AwsException.refuse("UnsupportedOperation", "Instances are spread over hosts here, and not over racks.");
        } else if (strategy.equals("cluster") && input.has("SpreadLevel")) {
            throw AwsException.refuse("InvalidParameterCombination", "A placement group of strategy cluster has no spread level.");
        }
        return cloud.submit(call,
                new PlacementGroupCommand.Create(name, Strategy.valueOf(strategy.toUpperCase(Locale.ROOT)), Tags.of(input, Kinds.PLACEMENT_GROUP)),
                group -> call.output().structure("PlacementGroup", out -> write(group, out)));
    }

    private CompletionStage<Structure.Builder> delete(Call call) {
        PlacementGroup group = named(cloud, call, call.input().requiredText("GroupName"));
        return cloud.submit(call, new PlacementGroupCommand.Delete(group.id()), deleted -> call.output());
    }

    private void write(PlacementGroup group, Structure.Builder out) {
        out.put("GroupName", group.name()).put("GroupId", group.id().value()).put("GroupArn", arn(cloud.region(), group))
                .put("State", STATE).put("Strategy", strategy(group)).put("SpreadLevel", spreadLevel(group));
        Tags.put(out, group.tags());
    }

    private static String strategy(PlacementGroup group) {
        return group.strategy().name().toLowerCase(Locale.ROOT);
    }

    private static String spreadLevel(PlacementGroup group) {
        return group.strategy() == Strategy.SPREAD ? SPREAD_LEVEL : null;
    }

    private static String arn(Region region, PlacementGroup group) {
        return "arn:aws:ec2:" + region.name() + ":" + group.owner() + ":placement-group/" + group.name();
    }
}
