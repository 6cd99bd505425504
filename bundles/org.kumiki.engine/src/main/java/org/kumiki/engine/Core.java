package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.kumiki.api.command.AddressCommand;
import org.kumiki.api.command.Command;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.KeyPairCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.command.PlacementGroupCommand;
import org.kumiki.api.command.SecurityGroupCommand;
import org.kumiki.api.command.SnapshotCommand;
import org.kumiki.api.command.TagCommand;
import org.kumiki.api.command.VolumeCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.Volume;

/**
 * The state machine: what commands and reports make of a world. Pure; time and new identifiers come with the draft, so the same inputs
 * make the same worlds wherever they run.
 */
final class Core {

    /** How long a terminated instance can still be described, as in EC2. */
    static final Duration MEMORY = Duration.ofHours(1);

    private Core() {
    }

    /**
     * Carries out any command but those for which somebody has to be asked first: see {@link Launches}, {@link MigrationCommands} and
     * {@link TransferCommands}.
     */
    @SuppressWarnings("unchecked") // the answer has the type that its command names
    static <R> R command(Draft draft, Caller caller, Command<R> command) {
        return (R) answer(draft, caller, command);
    }

    private static Object answer(Draft draft, Caller caller, Command<?> command) {
        if (command instanceof InstanceCommand<?> c) {
            return instance(draft, caller, c);
        } else if (command instanceof ImageCommand.Register c) {
            return ImageCommands.register(draft, caller, c);
        } else if (command instanceof ImageCommand.RegisterSnapshot c) {
            return ImageCommands.register(draft, caller, c);
        } else if (command instanceof ImageCommand.Create c) {
            return ImageCommands.create(draft, caller, c);
        } else if (command instanceof ImageCommand.Deregister c) {
            return ImageCommands.deregister(draft, caller, c);
        } else if (command instanceof ImageCommand.Share c) {
            return ImageCommands.share(draft, caller, c);
        } else if (command instanceof VolumeCommand.Create c) {
            return VolumeCommands.create(draft, caller, c);
        } else if (command instanceof VolumeCommand.Delete c) {
            return VolumeCommands.delete(draft, caller, c);
        } else if (command instanceof VolumeCommand.Attach c) {
            return VolumeCommands.attach(draft, caller, c);
        } else if (command instanceof VolumeCommand.Detach c) {
            return VolumeCommands.detach(draft, caller, c);
        } else if (command instanceof SnapshotCommand.Create c) {
            return SnapshotCommands.create(draft, caller, c);
        } else if (command instanceof SnapshotCommand.Delete c) {
            return SnapshotCommands.delete(draft, caller, c);
        } else if (command instanceof SnapshotCommand.Share c) {
            return SnapshotCommands.share(draft, caller, c);
        } else if (command instanceof KeyPairCommand.Import c) {
            return KeyPairCommands.add(draft, caller, c);
        } else if (command instanceof KeyPairCommand.Delete c) {
            return KeyPairCommands.delete(draft, caller, c);
        } else if (command instanceof SecurityGroupCommand.Create c) {
            return SecurityGroupCommands.create(draft, caller, c);
        } else if (command instanceof SecurityGroupCommand.Delete c) {
            return SecurityGroupCommands.delete(draft, caller, c);
        } else if (command instanceof SecurityGroupCommand.Authorize c) {
            return SecurityGroupCommands.authorize(draft, caller, c);
        } else if (command instanceof SecurityGroupCommand.Revoke c) {
            return SecurityGroupCommands.revoke(draft, caller, c);
        } else if (command instanceof PlacementGroupCommand.Create c) {
            return PlacementGroupCommands.create(draft, caller, c);
        } else if (command instanceof PlacementGroupCommand.Delete c) {
            return PlacementGroupCommands.delete(draft, caller, c);
        } else if (command instanceof AddressCommand.Allocate c) {
            return AddressCommands.allocate(draft, caller, c);
        } else if (command instanceof AddressCommand.Release c) {
            return AddressCommands.release(draft, caller, c);
        } else if (command instanceof AddressCommand.Associate c) {
            return AddressCommands.associate(draft, caller, c);
        } else if (command instanceof TagCommand.Set c) {
            return TagCommands.set(draft, caller, c);
        } else if (command instanceof TagCommand.Remove c) {
            return TagCommands.remove(draft, caller, c);
        } else if (command instanceof HostCommand.Accept c) {
            return HostCommands.accept(draft, caller, c);
        } else if (command instanceof HostCommand.Remove c) {
            return HostCommands.remove(draft, caller, c);
        } else if (command instanceof HostCommand.Power c) {
            return HostCommands.power(draft, caller, c, caller.via(), draft.base().version());
        } else if (command instanceof MigrationCommand.Cancel c) {
            return MigrationCommands.cancel(draft, caller, c);
        }
        throw new IllegalArgumentException("no way to carry out " + command.getClass().getName());
    }

