package org.kumiki.aws.ec2;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.Address;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.aws.wire.Structure;

/** Says all that EC2 says of an instance. What is the same for every instance here is said as clients expect it. */
final class InstanceWriter {

    /** Before every account had a VPC, instances had no network interfaces; clients of that time stumble over them. */
    static final String FIRST_WITH_INTERFACES = "2013-02-01";

    private final Sight sight;
    private final boolean tellsInterfaces;

    /** @param version of the interface that the client speaks */
    InstanceWriter(Sight sight, String version) {
        this.sight = sight;
        this.tellsInterfaces = version.compareTo(FIRST_WITH_INTERFACES) >= 0;
    }

    void write(Instance instance, Structure.Builder out) {
        out.put("InstanceId", instance.id().value())
                .put("ImageId", instance.spec().image().value())
                .put("InstanceType", instance.spec().type())
                .put("AmiLaunchIndex", instance.index())
                .put("KeyName", instance.spec().keyName().orElse(null))
                .put("LaunchTime", instance.launched())
                .put("UsageOperationUpdateTime", instance.launched())
                .put("StateTransitionReason", instance.reason().orElse(""))
                .structure("State", state -> state(instance.state(), state))
                .structure("Placement", place -> place(instance, place))
                .put("Architecture", sight.architecture(instance))
                .put("RootDeviceName", instance.rootDevice().orElse(null))
                .put("RootDeviceType", Instances.rootDeviceType(instance))
                .list("BlockDeviceMappings", isNew(instance) ? List.of() : sight.attachments(instance), InstanceWriter::device);
        instance.reason().ifPresent(reason -> out.structure("StateReason", why -> reason(reason, why)));
        if (Sight.isConnected(instance)) {
            connection(instance, out);
        } else {
            out.put("PrivateDnsName", "").put("PublicDnsName", "").put("SecurityGroups", List.of()).put("NetworkInterfaces", List.of());
        }
        constants(instance, out);
        Tags.put(out, instance.tags());
    }

    private void place(Instance instance, Structure.Builder out) {
        Optional<PlacementGroup> group = sight.placementGroup(instance);
        out.put("AvailabilityZone", sight.zone()).put("Tenancy", "default")
                .put("GroupName", group.map(PlacementGroup::name).orElse(""))
                .put("GroupId", group.map(found -> found.id().value()).orElse(null))
                .put("HostId", instance.spec().rules().host().map(HostId::value).orElse(null));
    }

    /** While it starts for the first time its disks are being made, and with EC2 they are not there yet. */
    private static boolean isNew(Instance instance) {
        return instance.state() == InstanceState.PENDING && instance.since().equals(instance.launched());
    }

    static void state(InstanceState state, Structure.Builder out) {
        out.put("Code", state.code()).put("Name", state.label());
    }

    static void groups(List<SecurityGroup> groups, String member, Structure.Builder out) {
        out.list(member, groups, (group, each) -> each.put("GroupId", group.id().value()).put("GroupName", group.name()));
    }

    static void device(Attachment attachment, Structure.Builder out) {
        out.put("DeviceName", attachment.device()).structure("Ebs", ebs -> ebs
                .put("VolumeId", attachment.volume().value())
                .put("Status", Volumes.label(attachment.state()))
                .put("AttachTime", attachment.since())
                .put("DeleteOnTermination", attachment.deleteOnTermination()));
    }

    /** EC2 puts the code before the words, {@code Client.UserInitiatedShutdown: …}. */
    private static void reason(String reason, Structure.Builder out) {
        int colon = reason.indexOf(':');
        out.put("Code", colon < 0 ? reason : reason.substring(0, colon)).put("Message", reason);
    }

    private void connection(Instance instance, Structure.Builder out) {
        String publicAddress = instance.nic().publicAddress().orElse(null);
        String subnet = sight.subnet(instance).orElse(null);
        List<SecurityGroup> groups = sight.groups(instance);
        out.put("PrivateIpAddress", instance.nic().privateAddress())
                .put("PrivateDnsName", Sight.privateName(instance))
                .put("PublicIpAddress", publicAddress)
                .put("PublicDnsName", publicAddress == null ? "" : publicAddress) // a name that resolves wherever the client is
                .put("SubnetId", subnet)
                .put("VpcId", instance.nic().network().value())
                .put("SourceDestCheck", true);
        if (tellsInterfaces) {
            out.list("NetworkInterfaces", List.of(instance), (same, nic) -> {
                networkInterface(same, subnet, nic);
                groups(groups, "Groups", nic);
            });
        }
        groups(groups, "SecurityGroups", out);
    }

    private void networkInterface(Instance instance, String subnet, Structure.Builder nic) {
        nic.put("NetworkInterfaceId", Sight.interfaceId(instance)).put("OwnerId", instance.owner().value())
                .put("SubnetId", subnet).put("VpcId", instance.nic().network().value())
                .put("MacAddress", instance.nic().mac()).put("Description", "").put("Status", "in-use").put("InterfaceType", "interface")
                .put("SourceDestCheck", true).put("Ipv6Addresses", List.of())
                .put("PrivateIpAddress", instance.nic().privateAddress()).put("PrivateDnsName", Sight.privateName(instance))
                .structure("Attachment", attachment -> attachment
                        .put("AttachmentId", "eni-attach-" + Sight.suffix(instance.id().value())).put("AttachTime", instance.launched())
                        .put("DeleteOnTermination", true).put("DeviceIndex", 0).put("NetworkCardIndex", 0).put("Status", "attached"))
                .list("PrivateIpAddresses", List.of(instance), (same, address) -> {
                    address.put("Primary", true).put("PrivateIpAddress", instance.nic().privateAddress())
                            .put("PrivateDnsName", Sight.privateName(instance));
                    association(instance, address);
                });
        association(instance, nic);
    }

    /** Who owns the public address: the account that holds it, or else Amazon, as clients know it. */
    private void association(Instance instance, Structure.Builder out) {
        instance.nic().publicAddress().ifPresent(address -> out.structure("Association", association -> association
                .put("PublicIp", address).put("PublicDnsName", address)
                .put("IpOwnerId", sight.address(instance).map(Address::owner).map(Object::toString).orElse("amazon"))));
    }

    private static void constants(Instance instance, Structure.Builder out) {
        out.put("ProductCodes", List.of())
                .put("Hypervisor", "xen").put("VirtualizationType", "hvm").put("EbsOptimized", false).put("EnaSupport", false)
                .put("PlatformDetails", "Linux/UNIX").put("UsageOperation", "RunInstances").put("CurrentInstanceBootMode", "legacy-bios")
                .structure("Monitoring", monitoring -> monitoring.put("State", "disabled"))
                .structure("CpuOptions", cpu -> cpu.put("CoreCount", instance.resources().cpus()).put("ThreadsPerCore", 1))
                .structure("CapacityReservationSpecification", reservation -> reservation.put("CapacityReservationPreference", "open"))
                .structure("HibernationOptions", hibernation -> hibernation.put("Configured", false))
                .structure("EnclaveOptions", enclave -> enclave.put("Enabled", false))
                .structure("MaintenanceOptions", maintenance -> maintenance.put("AutoRecovery", "default"))
                .structure("MetadataOptions", metadata -> metadata.put("State", "applied").put("HttpTokens", "optional")
                        .put("HttpPutResponseHopLimit", 1).put("HttpEndpoint", "enabled").put("HttpProtocolIpv6", "disabled")
                        .put("InstanceMetadataTags", "disabled"));
    }
}
