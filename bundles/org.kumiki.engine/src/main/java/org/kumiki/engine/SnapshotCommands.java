package org.kumiki.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.command.SnapshotCommand.Create;
import org.kumiki.api.command.SnapshotCommand.Delete;
import org.kumiki.api.command.SnapshotCommand.Share;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Volume;

/** Snapshots of volumes: taken and forgotten. */
final class SnapshotCommands {

    private SnapshotCommands() {
    }

    static Snapshot create(Draft draft, Caller caller, Create command) {
        Volume volume = Owned.volume(draft, caller, command.volume());
        requireWhole(volume);
        Optional<Instance> holder = volume.attachment().map(on -> draft.find(Entity.INSTANCE, on.instance()).orElseThrow());
        holder.ifPresent(instance -> requireCopies(draft, instance));
        TagCommands.check(command.tags());
        Snapshot snapshot = draft.put(Entity.SNAPSHOT,
                begun(draft, caller, draft.ids().snapshot(), volume, command.description(), false, command.tags()));
        draft.effect(new Effect.TakeSnapshots(List.of(snapshot), holder.map(Instance::id)));
        return snapshot;
    }

    static Snapshot begun(Draft draft, Caller caller, SnapshotId id, Volume volume, String description, boolean reboot, Map<String, String> tags) {
        return new Snapshot(id, caller.account(), volume.id(), volume.image(), volume.sizeMiB(), Snapshot.State.PENDING, Optional.empty(),
                description, reboot, draft.now(), false, tags);
    }

    static void requireWhole(Volume volume) {
        if (volume.state() != Volume.State.AVAILABLE && volume.state() != Volume.State.IN_USE) {
            throw Refused.wrongState(Kind.VOLUME, volume.id(), "The volume '" + volume.id() + "' cannot be kept in its state");
        }
    }

    /** Disks that are being written can be copied by nobody but who runs the guest. */
    static void requireCopies(Draft draft, Instance instance) {
        if (instance.state().occupiesHost()) {
            Technology technology = draft.find(Entity.HOST, instance.host().orElseThrow()).orElseThrow().technology();
            if (!technology.can(Technology.Feature.DISK_COPY)) {
                throw Refused.unsupported(Kind.SNAPSHOT, instance.id(), "The host of '" + instance.id() + "' runs its guests by "
                        + technology.name() + ", which cannot copy the disks of a guest that runs; stop the instance first");
            }
        }
    }

    static Snapshot delete(Draft draft, Caller caller, Delete command) {
        Snapshot snapshot = Owned.snapshot(draft, caller, command.snapshot());
        for (Image image : draft.all(Entity.IMAGE)) {
            if (image.state() != Image.State.FAILED
                    && image.devices().stream().anyMatch(device -> device.snapshot().equals(Optional.of(snapshot.id())))) {
                throw Refused.inUse(Kind.SNAPSHOT, snapshot.id(), "The snapshot '" + snapshot.id() + "' is currently in use by " + image.id());
            }
        }
        TransferCommands.abandon(draft, Optional.empty(), Optional.of(snapshot.id()));
        Retired.snapshot(draft, snapshot);
        return snapshot;
    }

    static Snapshot share(Draft draft, Caller caller, Share command) {
        return draft.put(Entity.SNAPSHOT, Owned.snapshot(draft, caller, command.snapshot()).withShared(command.shared()));
    }

    /** A snapshot of which the caller may make volumes. */
    static Snapshot complete(Draft draft, Caller caller, SnapshotId id) {
        Snapshot snapshot = draft.find(Entity.SNAPSHOT, id).filter(found -> found.shared() || caller.owns(found.owner()))
                .orElseThrow(() -> Refused.notFound(Kind.SNAPSHOT, id));
        if (snapshot.state() != Snapshot.State.COMPLETED) {
            throw Refused.wrongState(Kind.SNAPSHOT, id, "The snapshot '" + id + "' is not complete");
        }
        return snapshot;
    }

    static void taken(Draft draft, List<SnapshotId> ids) {
        ids.forEach(id -> draft.update(Entity.SNAPSHOT, id, snapshot -> snapshot.with(Snapshot.State.COMPLETED, Optional.empty())));
        ImageCommands.review(draft);
    }

    static void failed(Draft draft, List<SnapshotId> ids, String reason) {
        ids.forEach(id -> draft.update(Entity.SNAPSHOT, id, snapshot -> snapshot.with(Snapshot.State.FAILED, Optional.of(reason))));
        ImageCommands.review(draft);
    }

    /** Those that were begun together are begun together again, and so show one moment again. */
    static void resume(Draft draft) {
        Map<List<Object>, List<Snapshot>> together = new LinkedHashMap<>();
        for (Snapshot snapshot : draft.all(Entity.SNAPSHOT)) {
            if (snapshot.state() == Snapshot.State.PENDING && !TransferCommands.isMaking(draft, snapshot.id())) {
                Optional<InstanceId> holder = holder(draft, snapshot);
                Object with = holder.isPresent() ? holder.get() : snapshot.id();
                together.computeIfAbsent(Arrays.asList(with, snapshot.started(), snapshot.reboot()), key -> new ArrayList<>()).add(snapshot);
            }
        }
        together.values().forEach(snapshots -> draft.effect(new Effect.TakeSnapshots(snapshots, holder(draft, snapshots.get(0)))));
    }

    private static Optional<InstanceId> holder(Draft draft, Snapshot snapshot) {
        return draft.find(Entity.VOLUME, snapshot.volume()).flatMap(Volume::attachment).map(Attachment::instance);
    }
}
