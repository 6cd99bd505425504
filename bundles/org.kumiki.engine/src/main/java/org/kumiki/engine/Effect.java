package org.kumiki.engine;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.model.VolumeId;

/**
 * Something to be done in the world outside, after the state that asks for it is durable. What comes of it returns as a {@link Report}.
 * Every effect may be repeated.
 */
sealed interface Effect {

    /** What it is about. Effects on the same thing are carried out one after the other, in order; one on several things waits for all. */
    List<Object> subjects();

    /** An effect on the guest of an instance. */
    sealed interface OnGuest extends Effect {

        InstanceId instance();

        @Override
        default List<Object> subjects() {
            return List.of(instance());
        }
    }

    /** Makes what is missing of the guest's volumes first. */
    record StartGuest(InstanceId instance, List<VolumeId> volumes) implements OnGuest {

        public StartGuest {
            volumes = List.copyOf(volumes);
        }

        /** No volume may be copied at rest while the guest that writes to it is started. */
        @Override
        public List<Object> subjects() {
            List<Object> subjects = new ArrayList<>(volumes);
            subjects.add(instance);
            return subjects;
        }
    }

    record StopGuest(InstanceId instance, boolean force) implements OnGuest {
    }

    record RebootGuest(InstanceId instance) implements OnGuest {
    }

    record DestroyGuest(InstanceId instance, HostId host) implements OnGuest {
    }

    /** Brings link and metadata of a running guest up to date. */
    record LinkGuest(InstanceId instance) implements OnGuest {
    }

    /** Moves a running guest, as the migration of its instance says. */
    record MigrateGuest(InstanceId instance) implements OnGuest {
    }

    /** Gives up what a guest had on a host that it has left, or was to come to. */
    record LeaveHost(InstanceId instance, HostId host) implements OnGuest {
    }

    record AttachVolume(InstanceId instance, VolumeId volume) implements OnGuest {

        @Override
        public List<Object> subjects() {
            return List.of(instance, volume);
        }
    }

    record DetachVolume(InstanceId instance, VolumeId volume) implements OnGuest {

        @Override
        public List<Object> subjects() {
            return List.of(instance, volume);
        }
    }

    record SwitchHost(HostId host, boolean on) implements Effect {

        @Override
        public List<Object> subjects() {
            return List.of(host);
        }
    }

    /** An effect on what an image store keeps. */
    sealed interface OnImage extends Effect {

        ImageId image();

        @Override
        default List<Object> subjects() {
            return List.of(image());
        }
    }

    record BuildImage(ImageId image) implements OnImage {
    }

    record AddImage(ImageId image, URI source, Image.Format format, Optional<String> sha256) implements OnImage {
    }

    record DeleteImage(ImageId image) implements OnImage {
    }

    record CreateVolume(VolumeId volume) implements Effect {

        @Override
        public List<Object> subjects() {
            return List.of(volume);
        }
    }

    record DeleteVolume(VolumeId volume) implements Effect {

        @Override
        public List<Object> subjects() {
            return List.of(volume);
        }
    }

    /**
     * Keeps volumes as they are at one moment. Ordered with what happens to them and to their guest, which must not change hands meanwhile.
     *
     * @param instance which they are on, if they are on one
     */
    record TakeSnapshots(List<Snapshot> snapshots, Optional<InstanceId> instance) implements Effect {

        public TakeSnapshots {
            snapshots = List.copyOf(snapshots);
        }

        @Override
        public List<Object> subjects() {
            List<Object> subjects = new ArrayList<>();
            instance.ifPresent(subjects::add);
            for (Snapshot snapshot : snapshots) {
                subjects.add(snapshot.volume());
                subjects.add(snapshot.id());
            }
            return subjects;
        }
    }

    /**
     * Carries something between a bucket and a store.
     *
     * @param image     that is made, or taken away
     * @param snapshots likewise
     */
    record Carry(TransferId transfer, Optional<ImageId> image, List<SnapshotId> snapshots) implements Effect {

        public Carry {
            snapshots = List.copyOf(snapshots);
        }

        @Override
        public List<Object> subjects() {
            List<Object> subjects = new ArrayList<>(snapshots);
            image.ifPresent(subjects::add);
            subjects.add(transfer);
            return subjects;
        }
    }

    record DeleteSnapshot(SnapshotId snapshot) implements Effect {

        @Override
        public List<Object> subjects() {
            return List.of(snapshot);
        }
    }
}
