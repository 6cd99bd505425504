package org.kumiki.aws.ec2;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.KeyPairId;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.aws.wire.AwsException;

/**
 * How EC2 speaks of each kind of thing: what its identifiers are, and what it calls one that is malformed or leads nowhere.
 *
 * @param noun      for messages
 * @param resource  the name of the kind in tags, such as {@code instance}
 * @param prefix    how the identifiers begin
 * @param malformed the code for an identifier that cannot be one
 * @param notFound  the code for one that leads nowhere
 * @param parse     fails with IllegalArgumentException
 */
record Kinds<I>(String noun, String resource, String prefix, String malformed, String notFound, Function<String, I> parse) {

    static final Kinds<InstanceId> INSTANCE = new Kinds<>("instance", "instance", InstanceId.PREFIX,
            "InvalidInstanceID.Malformed", "InvalidInstanceID.NotFound", InstanceId::new);
    static final Kinds<ImageId> IMAGE = new Kinds<>("image", "image", ImageId.PREFIX,
            "InvalidAMIID.Malformed", "InvalidAMIID.NotFound", ImageId::new);
    static final Kinds<VolumeId> VOLUME = new Kinds<>("volume", "volume", VolumeId.PREFIX,
            "InvalidVolumeID.Malformed", "InvalidVolume.NotFound", VolumeId::new);
    static final Kinds<SnapshotId> SNAPSHOT = new Kinds<>("snapshot", "snapshot", SnapshotId.PREFIX,
            "InvalidSnapshotID.Malformed", "InvalidSnapshot.NotFound", SnapshotId::new);
    static final Kinds<KeyPairId> KEY_PAIR = new Kinds<>("key pair", "key-pair", KeyPairId.PREFIX,
            "InvalidKeyPair.Format", "InvalidKeyPair.NotFound", KeyPairId::new);
    static final Kinds<GroupId> GROUP = new Kinds<>("security group", "security-group", GroupId.PREFIX,
            "InvalidGroupId.Malformed", "InvalidGroup.NotFound", GroupId::new);
    static final Kinds<NetworkId> NETWORK = new Kinds<>("vpc", "vpc", NetworkId.PREFIX,
            "InvalidVpcID.Malformed", "InvalidVpcID.NotFound", NetworkId::new);
    static final Kinds<AddressId> ADDRESS = new Kinds<>("address", "elastic-ip", AddressId.PREFIX,
            "InvalidAllocationID.Malformed", "InvalidAllocationID.NotFound", AddressId::new);
    static final Kinds<PlacementGroupId> PLACEMENT_GROUP = new Kinds<>("placement group", "placement-group", PlacementGroupId.PREFIX,
            "InvalidPlacementGroupId.Malformed", "InvalidPlacementGroup.Unknown", PlacementGroupId::new);

    // Transfers are tagged when they begin, and not later.
    static final Kinds<TransferId> IMPORT_IMAGE = new Kinds<>("import image task", "import-image-task", "import-ami-",
            "InvalidConversionTaskId.Malformed", "InvalidConversionTaskId.NotFound", TransferId::new);
    static final Kinds<TransferId> IMPORT_SNAPSHOT = new Kinds<>("import snapshot task", "import-snapshot-task", "import-snap-",
            "InvalidConversionTaskId.Malformed", "InvalidConversionTaskId.NotFound", TransferId::new);
    static final Kinds<TransferId> EXPORT_IMAGE = new Kinds<>("export image task", "export-image-task", "export-ami-",
            "InvalidExportTaskID.Malformed", "InvalidExportTaskID.NotFound", TransferId::new);

    private static final List<Kinds<?>> ALL = List.of(INSTANCE, IMAGE, VOLUME, SNAPSHOT, KEY_PAIR, GROUP, NETWORK, ADDRESS,
            PLACEMENT_GROUP);

    /** The identifier that a client wrote. */
    I id(String text) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw AwsException.refuse(malformed, "Invalid id: \"" + Text.brief(text) + "\" (expecting \"" + prefix + "...\")");
        }
    }

    List<I> ids(List<String> texts) {
        return texts.stream().map(this::id).toList();
    }

    AwsException missing(Object id) {
        return AwsException.refuse(notFound, "The " + noun + " ID '" + Text.brief(id.toString()) + "' does not exist");
    }

    /** The kind that an identifier belongs to, by its prefix. */
    static Optional<Kinds<?>> of(String id) {
        return ALL.stream().filter(kind -> id.startsWith(kind.prefix())).findFirst();
    }

    /** The kind that the engine speaks of, where EC2 has one for it. */
    static Optional<Kinds<?>> of(DatacenterException.Kind kind) {
        return switch (kind) {
            case INSTANCE -> Optional.of(INSTANCE);
            case IMAGE -> Optional.of(IMAGE);
            case VOLUME, ATTACHMENT -> Optional.of(VOLUME);
            case SNAPSHOT -> Optional.of(SNAPSHOT);
            case KEY_PAIR -> Optional.of(KEY_PAIR);
            case SECURITY_GROUP -> Optional.of(GROUP);
            case NETWORK -> Optional.of(NETWORK);
            case ADDRESS -> Optional.of(ADDRESS);
            case PLACEMENT_GROUP -> Optional.of(PLACEMENT_GROUP);
            case HOST, INSTANCE_TYPE, BLOCK_DEVICE, FIREWALL_RULE, TAG, DECISION, BUCKET, OBJECT, TRANSFER, POLICY -> Optional.empty();
        };
    }
}
