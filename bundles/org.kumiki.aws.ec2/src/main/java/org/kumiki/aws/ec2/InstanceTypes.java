package org.kumiki.aws.ec2;

import java.util.List;
import java.util.stream.Stream;

import org.kumiki.api.datacenter.Region;
import org.kumiki.api.model.InstanceType;
import org.kumiki.aws.Actions;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** The sizes on offer, where they are on offer, and what an hour of each costs. */
final class InstanceTypes {

    static final Filters<InstanceType> FILTERS = new Filters<InstanceType>()
            .on("instance-type", InstanceType::name)
            .on("processor-info.supported-architecture", InstanceType::architecture)
            .on("vcpu-info.default-vcpus", type -> Integer.toString(type.resources().cpus()))
            .on("vcpu-info.default-cores", type -> Integer.toString(type.resources().cpus()))
            .always("vcpu-info.default-threads-per-core", "1")
            .on("memory-info.size-in-mib", type -> Long.toString(type.resources().memoryMiB()))
            .on("current-generation", type -> Boolean.toString(isCurrent(type)))
            .always("bare-metal", "false")
            .always("burstable-performance-supported", "false")
            .always("free-tier-eligible", "false")
            .always("hibernation-supported", "false")
            .always("auto-recovery-supported", "false")
            .always("instance-storage-supported", "false")
            .always("supported-boot-mode", "legacy-bios")
            .always("supported-root-device-type", "ebs")
            .always("supported-usage-class", "on-demand")
            .always("supported-virtualization-type", "hvm")
            .always("hypervisor", "xen");

    private final Cloud cloud;

    InstanceTypes(Cloud cloud) {
        this.cloud = cloud;
    }

    void offer(Actions actions) {
        actions.query("DescribeInstanceTypes", this::describe)
                .query("DescribeInstanceTypeOfferings", this::offerings)
                .query("DescribeSpotPriceHistory", this::prices);
    }

    private Structure.Builder describe(Call call) {
        List<String> wanted = call.input().texts("InstanceTypes");
        wanted.forEach(this::require);
        List<InstanceType> types = types(wanted).filter(FILTERS.of(call)).toList();
        Page<InstanceType> page = Page.of(call, types, InstanceType::name, 5, 100);
        return call.output().put("NextToken", page.next().orElse(null)).list("InstanceTypes", page.items(), InstanceTypes::write);
    }

    private void require(String name) {
        if (cloud.inventory().instanceTypes().find(name).isEmpty()) {
            throw AwsException.refuse("InvalidInstanceType", "The following supplied instance types do not exist: [" + Text.brief(name)
                    + "]");
        }
    }

    private Stream<InstanceType> types(List<String> wanted) {
        return cloud.inventory().instanceTypes().stream().filter(type -> wanted.isEmpty() || wanted.contains(type.name()));
    }

    private static boolean isCurrent(InstanceType type) {
        return !type.name().startsWith("m1.") && !type.name().startsWith("c1.");
    }