    private static Object instance(Draft draft, Caller caller, InstanceCommand<?> command) {
        if (command instanceof InstanceCommand.Start c) {
            return InstanceCommands.start(draft, caller, c, Map.of());
        } else if (command instanceof InstanceCommand.Stop c) {
            return InstanceCommands.stop(draft, caller, c);
        } else if (command instanceof InstanceCommand.Reboot c) {
            return InstanceCommands.reboot(draft, caller, c);
        } else if (command instanceof InstanceCommand.Terminate c) {
            return InstanceCommands.terminate(draft, caller, c);
        } else if (command instanceof InstanceCommand.Modify c) {
            return InstanceCommands.modify(draft, caller, c);
        }
        throw new IllegalArgumentException("no way to carry out " + command.getClass().getName());
    }

    /** @param root who owns what comes with the platform */
    static void report(Draft draft, AccountId root, Report report) {
        if (report instanceof Report.GuestStarted r) {
            InstanceCommands.started(draft, r.instance());
        } else if (report instanceof Report.GuestNotStarted r) {
            InstanceCommands.notStarted(draft, r.instance(), r.reason());
        } else if (report instanceof Report.GuestLinked r) {
            InstanceCommands.linked(draft, r.instance(), r.link());
        } else if (report instanceof Report.GuestMoved r) {
            MigrationCommands.moved(draft, r.instance(), r.summary());
        } else if (report instanceof Report.GuestStayed r) {
            MigrationCommands.stayed(draft, r.instance(), r.reason());
        } else if (report instanceof Report.GuestStopped r) {
            InstanceCommands.stopped(draft, r.instance(), r.reason());
        } else if (report instanceof Report.GuestDestroyed r) {
            InstanceCommands.destroyed(draft, r.instance());
        } else if (report instanceof Report.HostsSeen r) {
            HostCommands.seen(draft, r);
        } else if (report instanceof Report.DriverGone r) {
            HostCommands.lost(draft, r.technology());
        } else if (report instanceof Report.HostSwitched r) {
            HostCommands.switched(draft, r.host(), r.on());
        } else if (report instanceof Report.HostNotSwitched r) {
            HostCommands.notSwitched(draft, r.host(), r.on(), r.reason());
        } else if (report instanceof Report.ImageOffered r) {
            ImageCommands.offered(draft, root, r.image());
        } else if (report instanceof Report.ImageStored r) {
            ImageCommands.stored(draft, r.image());
        } else if (report instanceof Report.ImageFailed r) {
            ImageCommands.failed(draft, r.image(), r.reason());
        } else if (report instanceof Report.ImageDeleted r) {
            Retired.imageGone(draft, r.image());
        } else if (report instanceof Report.VolumeCreated r) {
            VolumeCommands.created(draft, r.volume());
        } else if (report instanceof Report.VolumeFailed r) {
            VolumeCommands.failed(draft, r.volume());
        } else if (report instanceof Report.VolumeDeleted r) {
            VolumeCommands.deleted(draft, r.volume());
        } else if (report instanceof Report.VolumeAttached r) {
            VolumeCommands.attached(draft, r.volume(), r.instance());
        } else if (report instanceof Report.VolumeDetached r) {
            VolumeCommands.detached(draft, r.volume(), r.instance());
        } else if (report instanceof Report.VolumeStuck r) {
            VolumeCommands.stuck(draft, r.volume(), r.instance());
        } else if (report instanceof Report.SnapshotsTaken r) {
            SnapshotCommands.taken(draft, r.snapshots());
        } else if (report instanceof Report.SnapshotsFailed r) {
            SnapshotCommands.failed(draft, r.snapshots(), r.reason());
        } else if (report instanceof Report.SnapshotDeleted r) {
            Retired.snapshotGone(draft, r.snapshot());
        } else if (report instanceof Report.TransferEnded r) {
            TransferCommands.ended(draft, r);
        } else if (report instanceof Report.Tick) {
            forget(draft);
        }
    }

