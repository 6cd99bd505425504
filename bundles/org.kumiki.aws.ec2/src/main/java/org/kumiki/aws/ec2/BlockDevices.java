package org.kumiki.aws.ec2;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.kumiki.api.command.DeviceMapping;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Block devices as EC2 writes them. */
final class BlockDevices {

    private static final Pattern NAME = Pattern.compile("(/dev/)?(sd|xvd|vd|hd)[a-z]{1,2}[0-9]{0,2}");
    /** A disk of the host itself. No type of instance has any here, and then EC2 lets such a device be named in vain. */
    private static final Pattern INSTANCE_STORE = Pattern.compile("ephemeral[0-9]{1,2}");
    /** Before, there was one kind of volume, and clients of that time take a kind for a difference. */
    private static final String FIRST_WITH_TYPES = "2012-07-20";

    private BlockDevices() {
    }

    static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw AwsException.invalid("device", text, "It is not a valid EBS device name.");
        }
        return text;
    }

    /** What a client wants to be other than it would be. */
    static List<DeviceMapping> read(Structure input) {
        List<DeviceMapping> devices = new ArrayList<>();
        for (Structure mapping : input.structures("BlockDeviceMappings")) {
            Parameters.only(mapping, "DeviceName", "VirtualName", "Ebs", "NoDevice");
            String name = name(mapping.requiredText("DeviceName"));
            if (mapping.has("NoDevice")) {
                devices.add(new DeviceMapping(name, false, Optional.empty(), Optional.empty(), Optional.empty()));
            } else if (mapping.has("Ebs")) {
                devices.add(read(name, mapping.structure("Ebs")));
            } else if (!INSTANCE_STORE.matcher(mapping.text("VirtualName", "")).matches()) {
                throw AwsException.refuse("InvalidBlockDeviceMapping", "The device '" + Text.brief(name) + "' is mapped to nothing");
            }
        }
        return devices;
    }

    private static DeviceMapping read(String name, Structure ebs) {
        Parameters.only(ebs, "SnapshotId", "VolumeSize", "VolumeType", "DeleteOnTermination");
        Volumes.requireOrdinary(ebs);
        Optional<Long> size = ebs.has("VolumeSize") ? Optional.of(Volumes.mib(ebs, "VolumeSize")) : Optional.empty();
        Optional<SnapshotId> snapshot = ebs.text("SnapshotId").filter(id -> !id.isEmpty()).map(Kinds.SNAPSHOT::id);
        return new DeviceMapping(name, true, snapshot, size,
                ebs.has("DeleteOnTermination") ? Optional.of(ebs.flag("DeleteOnTermination")) : Optional.empty());
    }

    /** By device, whether its volume shall go with the instance: the one thing about devices that can be changed later. */
    static Map<String, Boolean> readChanges(Structure input) {
        Map<String, Boolean> changes = new HashMap<>();
        for (Structure mapping : input.structures("BlockDeviceMappings")) {
            Parameters.only(mapping, "DeviceName", "Ebs");
            Parameters.only(mapping.structure("Ebs"), "DeleteOnTermination", "VolumeId");
            if (mapping.structure("Ebs").has("DeleteOnTermination")) {
                changes.put(name(mapping.requiredText("DeviceName")), mapping.structure("Ebs").flag("DeleteOnTermination"));
            }
        }
        return changes;
    }

    static void write(List<BlockDevice> devices, String version, Structure.Builder out) {
        out.list("BlockDeviceMappings", devices, (device, mapping) -> mapping.put("DeviceName", device.name()).structure("Ebs", ebs -> {
            ebs.put("SnapshotId", device.snapshot().map(SnapshotId::value).orElse(null)).put("VolumeSize", Volumes.gib(device.sizeMiB()))
                    .put("DeleteOnTermination", device.deleteOnTermination());
            if (version.compareTo(FIRST_WITH_TYPES) >= 0) {
                ebs.put("VolumeType", Volumes.TYPE).put("Encrypted", false);
            }
        }));
    }
}
