package org.kumiki.api.command;

import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;

/** What can be asked of volumes. */
public sealed interface VolumeCommand<R> extends Command<R> {

    /** Makes a volume. */
    record Create(long sizeMiB, Optional<SnapshotId> origin, Optional<String> token,
            Map<String, String> tags) implements VolumeCommand<Volume> {

        public Create {
            tags = Map.copyOf(tags);
        }
    }

    /** Destroys a volume that is not attached. */
    record Delete(VolumeId volume) implements VolumeCommand<Volume> {
    }

    /** Attaches a volume; at once if the instance runs, else when it starts. */
    record Attach(VolumeId volume, InstanceId instance, String device) implements VolumeCommand<Attachment> {
    }

    /** Detaches a volume. */
    record Detach(VolumeId volume, Optional<InstanceId> instance, Optional<String> device,
            boolean force) implements VolumeCommand<Attachment> {
    }
}