    private static void write(InstanceType type, Structure.Builder out) {
        out.put("InstanceType", type.name()).put("CurrentGeneration", isCurrent(type)).put("FreeTierEligible", false)
                .put("SupportedUsageClasses", List.of("on-demand")).put("SupportedRootDeviceTypes", List.of("ebs"))
                .put("SupportedVirtualizationTypes", List.of("hvm")).put("BareMetal", false).put("Hypervisor", "xen")
                .structure("ProcessorInfo", processor -> processor.put("SupportedArchitectures", List.of(type.architecture()))
                        .put("SustainedClockSpeedInGhz", type.computeUnits() / type.resources().cpus()))
                .structure("VCpuInfo", cpus -> cpus.put("DefaultVCpus", type.resources().cpus()).put("DefaultCores",
                        type.resources().cpus())
                        .put("DefaultThreadsPerCore", 1).put("ValidCores", List.of(type.resources().cpus())).put("ValidThreadsPerCore",
                                List.of(1)))
                .structure("MemoryInfo", memory -> memory.put("SizeInMiB", type.resources().memoryMiB()))
                .put("InstanceStorageSupported", false)
                .structure("EbsInfo", ebs -> ebs.put("EbsOptimizedSupport", "unsupported").put("EncryptionSupport", "unsupported")
                        .put("NvmeSupport", "unsupported"))
                .structure("NetworkInfo", network -> network.put("NetworkPerformance", "Low to Moderate").put("MaximumNetworkInterfaces", 1)
                        .put("MaximumNetworkCards", 1).put("DefaultNetworkCardIndex", 0).put("Ipv4AddressesPerInterface", 1)
                        .put("Ipv6AddressesPerInterface", 0).put("Ipv6Supported", false).put("EnaSupport", "unsupported")
                        .put("EfaSupported", false).put("EncryptionInTransitSupported", false)
                        .list("NetworkCards", List.of(0), (index, card) -> card.put("NetworkCardIndex", index)
                                .put("NetworkPerformance", "Low to Moderate").put("MaximumNetworkInterfaces", 1)))
                .structure("PlacementGroupInfo", groups -> groups.put("SupportedStrategies", List.of()))
                .put("HibernationSupported", false).put("BurstablePerformanceSupported", false).put("DedicatedHostsSupported", false)
                .put("AutoRecoverySupported", false).put("SupportedBootModes", List.of("legacy-bios"))
                .put("NitroEnclavesSupport", "unsupported").put("NitroTpmSupport", "unsupported");
    }

    static Filters<InstanceType> offeringFilters(String location) {
        return new Filters<InstanceType>().on("instance-type", InstanceType::name).always("location", location);
    }

    private Structure.Builder offerings(Call call) {
        Region here = cloud.region();
        String kind = call.input().text("LocationType", "region");
        String location = switch (kind) {
            case "region" -> here.name();
            case "availability-zone" -> here.zone();
            case "availability-zone-id" -> Places.zoneId(here);
            default -> throw AwsException.refuse("UnsupportedOperation", "There are no outposts here.");
        };
        List<InstanceType> types = types(List.of()).filter(offeringFilters(location).of(call)).toList();
        Page<InstanceType> page = Page.of(call, types, InstanceType::name, 5, 1_000);
        return call.output().put("NextToken", page.next().orElse(null)).list("InstanceTypeOfferings", page.items(),
                (type, out) -> out.put("InstanceType", type.name()).put("LocationType", kind).put("Location", location));
    }

    static Filters<InstanceType> priceFilters(Region region) {
        return new Filters<InstanceType>().on("instance-type", InstanceType::name).always("availability-zone", region.zone())
                .always("product-description", "Linux/UNIX").on("spot-price", type -> type.pricePerHour().toPlainString());
    }

    /** There is no spot market here; this is where EC2 tells prices, so it tells the price. */
    private Structure.Builder prices(Call call) {
        Structure input = call.input();
        Region here = cloud.region();
        List<String> products = input.texts("ProductDescriptions");
        boolean asked = (products.isEmpty() || products.contains("Linux/UNIX") || products.contains("Linux/UNIX (Amazon VPC)"))
                && input.text("AvailabilityZone", here.zone()).equals(here.zone());
        List<InstanceType> types = types(input.texts("InstanceTypes")).filter(priceFilters(here).of(call)).filter(type -> asked).toList();
        Page<InstanceType> page = Page.of(call, types, InstanceType::name, 1, 1_000);
        return call.output().put("NextToken", page.next().orElse("")).list("SpotPriceHistory", page.items(), (type, out) -> out
                .put("InstanceType", type.name()).put("AvailabilityZone", here.zone()).put("ProductDescription", "Linux/UNIX")
                .put("SpotPrice", type.pricePerHour().toPlainString()).put("Timestamp", cloud.inventory().time()));
    }
}
