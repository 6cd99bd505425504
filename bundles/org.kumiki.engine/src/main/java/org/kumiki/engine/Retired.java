package org.kumiki.engine;

import java.util.Optional;

import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Volume;

/**
 * Images and snapshots that were given up. Nobody sees them any more, but their files stay as long as something needs them, and are gone
 * only when the store has said so; until then the journal remembers them.
 */
final class Retired {

    private Retired() {
    }

    /** No store keeps an image that is a snapshot, so nothing is left of one. */
    static void image(Draft draft, Image image) {
        draft.remove(Entity.IMAGE, image.id());
        if (!image.isOfSnapshot()) {
            draft.put(Entity.RETIRED_IMAGE, image);
        }
        sweep(draft);
    }

    static void snapshot(Draft draft, Snapshot snapshot) {
        draft.remove(Entity.SNAPSHOT, snapshot.id());
        draft.put(Entity.RETIRED_SNAPSHOT, snapshot);
        sweep(draft);
    }

    static void imageGone(Draft draft, ImageId id) {
        draft.find(Entity.RETIRED_IMAGE, id).ifPresent(image -> draft.remove(Entity.RETIRED_IMAGE, id));
    }

    static void snapshotGone(Draft draft, SnapshotId id) {
        draft.find(Entity.RETIRED_SNAPSHOT, id).ifPresent(snapshot -> draft.remove(Entity.RETIRED_SNAPSHOT, id));
    }

    /** An image whose files are there, whether or not anybody sees it. */
    static Optional<Image> orNot(Draft draft, ImageId id) {
        return draft.find(Entity.IMAGE, id).or(() -> draft.find(Entity.RETIRED_IMAGE, id));
    }

    /** Has the files of those deleted that nothing needs. To be called whenever something ceased to need any. */
    static void sweep(Draft draft) {
        draft.all(Entity.RETIRED_IMAGE).stream().filter(image -> !isNeeded(draft, image))
                .forEach(image -> draft.effect(new Effect.DeleteImage(image.id())));
        draft.all(Entity.RETIRED_SNAPSHOT).stream().filter(snapshot -> !isNeeded(draft, snapshot))
                .forEach(snapshot -> draft.effect(new Effect.DeleteSnapshot(snapshot.id())));
    }

    /** Its disk lies under volumes; its kernel boots whatever goes back to it. */
    private static boolean isNeeded(Draft draft, Image image) {
        Optional<ImageId> id = Optional.of(image.id());
        boolean boots = image.format() == Image.Format.KERNEL;
        return draft.all(Entity.VOLUME).stream().anyMatch(volume -> volume.backing().equals(id) || boots && volume.image().equals(id))
                || boots && draft.all(Entity.SNAPSHOT).stream().anyMatch(snapshot -> snapshot.image().equals(id))
                || boots && draft.all(Entity.IMAGE).stream().anyMatch(other -> other.base().equals(id))
                || draft.all(Entity.INSTANCE).stream().anyMatch(instance -> instance.rootDevice().isEmpty()
                        && instance.spec().image().equals(image.id()) && instance.state() != InstanceState.TERMINATED);
    }

    private static boolean isNeeded(Draft draft, Snapshot snapshot) {
        return draft.all(Entity.VOLUME).stream().anyMatch(volume -> volume.state() == Volume.State.CREATING
                && volume.origin().equals(Optional.of(snapshot.id())));
    }
}
