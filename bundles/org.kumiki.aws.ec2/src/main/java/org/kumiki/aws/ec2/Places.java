package org.kumiki.aws.ec2;

import java.util.List;

import org.kumiki.api.datacenter.Region;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Where the datacenter is: its one region with its one zone; and what an account may have there. */
final class Places {

    static final Filters<Region> ZONE_FILTERS = new Filters<Region>()
            .on("region-name", Region::name)
            .on("zone-name", Region::zone)
            .on("zone-id", Places::zoneId)
            .on("group-name", Region::name)
            .always("state", "available")
            .always("zone-type", "availability-zone")
            .always("opt-in-status", "opt-in-not-required");

    /** EC2 lists its limits by these names. */
    private record Attribute(String name, List<String> values) {
    }

    private final Cloud cloud;

    Places(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeRegions", this::regions)
                .query("DescribeAvailabilityZones", this::zones)
                .query("DescribeAccountAttributes", this::attributes);
    }

    private Structure.Builder regions(Call call) {
        Region here = cloud.region();
        requireAll(call.input().texts("RegionNames"), here.name(), "region");
        String endpoint = endpoint(call);
        List<Region> regions = List.of(here).stream().filter(regionFilters(endpoint).of(call)).toList();
        return call.output().list("Regions", regions, (region, out) -> out
                .put("RegionName", region.name()).put("Endpoint", endpoint).put("OptInStatus", "opt-in-not-required"));
    }

    static Filters<Region> regionFilters(String endpoint) {
        return new Filters<Region>()
                .on("region-name", Region::name)
                .always("endpoint", endpoint)
                .always("opt-in-status", "opt-in-not-required");
    }

    private Structure.Builder zones(Call call) {
        Region here = cloud.region();
        requireAll(call.input().texts("ZoneNames"), here.zone(), "availability zone");
        requireAll(call.input().texts("ZoneIds"), zoneId(here), "availability zone ID");
        List<Region> zones = List.of(here).stream().filter(ZONE_FILTERS.of(call)).toList();
        return call.output().list("AvailabilityZones", zones, (region, out) -> out
                .put("ZoneName", region.zone()).put("ZoneId", zoneId(region)).put("RegionName", region.name())
                .put("State", "available").put("OptInStatus", "opt-in-not-required").put("ZoneType", "availability-zone")
                .put("GroupName", region.name()).put("NetworkBorderGroup", region.name()));
    }

    /** The limits that EC2 tells of, as far as the datacenter has them: for the rest it has room or not. */
    private Structure.Builder attributes(Call call) {
        String network = cloud.mine(call, cloud.inventory().networks(), n -> n.owner()).stream().findFirst()
                .map(n -> n.id().value()).orElse("none");
        List<Attribute> all = List.of(
                new Attribute("supported-platforms", List.of("VPC")),
                new Attribute("default-vpc", List.of(network)),
                new Attribute("max-instances", List.of("1000")),
                new Attribute("vpc-max-security-groups-per-interface", List.of("16")),
                new Attribute("max-elastic-ips", List.of("250")),
                new Attribute("vpc-max-elastic-ips", List.of("250")));
        List<String> names = call.input().texts("AttributeNames");
        return call.output().list("AccountAttributes", all.stream().filter(a -> names.isEmpty() || names.contains(a.name())).toList(),
                (attribute, out) -> out.put("AttributeName", attribute.name())
                        .list("AttributeValues", attribute.values(), (value, each) -> each.put("AttributeValue", value)));
    }

    private static void requireAll(List<String> wanted, String only, String noun) {
        for (String name : wanted) {
            if (!name.equals(only)) {
                throw AwsException.refuse("InvalidParameterValue", "Invalid " + noun + ": [" + Text.brief(name) + "]");
            }
        }
    }

    /** Fails unless a zone that a client names is the one there is. */
    static void requireZone(Region here, String zone) {
        if (!zone.equals(here.zone())) {
            throw AwsException.refuse("InvalidZone.NotFound", "The zone '" + Text.brief(zone) + "' does not exist.");
        }
    }

    /** A client that looks up the region goes on from there, so it is sent back to where it came. Without TLS it must be told so. */
    private static String endpoint(Call call) {
        return call.endpoint().getScheme().equals("https") ? call.endpoint().getAuthority() : call.endpoint().toString();
    }

    /** EC2 has shorter names for zones, the same for all accounts: {@code use1-az1} for {@code us-east-1a}. */
    static String zoneId(Region region) {
        StringBuilder id = new StringBuilder();
        for (String part : region.name().split("-")) {
            id.append(part.length() > 2 ? part.substring(0, 1) : part);
        }
        return id + "-az1";
    }
}
