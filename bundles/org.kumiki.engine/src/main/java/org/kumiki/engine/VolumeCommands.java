package org.kumiki.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.kumiki.api.command.VolumeCommand.Attach;
import org.kumiki.api.command.VolumeCommand.Create;
import org.kumiki.api.command.VolumeCommand.Delete;
import org.kumiki.api.command.VolumeCommand.Detach;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;

/** Volumes: made, put on instances, taken off and destroyed. */
final class VolumeCommands {

    private static final int TOKEN_LIMIT = 128;
    static final long LARGEST_MIB = 16L * 1024 * 1024;

    private VolumeCommands() {
    }

    static Volume create(Draft draft, Caller caller, Create command) {
        if (command.token().filter(text -> text.length() > TOKEN_LIMIT).isPresent()) {
            throw Refused.invalid(Kind.VOLUME, "ClientToken", "A client token has at most " + TOKEN_LIMIT + " characters");
        }
        Optional<Token> token = command.token().flatMap(text -> draft.find(Entity.TOKEN, Token.key(caller.account(), text)));
        String request = "volume|" + command.sizeMiB() + "|" + command.origin();
        if (token.isPresent()) {
            if (!token.get().request().equals(request)) {
                throw new DatacenterException(DatacenterException.Reason.TOKEN_REUSED, Kind.VOLUME, command.token().get(),
                        "The client token was used before with other parameters");
            }
            return Owned.volume(draft, caller, new VolumeId(token.get().made().get(0)));
        }
        Optional<Snapshot> origin = command.origin().map(id -> SnapshotCommands.complete(draft, caller, id));
        long size = command.sizeMiB() > 0 ? command.sizeMiB() : origin.map(Snapshot::sizeMiB).orElse(0L);
        if (size < 1 || size > LARGEST_MIB || origin.filter(snapshot -> size < snapshot.sizeMiB()).isPresent()) {
            throw Refused.invalid(Kind.VOLUME, size, "A volume has 1 GiB to 16 TiB, and no less than the snapshot it is made of");
        }
        TagCommands.check(command.tags());
        Volume volume = draft.put(Entity.VOLUME, new Volume(draft.ids().volume(), caller.account(), size, command.origin(),
                origin.flatMap(Snapshot::image), Volume.State.CREATING, Optional.empty(), draft.now(), command.tags()));
        command.token().ifPresent(text -> draft.put(Entity.TOKEN,
                new Token(Token.key(caller.account(), text), request, List.of(volume.id().value()), draft.now())));
        draft.effect(new Effect.CreateVolume(volume.id()));
        return volume;
    }

    static Volume delete(Draft draft, Caller caller, Delete command) {
        Volume volume = Owned.volume(draft, caller, command.volume());
        if (volume.attachment().isPresent()) {
            throw Refused.inUse(Kind.VOLUME, volume.id(),
                    "The volume '" + volume.id() + "' is attached to " + volume.attachment().get().instance());
        }
        Volume deleting = draft.put(Entity.VOLUME, volume.with(Volume.State.DELETING));
        draft.effect(new Effect.DeleteVolume(volume.id()));
        return deleting;
    }

    static Attachment attach(Draft draft, Caller caller, Attach command) {
        Volume volume = Owned.volume(draft, caller, command.volume());
        Instance instance = Owned.liveInstance(draft, caller, command.instance());
        if (volume.state() == Volume.State.IN_USE) {
            throw Refused.inUse(Kind.VOLUME, volume.id(), "The volume '" + volume.id() + "' is attached already");
        }
        if (volume.state() != Volume.State.AVAILABLE) {
            throw Refused.wrongState(Kind.VOLUME, volume.id(),
                    "The volume '" + volume.id() + "' is not available");
        }
        if (on(draft, instance.id(), command.device()).isPresent()) {
            throw Refused.invalid(Kind.ATTACHMENT, command.device(),
                    "The device '" + command.device() + "' of " + instance.id() + " is in use already");
        }
        boolean now = instance.state() == InstanceState.RUNNING || instance.state() == InstanceState.PENDING;
        Attachment attachment = new Attachment(volume.id(), instance.id(), command.device(),
                now ? Attachment.State.ATTACHING : Attachment.State.ATTACHED, draft.now(), false);
        draft.put(Entity.VOLUME, volume.with(Volume.State.IN_USE, Optional.of(attachment)));
        if (now) {
            draft.effect(new Effect.AttachVolume(instance.id(), volume.id()));
        }
        return attachment;
    }

