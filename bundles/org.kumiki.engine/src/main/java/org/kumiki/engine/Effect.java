package org.kumiki.engine;

import java.net.URI;
import java.util.Optional;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;

/**
 * Something to be done in the world outside, after the state that asks for it is durable. What comes of it returns as a {@link Report}.
 * Every effect may be repeated.
 */
sealed interface Effect {

    /** What it is about. Effects on the same thing are carried out one after the other, in order. */
    Object subject();

    /** An effect on the guest of an instance. */
    sealed interface OnGuest extends Effect {

        InstanceId instance();

        @Override
        default Object subject() {
            return instance();
        }
    }

    record StartGuest(InstanceId instance) implements OnGuest {
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

    record AttachVolume(InstanceId instance, VolumeId volume) implements OnGuest {
    }

    record DetachVolume(InstanceId instance, VolumeId volume) implements OnGuest {
    }

    /** An effect on what an image store keeps. */
    sealed interface OnImage extends Effect {

        ImageId image();

        @Override
        default Object subject() {
            return image();
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
        public Object subject() {
            return volume;
        }
    }

    record DeleteVolume(VolumeId volume) implements Effect {

        @Override
        public Object subject() {
            return volume;
        }
    }

    /** Ordered with what happens to the volume, which must not vanish meanwhile. */
    record TakeSnapshot(SnapshotId snapshot, VolumeId volume) implements Effect {

        @Override
        public Object subject() {
            return volume;
        }
    }

    record DeleteSnapshot(SnapshotId snapshot) implements Effect {

        @Override
        public Object subject() {
            return snapshot;
        }
    }
}
