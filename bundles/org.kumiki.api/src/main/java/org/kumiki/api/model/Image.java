package org.kumiki.api.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a machine boots from.
 *
 * @param format  how the image store keeps it, or the image that it goes back to
 * @param devices the disks of whoever is launched from it, the root device first; none if it has no disk
 * @param base    the image whose kernel boots it, if its root device is a snapshot and brings none
 * @param source  where it came from, for people
 * @param shared  whether every account may launch it
 * @param reason  why it failed, if it did
 */
public record Image(ImageId id, AccountId owner, String name, String description, String architecture, Format format,
        List<BlockDevice> devices, Optional<ImageId> base, String source, boolean shared, State state, Optional<String> reason,
        Instant created, Map<String, String> tags) {

    /** How an image is laid out. */
    public enum Format {
        /** A kernel and an initial RAM disk, and perhaps a disk. */
        KERNEL, QCOW2, RAW,
        /** As another platform has it: converted when it comes in, so that only images on their way have it. */
        VMDK, VDI, VHDX, VHD
    }

    /** Whether an image can be launched. */
    public enum State {
        /** Being built, fetched, checked, or made of an instance. */
        PENDING, AVAILABLE, FAILED
    }

    public Image {
        devices = List.copyOf(devices);
        tags = Map.copyOf(tags);
    }

    /** The disk on which its system is. */
    public Optional<BlockDevice> root() {
        return devices.stream().findFirst();
    }

    /** The size of its root device; 0 if it has none. */
    public long sizeMiB() {
        return root().map(BlockDevice::sizeMiB).orElse(0L);
    }

    /** Whether its root device is a snapshot, so that no image store keeps it. */
    public boolean isOfSnapshot() {
        return root().flatMap(BlockDevice::snapshot).isPresent();
    }

    public Image with(State newState, Optional<String> newReason) {
        return new Image(id, owner, name, description, architecture, format, devices, base, source, shared, newState, newReason, created,
                tags);
    }

    /** The same image, now that the store has it. */
    public Image stored(Format newFormat, long sizeMiB, String newArchitecture) {
        List<BlockDevice> disk = sizeMiB == 0 ? List.of() : List.of(new BlockDevice(BlockDevice.ROOT, Optional.empty(), sizeMiB, true));
        return new Image(id, owner, name, description, newArchitecture, newFormat, disk, base, source, shared, State.AVAILABLE,
                Optional.empty(), created, tags);
    }

    public Image withTags(Map<String, String> newTags) {
        return new Image(id, owner, name, description, architecture, format, devices, base, source, shared, state, reason, created, newTags);
    }

    public Image withShared(boolean nowShared) {
        return new Image(id, owner, name, description, architecture, format, devices, base, source, nowShared, state, reason, created, tags);
    }
}
