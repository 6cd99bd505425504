package org.kumiki.aws.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.model.Technology;
import org.kumiki.aws.Actions;
import org.kumiki.aws.wire.Json;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.Service;

/** What is said of the façade is true: the model is made from its list, and the page about it from its code. */
class MatrixTest {

    private static final Path RESOURCES = Path.of("src/main/resources/org/kumiki/aws/ec2");
    private static final Path PAGE = Path.of("../../docs/aws-ec2.md");

    /** Filters of older versions of the interface, which clients still use. */
    private static final Set<String> OF_OLDER_VERSIONS = Set.of("tag-key", "tag-value", "isDefault", "group-id", "group-name",
            "defaultForAz", "cidrBlock",
            "availabilityZone", "domain", "network-interface-owner-id");

    @TempDir
    Path data;

    private TestCloud cloud;
    private Actions actions;
    private Map<String, Filters<?>> filters;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
        actions = Ec2.actions(cloud.cloud());
        filters = filters(cloud.cloud());
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    private static Map<String, Filters<?>> filters(Cloud cloud) {
        Region region = cloud.region();
        Sight sight = cloud.sight(cloud.inventory());
        Map<String, Filters<?>> filters = new TreeMap<>();
        filters.put("DescribeInstances", Instances.filters(sight));
        filters.put("DescribeInstanceStatus", Instances.statusFilters(region));
        filters.put("DescribeInstanceTypes", InstanceTypes.FILTERS);
        filters.put("DescribeInstanceTypeOfferings", InstanceTypes.offeringFilters(""));
        filters.put("DescribeSpotPriceHistory", InstanceTypes.priceFilters(region));
        filters.put("DescribeImages", Images.filters());
        filters.put("DescribeKeyPairs", KeyPairs.FILTERS);
        filters.put("DescribeTags", Tags.FILTERS);
        filters.put("DescribeRegions", Places.regionFilters(""));
        filters.put("DescribeAvailabilityZones", Places.ZONE_FILTERS);
        filters.put("DescribeSecurityGroups", SecurityGroups.FILTERS);
        filters.put("DescribeSecurityGroupRules", SecurityGroups.RULE_FILTERS);
        filters.put("DescribePlacementGroups", PlacementGroups.filters(region));
        filters.put("DescribeVolumes", Volumes.filters(region));
        filters.put("DescribeVolumeStatus", Volumes.statusFilters(region));
        filters.put("DescribeSnapshots", Snapshots.filters(cloud));
        filters.put("DescribeStoreImageTasks", ExportTasks.storeFilters());
        filters.put("DescribeAddresses", Addresses.filters(cloud));
        filters.put("DescribeVpcs", Networks.vpcFilters());
        filters.put("DescribeSubnets", Networks.subnetFilters(cloud));
        filters.put("DescribeNetworkInterfaces", Networks.interfaceFilters(sight));
        filters.put("DescribeInternetGateways", Networks.gatewayFilters());
        filters.put("DescribeRouteTables", Networks.routeTableFilters());
        filters.put("DescribeNetworkAcls", Networks.accessListFilters());
        filters.put("DescribeDhcpOptions", Networks.dhcpFilters());
        return filters;
    }