    private static void forget(Draft draft) {
        Instant limit = draft.now().minus(MEMORY);
        for (Instance instance : draft.all(Entity.INSTANCE)) {
            if (instance.state() == InstanceState.TERMINATED && instance.since().isAfter(draft.now())) {
                draft.put(Entity.INSTANCE, instance.with(InstanceState.TERMINATED, draft.now(), instance.reason())); // or it might stay for ever
            } else if (instance.state() == InstanceState.TERMINATED && instance.since().isBefore(limit)) {
                draft.remove(Entity.INSTANCE, instance.id());
            }
        }
        for (Migration migration : draft.all(Entity.MIGRATION)) {
            if (!migration.isMoving() && migration.since().isBefore(limit)) {
                draft.remove(Entity.MIGRATION, migration.instance());
            }
        }
        TransferCommands.forget(draft);
        for (Token token : draft.all(Entity.TOKEN)) {
            if (token.at().isAfter(draft.now())) {
                draft.put(Entity.TOKEN, new Token(token.key(), token.request(), token.made(), draft.now()));
            } else if (token.at().isBefore(limit) && token.made().stream().noneMatch(id -> id.startsWith("i-")
                    && draft.find(Entity.INSTANCE, new InstanceId(id)).isPresent())) {
                draft.remove(Entity.TOKEN, token.key());
            }
        }
    }

    /**
     * What a world that was just read back is waiting for. Whatever was under way when the engine died is asked for again, since effects
     * may be repeated.
     */
    static void resume(Draft draft) {
        for (Instance instance : draft.all(Entity.INSTANCE)) {
            switch (instance.state()) {
                case PENDING -> InstanceCommands.switchOn(draft, instance);
                case STOPPING -> draft.effect(new Effect.StopGuest(instance.id(), false));
                case SHUTTING_DOWN -> draft.effect(new Effect.DestroyGuest(instance.id(), instance.host().orElseThrow()));
                case RUNNING -> draft.effect(new Effect.LinkGuest(instance.id()));
                default -> {
                    // at rest
                }
            }
        }
        draft.all(Entity.MIGRATION).stream().filter(Migration::isMoving)
                .forEach(migration -> draft.effect(new Effect.MigrateGuest(migration.instance())));
        for (Volume volume : draft.all(Entity.VOLUME)) {
            switch (volume.state()) {
                case CREATING -> draft.effect(new Effect.CreateVolume(volume.id()));
                case DELETING -> draft.effect(new Effect.DeleteVolume(volume.id()));
                default -> volume.attachment().ifPresent(on -> resume(draft, on));
            }
        }
        HostCommands.resume(draft);
        SnapshotCommands.resume(draft);
        TransferCommands.resume(draft);
        Retired.sweep(draft);
        for (Image image : draft.all(Entity.IMAGE)) {
            if (image.state() == Image.State.PENDING && !ImageCommands.isBuiltIn(image) && !image.isOfSnapshot()
                    && !TransferCommands.isMaking(draft, image.id())) {
                ImageCommands.failed(draft, image.id(), "the platform was restarted while it was fetched; register it again");
                draft.effect(new Effect.DeleteImage(image.id()));
            }
        }
    }

    private static void resume(Draft draft, Attachment attachment) {
        switch (attachment.state()) {
            case ATTACHING -> draft.effect(new Effect.AttachVolume(attachment.instance(), attachment.volume()));
            case DETACHING -> draft.effect(new Effect.DetachVolume(attachment.instance(), attachment.volume()));
            default -> {
                // at rest
            }
        }
    }
}
