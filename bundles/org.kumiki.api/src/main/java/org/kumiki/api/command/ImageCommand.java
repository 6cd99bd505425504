package org.kumiki.api.command;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;

/** What can be asked of images. */
public sealed interface ImageCommand<R> extends Command<R> {

    /** Fetches an image; it is PENDING at first. */
    record Register(String name, String description, String architecture, URI source, Image.Format format, Optional<String> sha256,
            Map<String, String> tags) implements ImageCommand<Image> {

        public Register {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Makes an image of a snapshot, which is one of the devices.
     *
     * @param rootDevice which of the devices
     */
    record RegisterSnapshot(String name, String description, String architecture, String rootDevice, List<DeviceMapping> devices,
            Map<String, String> tags) implements ImageCommand<Image> {

        public RegisterSnapshot {
            devices = List.copyOf(devices);
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Makes an image of an instance: of snapshots of all its volumes. It is PENDING until they are complete.
     *
     * @param reboot  whether the guest, if it runs, is shut down and started again, so that its file systems are whole
     * @param devices what shall be other than the instance has it
     */
    record Create(InstanceId instance, String name, String description, boolean reboot, List<DeviceMapping> devices,
            Map<String, String> tags, Map<String, String> snapshotTags) implements ImageCommand<Image> {

        public Create {
            devices = List.copyOf(devices);
            tags = Map.copyOf(tags);
            snapshotTags = Map.copyOf(snapshotTags);
        }
    }

    /** Forgets an image; instances that were launched from it stay, and can be stopped and started. */
    record Deregister(ImageId image) implements ImageCommand<Image> {
    }

    /** Says whether every account may launch an image. */
    record Share(ImageId image, boolean shared) implements ImageCommand<Image> {
    }
}
