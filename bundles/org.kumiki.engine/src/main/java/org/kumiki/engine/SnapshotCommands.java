package org.kumiki.engine;

import org.kumiki.api.command.SnapshotCommand.Create;
import org.kumiki.api.command.SnapshotCommand.Delete;
import org.kumiki.api.command.SnapshotCommand.Share;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Volume;

/** Snapshots of volumes: taken and forgotten. */
final class SnapshotCommands {

    private SnapshotCommands() {
    }

    static Snapshot create(Draft draft, Caller caller, Create command) {
        Volume volume = Owned.volume(draft, caller, command.volume());
        if (volume.state() != Volume.State.AVAILABLE && volume.state() != Volume.State.IN_USE) {
            throw Refused.wrongState(Kind.VOLUME, volume.id(), "The volume '" + volume.id() + "' cannot be kept in its state");
        }
        TagCommands.check(command.tags());
        Snapshot snapshot = draft.put(Entity.SNAPSHOT, new Snapshot(draft.ids().snapshot(), caller.account(), volume.id(), volume.sizeMiB(),
                Snapshot.State.PENDING, command.description(), draft.now(), false, command.tags()));
        draft.effect(new Effect.TakeSnapshot(snapshot.id(), volume.id()));
        return snapshot;
    }

    static Snapshot delete(Draft draft, Caller caller, Delete command) {
        Snapshot snapshot = Owned.snapshot(draft, caller, command.snapshot());
        draft.remove(Entity.SNAPSHOT, snapshot.id());
        draft.effect(new Effect.DeleteSnapshot(snapshot.id()));
        return snapshot;
    }

    static Snapshot share(Draft draft, Caller caller, Share command) {
        return draft.put(Entity.SNAPSHOT, Owned.snapshot(draft, caller, command.snapshot()).withShared(command.shared()));
    }

    static void ended(Draft draft, SnapshotId id, Snapshot.State state) {
        if (draft.find(Entity.SNAPSHOT, id).isEmpty()) {
            draft.effect(new Effect.DeleteSnapshot(id)); // forgotten while it was taken
        }
        draft.update(Entity.SNAPSHOT, id, snapshot -> snapshot.with(state));
    }
}