    static Attachment detach(Draft draft, Caller caller, Detach command) {
        Volume volume = Owned.volume(draft, caller, command.volume());
        Attachment attachment = volume.attachment()
                .filter(on -> command.instance().isEmpty() || command.instance().get().equals(on.instance()))
                .filter(on -> command.device().isEmpty() || command.device().get().equals(on.device()))
                .orElseThrow(() -> Refused.wrongState(Kind.ATTACHMENT, volume.id(), "The volume '" + volume.id() + "' is not attached so"));
        Instance instance = draft.find(Entity.INSTANCE, attachment.instance()).orElseThrow();
        if (volume.state() == Volume.State.CREATING) {
            throw Refused.wrongState(Kind.VOLUME, volume.id(), "The volume '" + volume.id() + "' is still being made");
        }
        if (instance.state().occupiesHost() && instance.rootDevice().equals(Optional.of(attachment.device()))) {
            throw Refused.denied(Kind.ATTACHMENT, volume.id(),
                    "Unable to detach root volume '" + volume.id() + "' from instance '" + instance.id() + "'");
        }
        Attachment detaching = attachment.with(Attachment.State.DETACHING, draft.now());
        if (instance.state().occupiesHost()) {
            draft.put(Entity.VOLUME, volume.with(Volume.State.IN_USE, Optional.of(detaching)));
            draft.effect(new Effect.DetachVolume(instance.id(), volume.id()));
        } else {
            draft.put(Entity.VOLUME, volume.with(Volume.State.AVAILABLE, Optional.empty()));
        }
        return detaching;
    }

    /** The volume at a device of an instance. */
    static Optional<Volume> on(Draft draft, InstanceId instance, String device) {
        return draft.volumes(instance).stream().filter(volume -> volume.attachment().orElseThrow().device().equals(device)).findFirst();
    }

    /** Makes the disks that an instance is launched with. The store makes them when the guest is started. */
    static void launch(Draft draft, Instance instance, List<BlockDevice> devices, Map<String, String> tags) {
        for (BlockDevice device : devices) {
            VolumeId id = draft.ids().volume();
            Optional<ImageId> image = device.snapshot().isPresent()
                    ? device.snapshot().flatMap(snapshot -> draft.find(Entity.SNAPSHOT, snapshot)).flatMap(Snapshot::image)
                    : instance.rootDevice().filter(device.name()::equals).map(root -> instance.spec().image());
            draft.put(Entity.VOLUME, new Volume(id, instance.owner(), device.sizeMiB(), device.snapshot(), image, Volume.State.CREATING,
                    Optional.of(new Attachment(id, instance.id(), device.name(), Attachment.State.ATTACHED, draft.now(),
                            device.deleteOnTermination())),
                    draft.now(), tags));
        }
    }

    /** Takes a volume off an instance that is over. */
    static void leave(Draft draft, Volume volume) {
        if (volume.attachment().orElseThrow().deleteOnTermination()) {
            draft.put(Entity.VOLUME, volume.with(Volume.State.DELETING, Optional.empty()));
            draft.effect(new Effect.DeleteVolume(volume.id()));
        } else if (volume.state() == Volume.State.CREATING) {
            draft.put(Entity.VOLUME, volume.with(Volume.State.CREATING, Optional.empty()));
            draft.effect(new Effect.CreateVolume(volume.id()));
        } else {
            draft.put(Entity.VOLUME, volume.with(volume.state() == Volume.State.FAILED ? Volume.State.FAILED : Volume.State.AVAILABLE,
                    Optional.empty()));
        }
    }

    static void created(Draft draft, VolumeId id) {
        made(draft, id, volume -> volume.attachment().isPresent() ? Volume.State.IN_USE : Volume.State.AVAILABLE);
    }

    static void failed(Draft draft, VolumeId id) {
        made(draft, id, volume -> Volume.State.FAILED);
    }

    private static void made(Draft draft, VolumeId id, Function<Volume, Volume.State> state) {
        draft.find(Entity.VOLUME, id).filter(volume -> volume.state() == Volume.State.CREATING).ifPresent(volume -> {
            draft.put(Entity.VOLUME, volume.with(state.apply(volume)));
            Retired.sweep(draft); // of its snapshot nothing is needed any more
        });
    }

    static void deleted(Draft draft, VolumeId id) {
        draft.find(Entity.VOLUME, id).filter(volume -> volume.state() == Volume.State.DELETING).ifPresent(volume -> {
            draft.remove(Entity.VOLUME, id);
            Retired.sweep(draft);
        });
    }

    static void attached(Draft draft, VolumeId id, InstanceId instance) {
        attachment(draft, id, instance).filter(on -> on.state() == Attachment.State.ATTACHING).ifPresent(on -> settle(draft, on));
    }

    static void detached(Draft draft, VolumeId id, InstanceId instance) {
        attachment(draft, id, instance)
                .ifPresent(on -> draft.update(Entity.VOLUME, id, volume -> volume.with(Volume.State.AVAILABLE, Optional.empty())));
    }

    static void stuck(Draft draft, VolumeId id, InstanceId instance) {
        attachment(draft, id, instance).filter(on -> on.state() == Attachment.State.DETACHING).ifPresent(on -> settle(draft, on));
    }

    /** The attachment to the very instance that a report is about: a late report must not touch the next one. */
    private static Optional<Attachment> attachment(Draft draft, VolumeId id, InstanceId instance) {
        return draft.find(Entity.VOLUME, id).flatMap(Volume::attachment).filter(on -> on.instance().equals(instance));
    }

    private static void settle(Draft draft, Attachment on) {
        draft.update(Entity.VOLUME, on.volume(),
                volume -> volume.with(Volume.State.IN_USE, Optional.of(on.with(Attachment.State.ATTACHED, draft.now()))));
    }
}
