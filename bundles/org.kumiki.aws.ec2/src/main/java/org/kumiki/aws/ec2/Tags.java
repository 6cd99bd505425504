package org.kumiki.aws.ec2;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

import org.kumiki.api.command.TagCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Address;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.KeyPair;
import org.kumiki.api.model.Network;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.Volume;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Tags, which nearly everything can carry. */
final class Tags {

    static final Filters<Tag> FILTERS = new Filters<Tag>()
            .on("key", Tag::key)
            .on("value", Tag::value)
            .on("resource-id", Tag::resource)
            .on("resource-type", Tag::type)
            .onTags(tag -> Map.of(tag.key(), tag.value()));

    private final Cloud cloud;

    /** One tag of one thing. */
    record Tag(String resource, String type, String key, String value) {
    }

    Tags(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeTags", this::describe).command("CreateTags", this::create).command("DeleteTags", this::delete);
    }

    private Structure.Builder describe(Call call) {
        List<Tag> tags = all(call).filter(FILTERS.of(call)).toList();
        Page<Tag> page = Page.of(call, tags, tag -> tag.resource() + "/" + tag.key(), 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("Tags", page.items(), (tag, out) -> out
                .put("ResourceId", tag.resource()).put("ResourceType", tag.type()).put("Key", tag.key()).put("Value", tag.value()));
    }

    private Stream<Tag> all(Call call) {
        Inventory inventory = cloud.inventory();
        return Stream.of(
                of(call, inventory.instances(), Kinds.INSTANCE, Instance::owner, Instance::id, Instance::tags),
                of(call, inventory.images(), Kinds.IMAGE, Image::owner, Image::id, Image::tags),
                of(call, inventory.volumes(), Kinds.VOLUME, Volume::owner, Volume::id, Volume::tags),
                of(call, inventory.snapshots(), Kinds.SNAPSHOT, Snapshot::owner, Snapshot::id, Snapshot::tags),
                of(call, inventory.keyPairs(), Kinds.KEY_PAIR, KeyPair::owner, KeyPair::id, KeyPair::tags),
                of(call, inventory.securityGroups(), Kinds.GROUP, SecurityGroup::owner, SecurityGroup::id, SecurityGroup::tags),
                of(call, inventory.networks(), Kinds.NETWORK, Network::owner, Network::id, Network::tags),
                of(call, inventory.addresses(), Kinds.ADDRESS, Address::owner, Address::id, Address::tags),
                of(call, inventory.placementGroups(), Kinds.PLACEMENT_GROUP, PlacementGroup::owner, PlacementGroup::id, PlacementGroup::tags))
                .flatMap(tags -> tags);
    }

    private <T> Stream<Tag> of(Call call, Table<?, T> table, Kinds<?> kind, Function<T, AccountId> owner, Function<T, Object> id,
            Function<T, Map<String, String>> tags) {
        return cloud.mine(call, table,
                owner).stream().flatMap(thing -> tags.apply(thing).entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(tag -> new Tag(id.apply(thing).toString(), kind.resource(), tag.getKey(), tag.getValue())));
    }

    private CompletionStage<Structure.Builder> create(Call call) {
        Map<String, String> tags = read(call.input().structures("Tags"));
        return cloud.submit(call, new TagCommand.Set(resources(call), tags), done -> call.output());
    }

    private CompletionStage<Structure.Builder> delete(Call call) {
        Map<String, Optional<String>> tags = new LinkedHashMap<>();
        for (Structure tag : call.input().structures("Tags")) {
            tags.put(tag.requiredText("Key"), tag.text("Value"));
        }
        return cloud.submit(call, new TagCommand.Remove(resources(call), tags), done -> call.output());
    }

    private static List<String> resources(Call call) {
        List<String> resources = call.input().texts("Resources");
        if (resources.isEmpty()) {
            throw AwsException.missing("resourceIdSet");
        }
        for (String resource : resources) {
            Kinds.of(resource).orElseThrow(() -> AwsException.refuse("InvalidID", "The ID '" + Text.brief(resource)
                    + "' is not valid")).id(resource);
        }
        return resources;
    }

    /** The tags of a thing of one kind, among those that a request gives for several kinds. */
    static Map<String, String> of(Structure input, Kinds<?> kind, String... others) {
        List<Structure> tags = new ArrayList<>();
        for (Structure specification : input.structures("TagSpecifications")) {
            String type = specification.requiredText("ResourceType");
            if (type.equals(kind.resource())) {
                tags.addAll(specification.structures("Tags"));
            } else if (!Set.of(others).contains(type)) {
                throw AwsException.refuse("InvalidParameterValue",
                        "'" + Text.brief(type) + "' is not a valid taggable resource type for this operation.");
            }
        }
        return read(tags);
    }

    private static Map<String, String> read(List<Structure> structures) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Structure tag : structures) {
            String key = tag.text("Key", "");
            if (key.isEmpty() || key.startsWith("aws:")) {
                throw AwsException.refuse("InvalidParameterValue", key.isEmpty()
                        ? "Tag key cannot be empty" : "Tag keys starting with 'aws:' are reserved for internal use");
            }
            if (tags.put(key, tag.text("Value", "")) != null) {
                throw AwsException.refuse("InvalidParameterValue", "Duplicate tag key '" + Text.brief(key) + "' specified.");
            }
        }
        return tags;
    }

    /** Nothing at all where there are none, as EC2 does. */
    static void put(Structure.Builder out, Map<String, String> tags) {
        if (!tags.isEmpty()) {
            out.list("Tags", tags.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList(),
                    (tag, each) -> each.put("Key", tag.getKey()).put("Value", tag.getValue()));
        }
    }
}