    @Test
    void theModelIsMadeFromTheListOfOperations() throws Exception {
        List<String> lines = Files.readAllLines(RESOURCES.resolve("operations.txt")).stream().map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));

        assertThat(Json.parseObject(Files.readString(RESOURCES.resolve("service.json"))).get("selection"))
                .as("make service.json anew: mvn -q -f cnf/aws-model/pom.xml process-classes")
                .isEqualTo(HexFormat.of().formatHex(digest));
    }

    @Test
    void everyFilterIsOneThatEc2Has() {
        filters.forEach((operation, offered) -> {
            Set<String> invented = new TreeSet<>(offered.names());
            invented.removeAll(actions.service().operation(operation).orElseThrow().filters());
            invented.removeAll(OF_OLDER_VERSIONS);
            assertThat(invented).as(operation).isEmpty();
        });
    }

    @Test
    void thePageSaysWhatIsThere() throws IOException {
        String page = page();
        if (Boolean.getBoolean("kumiki.docs.write")) {
            Files.writeString(PAGE, page);
        }

        assertThat(page).as("write the page anew: mvn -q -f bundles/org.kumiki.aws.ec2/pom.xml verify -Dkumiki.docs.write=true")
                .isEqualTo(Files.readString(PAGE));
    }

    private String page() {
        Service service = actions.service();
        StringBuilder out = new StringBuilder("""
                # EC2: what is answered

                Made from the code by `MatrixTest`; do not edit. The interface is EC2's of 2016-11-15; requests of older versions are
                taken as well. An operation that EC2 has and Kumiki has not is answered with `UnsupportedOperation`, and so is a
                parameter that Kumiki does not honour; a filter that is not offered is an error and never ignored.

                Instances are backed by EBS: their disks are volumes. `CreateImage` shuts a guest that runs down, fixes the moment, and starts it
                again while the copy goes on; with `NoReboot` it runs on, and its image is as if its power had failed. A root volume is as large as
                the instance type promises unless `VolumeSize` says otherwise. Devices named `ephemeral…` are accepted and not there. An instance of
                an image without a disk counts as backed by an instance store.

                Images come out of buckets: `RegisterImage` with `ImageLocation` = `bucket/name`, `ImportImage` and `ImportSnapshot` take disks that are
                raw or QCOW2, each also packed by gzip, as their names or `Format` declare. What the caller may not read by the rules of S3 is refused,
                and so is what is encrypted with a key of the client's own. `CreateStoreImageTask` makes one object of an image with all its disks, which
                `CreateRestoreImageTask` takes, here or in another datacenter. `ExportImage` writes QCOW2, RAW, VMDK, VHD, VDI or VHDX. What is under way begins anew
                after a crash; what fails says why in its state's reason, and leaves nothing.

                A launch says where its instances may run, for as long as they are there:

                - `Placement.GroupName` or `GroupId`, a placement group of its own account. Those of strategy `cluster` are all on one host, of
                  strategy `spread` no two are. Groups of partitions are not supported.
                - `Placement.HostId`, the one host. Hosts are the operator's: to other accounts, none is there.
                - the tag `kumiki:label:NAME` of the instance (`TagSpecification`): the host must carry that label with the tag's value, such as
                  `kumiki:label:residency` = `jp`. Every host carries one named `technology`, such as `qemu`.
                - the tag `kumiki:method`: one or more virtualization methods, with commas or blanks between them. The host must virtualize in one of
                  these ways: METHODS. Without it no instance becomes a container: a host whose guests
                  share its kernel takes only those that ask for `OS_LEVEL`, for its technology, or for that host.
                - the tag `kumiki:workload`: what the instance does most, one of `cpu`, `memory`, `io`, `network`, `parallel`. Of the hosts that may take it, those
                  whose way to virtualize bears that better are preferred; no host is left out for it. `why` says so.
                - the tag `kumiki:hardware` of the instance, or else of its image: which network card and disks its guest sees, and what it boots from, such as
                  `network=pcnet disk=ide boot=network`. The host must [offer that](../bundles/org.kumiki.hypervisor.qemu).

                Tags that are set later change nothing of it. Without room for `MinCount` on hosts that may take them, none is launched:
                `InsufficientInstanceCapacity`, whose message says of how many hosts what is in the way.

                | operation | filters (*not offered*) |
                | --- | --- |
                """.replace("METHODS", Stream.of(Technology.Method.values()).map(method -> "`" + method + "`").collect(Collectors.joining(", "))));
        for (Operation operation : service.operations().values()) {
            if (actions.names().contains(operation.name())) {
                out.append("| ").append(operation.name()).append(" | ").append(filters(operation)).append(" |\n");
            }
        }
        List<String> modelled = service.operations().keySet().stream().filter(name -> !actions.names().contains(name)).toList();
        return out.append("\n").append(actions.names().size())
                .append(" operations are answered. Known and not answered, beside all others of EC2: ")
                .append(String.join(", ", modelled)).append(".\n").toString();
    }

    private String filters(Operation operation) {
        if (operation.filters().isEmpty() || !filters.containsKey(operation.name())) {
            return "";
        }
        Set<String> offered = filters.get(operation.name()).names();
        Set<String> all = new TreeSet<>(operation.filters());
        all.addAll(offered);
        String yes = all.stream().filter(offered::contains).collect(Collectors.joining(", "));
        String no = all.stream().filter(name -> !offered.contains(name)).collect(Collectors.joining(", "));
        return yes + (no.isEmpty() ? "" : " (*" + no + "*)");
    }
}
