package org.kumiki.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.command.DeviceMapping;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.Snapshot;

/** Which disks there shall be, by what is given and what a client wants otherwise. */
final class BlockDevices {

    private static final int MOST = 28;

    private BlockDevices() {
    }

    /** The disks of an instance. Unless somebody says how large it shall be, the root device is as large as the type promises. */
    static List<BlockDevice> ofLaunch(Draft draft, Caller caller, Image image, InstanceType type, List<DeviceMapping> wanted) {
        if (image.root().isEmpty()) {
            if (!wanted.isEmpty()) {
                throw refused(wanted.get(0).name(), "Instances of the image '" + image.id() + "' have no disks");
            }
            return List.of();
        }
        BlockDevice root = image.root().get();
        requireRoot(root, wanted);
        List<BlockDevice> devices = new ArrayList<>(of(draft, caller, image.devices(), wanted));
        if (wanted.stream().noneMatch(mapping -> mapping.name().equals(root.name()) && mapping.sizeMiB().isPresent())) {
            devices.set(0, new BlockDevice(root.name(), root.snapshot(), Math.max(root.sizeMiB(), type.resources().diskMiB()),
                    devices.get(0).deleteOnTermination()));
        }
        return devices;
    }

    /** Whatever else a client wants: the system is on the root device. */
    static void requireRoot(BlockDevice root, List<DeviceMapping> wanted) {
        if (wanted.stream().anyMatch(mapping -> mapping.name().equals(root.name())
                && (!mapping.present() || mapping.snapshot().isPresent() && !mapping.snapshot().equals(root.snapshot())))) {
            throw refused(root.name(), "The root device '" + root.name() + "' can neither be left out nor be of another snapshot");
        }
    }

    /** What is given, in that order, and then what is added. */
    static List<BlockDevice> of(Draft draft, Caller caller, List<BlockDevice> given, List<DeviceMapping> wanted) {
        Map<String, DeviceMapping> mappings = new LinkedHashMap<>();
        for (DeviceMapping mapping : wanted) {
            if (mappings.put(mapping.name(), mapping) != null) {
                throw refused(mapping.name(), "The device '" + mapping.name() + "' is named more than once");
            }
        }
        List<BlockDevice> devices = new ArrayList<>();
        for (BlockDevice device : given) {
            DeviceMapping mapping = mappings.remove(device.name());
            if (mapping == null) {
                devices.add(device);
            } else if (mapping.present()) {
                devices.add(of(draft, caller, mapping, Optional.of(device)));
            }
        }
        mappings.values().stream().filter(DeviceMapping::present).forEach(mapping -> devices.add(of(draft, caller, mapping, Optional.empty())));
        if (devices.size() > MOST) {
            throw refused(devices.get(MOST).name(), "An instance has at most " + MOST + " block devices");
        }
        return devices;
    }

    private static BlockDevice of(Draft draft, Caller caller, DeviceMapping mapping, Optional<BlockDevice> given) {
        Optional<Snapshot> own = mapping.snapshot().map(id -> SnapshotCommands.complete(draft, caller, id));
        Optional<Snapshot> source = own.or(() -> given.flatMap(BlockDevice::snapshot).flatMap(id -> draft.find(Entity.SNAPSHOT, id)));
        long usual = own.map(Snapshot::sizeMiB).or(() -> given.map(BlockDevice::sizeMiB)).orElse(0L);
        long least = source.map(Snapshot::sizeMiB).orElse(usual);
        long size = mapping.sizeMiB().orElse(usual);
        if (size < Math.max(1, least) || size > VolumeCommands.LARGEST_MIB) {
            throw refused(mapping.name(), least == 0 ? "The device '" + mapping.name() + "' needs a snapshot, or a size of 1 GiB to 16 TiB"
                    : "The volume of " + size + " MiB for the device '" + mapping.name() + "' is smaller than the " + least
                            + " MiB that it is made of, or larger than 16 TiB");
        }
        return new BlockDevice(mapping.name(), own.map(Snapshot::id).or(() -> given.flatMap(BlockDevice::snapshot)), size,
                mapping.deleteOnTermination().or(() -> given.map(BlockDevice::deleteOnTermination)).orElse(true));
    }

    static DatacenterException refused(String name, String message) {
        return Refused.invalid(Kind.BLOCK_DEVICE, name, message);
    }
}
