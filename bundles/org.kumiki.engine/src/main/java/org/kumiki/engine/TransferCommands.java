package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.command.TransferCommand;
import org.kumiki.api.command.TransferCommand.Cancel;
import org.kumiki.api.command.TransferCommand.ExportImage;
import org.kumiki.api.command.TransferCommand.ImportImage;
import org.kumiki.api.command.TransferCommand.ImportSnapshot;
import org.kumiki.api.command.TransferCommand.RegisterImage;
import org.kumiki.api.command.TransferCommand.RestoreImage;
import org.kumiki.api.command.TransferCommand.Source;
import org.kumiki.api.command.TransferCommand.StoreImage;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Transfer;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.object.ObjectSlice;
import org.kumiki.api.storage.DiskExport;

/** Images and snapshots that come out of buckets, and images that go there. */
final class TransferCommands {

    /** How long one that is over can be described, as in EC2. */
    static final Duration MEMORY = Duration.ofDays(31);
    /** Of one account at a time. */
    static final int MOST_ACTIVE = 20;

    private TransferCommands() {
    }

    /** @param found what is in the bucket, and which image it is if it shall be restored */
    @SuppressWarnings("unchecked") // the answer has the type that its command names
    static <R> R answer(Draft draft, Caller caller, TransferCommand<R> command, Transfers.Found found) {
        return (R) carryOut(draft, caller, command, found);
    }

    private static Object carryOut(Draft draft, Caller caller, TransferCommand<?> command, Transfers.Found found) {
        if (command instanceof RegisterImage c) {
            return register(draft, caller, c, found.object().orElseThrow());
        } else if (command instanceof ImportImage c) {
            return importImage(draft, caller, c, found.object().orElseThrow());
        } else if (command instanceof ImportSnapshot c) {
            return importSnapshot(draft, caller, c, found.object().orElseThrow());
        } else if (command instanceof RestoreImage c) {
            return restore(draft, caller, c, found.object().orElseThrow(), found.image().orElseThrow());
        } else if (command instanceof StoreImage c) {
            return store(draft, caller, c);
        } else if (command instanceof ExportImage c) {
            return export(draft, caller, c);
        }
        return cancel(draft, caller, (Cancel) command);
    }

    static Source source(TransferCommand<?> command) {
        if (command instanceof RegisterImage c) {
            return c.source();
        } else if (command instanceof ImportImage c) {
            return c.source();
        }
        return ((ImportSnapshot) command).source();
    }

    /** The name of the object that an image is stored as, as in EC2. */
    static String key(ImageId image) {
        return image + ".bin";
    }

    private static Image register(Draft draft, Caller caller, RegisterImage command, ObjectSlice object) {
        Image image = pending(draft, caller, command.name(), command.description(), command.architecture(), command.source(), command.tags());
        begin(draft, transfer(draft, caller, draft.ids().transfer("import-ami-"), Transfer.Kind.REGISTER_IMAGE, object)
                .of(image.id()).from(command.source()).describe(command.description()).build());
        return image;
    }

    private static Transfer importImage(Draft draft, Caller caller, ImportImage command, ObjectSlice object) {
        Optional<Transfer> asked = askedBefore(draft, caller, command.token(), Transfer.Kind.IMPORT_IMAGE, object.location());
        if (asked.isPresent()) {
            return asked.get();
        }
        TransferId id = draft.ids().transfer("import-ami-");
        Image image = pending(draft, caller, id.value(), command.description(), command.architecture(), command.source(), Map.of());
        return begin(draft, transfer(draft, caller, id, Transfer.Kind.IMPORT_IMAGE, object).of(image.id()).from(command.source())
                .describe(command.description()).token(command.token()).tags(command.tags()).build());
    }

    private static Image pending(Draft draft, Caller caller, String name, String description, String architecture, Source source,
            Map<String, String> tags) {
        ImageCommands.checkName(draft, caller, name);
        TagCommands.check(tags);
        return draft.put(Entity.IMAGE, new Image(draft.ids().image(), caller.account(), name, description, architecture,
                Image.Format.valueOf(source.format().name()), List.of(), Optional.empty(), source.bucket() + "/" + source.key(), false,
                Image.State.PENDING, Optional.empty(), draft.now(), tags));
    }

    private static Transfer importSnapshot(Draft draft, Caller caller, ImportSnapshot command, ObjectSlice object) {
        Optional<Transfer> asked = askedBefore(draft, caller, command.token(), Transfer.Kind.IMPORT_SNAPSHOT, object.location());
        if (asked.isPresent()) {
            return asked.get();
        }
        SnapshotId snapshot = pending(draft, caller, command.description(), Optional.empty(), 0, Map.of());
        return begin(draft, transfer(draft, caller, draft.ids().transfer("import-snap-"), Transfer.Kind.IMPORT_SNAPSHOT, object).of(snapshot)
                .from(command.source()).describe(command.description()).token(command.token()).tags(command.tags()).build());
    }

    private static SnapshotId pending(Draft draft, Caller caller, String description, Optional<ImageId> origin, long sizeMiB,
            Map<String, String> tags) {
        TagCommands.check(tags);
        return draft.put(Entity.SNAPSHOT, new Snapshot(draft.ids().snapshot(), caller.account(), Snapshot.OF_NO_VOLUME, origin, sizeMiB,
                Snapshot.State.PENDING, Optional.empty(), description, false, draft.now(), false, tags)).id();
    }

    /** Each disk in the object becomes a snapshot, and the image is there when all are. */
    private static Image restore(Draft draft, Caller caller, RestoreImage command, ObjectSlice object, StoredAmi ami) {
        String name = command.name().orElse(ami.name());
        ImageCommands.checkName(draft, caller, name);
        Map<String, String> tags = new HashMap<>(ami.tags());
        tags.putAll(command.tags());
        TagCommands.check(tags);
        Optional<ImageId> base = ami.kernel().map(kernel -> kernel(draft, caller, kernel));
        List<BlockDevice> devices = new ArrayList<>();
        List<ObjectSlice> slices = ami.slices(object);
        for (int i = 0; i < slices.size(); i++) {
            StoredAmi.StoredDisk disk = ami.disks().get(i);
            Optional<SnapshotId> snapshot = Optional.empty();
            if (disk.length() > 0) {
                snapshot = Optional.of(pending(draft, caller, "Restored from " + object.location(), base, disk.sizeMiB(), command.snapshotTags()));
                begin(draft, transfer(draft, caller, draft.ids().transfer("import-snap-"), Transfer.Kind.RESTORE_DISK, slices.get(i))
                        .of(snapshot.get()).build());
            }
            devices.add(new BlockDevice(disk.device(), snapshot, disk.sizeMiB(), disk.deleteOnTermination()));
        }
        return draft.put(Entity.IMAGE, ImageCommands.ofSnapshots(draft, caller, draft.ids().image(), name, ami.description(), ami.architecture(),
                devices, base, object.location(), Image.State.PENDING, tags));
    }

    private static ImageId kernel(Draft draft, Caller caller, String id) {
        return draft.all(Entity.IMAGE).stream().filter(image -> image.id().value().equals(id) && image.format() == Image.Format.KERNEL)
                .filter(image -> image.shared() || caller.owns(image.owner())).map(Image::id).findFirst()
                .orElseThrow(() -> Refused.wrongState(Kind.OBJECT, id, "It boots with the kernel of the image '" + id
                        + "', and that one is not in this datacenter"));
    }

    private static Transfer store(Draft draft, Caller caller, StoreImage command) {
        Image image = whole(draft, caller, command.image());
        boolean active = draft.all(Entity.TRANSFER).stream().anyMatch(other -> other.isActive() && other.kind() == Transfer.Kind.STORE_IMAGE
                && other.image().equals(Optional.of(image.id())));
        if (active) {
            throw Refused.wrongState(Kind.TRANSFER, image.id(), "The image '" + image.id() + "' is being stored already; wait until that is over");
        }
        TagCommands.check(command.objectTags());
        ObjectSlice object = new ObjectSlice(command.bucket(), key(image.id()), "", "", 0, 0);
        return begin(draft, transfer(draft, caller, draft.ids().transfer("store-ami-"), Transfer.Kind.STORE_IMAGE, object).of(image.id())
                .objectTags(command.objectTags()).build());
    }

    private static Transfer export(Draft draft, Caller caller, ExportImage command) {
        Image image = whole(draft, caller, command.image());
        Optional<Transfer> asked = askedBefore(draft, caller, command.token(), Transfer.Kind.EXPORT_IMAGE, command.bucket() + "/" + command.prefix());
        if (asked.isPresent()) {
            return asked.get();
        }
        if (image.devices().size() > 1) {
            throw Refused.invalid(Kind.IMAGE, image.id(), "The image '" + image.id() + "' has several disks, and only one can be exported; store the image"
                    + " instead");
        }
        TransferId id = draft.ids().transfer("export-ami-");
        ObjectSlice object = new ObjectSlice(command.bucket(), command.prefix() + id + "." + command.format().extension(), "", "", 0, 0);
        return begin(draft, transfer(draft, caller, id, Transfer.Kind.EXPORT_IMAGE, object).of(image.id()).format(command.format())
                .describe(command.description()).token(command.token()).tags(command.tags()).build());
    }

    /** An image of the caller's that has a disk. */
    private static Image whole(Draft draft, Caller caller, ImageId id) {
        Image image = Owned.image(draft, caller, id);
        if (image.state() != Image.State.AVAILABLE) {
            throw Refused.wrongState(Kind.IMAGE, id, "The image '" + id + "' is not available");
        }
        if (image.root().isEmpty()) {
            throw Refused.unsupported(Kind.IMAGE, id, "The image '" + id + "' has no disk");
        }
        return image;
    }

    private static Transfer cancel(Draft draft, Caller caller, Cancel command) {
        Transfer transfer = draft.find(Entity.TRANSFER, command.transfer()).filter(found -> caller.owns(found.owner()))
                .orElseThrow(() -> Refused.notFound(Kind.TRANSFER, command.transfer()));
        if (!transfer.isActive()) {
            throw Refused.wrongState(Kind.TRANSFER, transfer.id(), "The transfer '" + transfer.id() + "' is over");
        }
        ended(draft, new Report.TransferEnded(transfer.id(), Optional.empty(), 0, Optional.of("It was cancelled")));
        clear(draft, transfer);
        return draft.find(Entity.TRANSFER, transfer.id()).orElseThrow();
    }

    /** Whatever of it is there by then is taken away. */
    private static void clear(Draft draft, Transfer transfer) {
        transfer.snapshot().ifPresent(snapshot -> draft.effect(new Effect.DeleteSnapshot(snapshot)));
        transfer.image().filter(image -> !transfer.isOutgoing()).ifPresent(image -> draft.effect(new Effect.DeleteImage(image)));
    }

    /** The transfer that a client began by the same token. */
    private static Optional<Transfer> askedBefore(Draft draft, Caller caller, Optional<String> token, Transfer.Kind kind, String location) {
        Optional<Transfer> asked = token.flatMap(text -> draft.all(Entity.TRANSFER).stream()
                .filter(other -> other.owner().equals(caller.account()) && other.token().equals(token)).findFirst());
        if (asked.filter(other -> other.kind() != kind || !other.object().location().startsWith(location)).isPresent()) {
            throw new DatacenterException(DatacenterException.Reason.TOKEN_REUSED, Kind.TRANSFER, token.get(),
                    "The token '" + token.get() + "' was used for another request");
        }
        return asked;
    }

    private static Transfer begin(Draft draft, Transfer transfer) {
        long active = draft.all(Entity.TRANSFER).stream().filter(other -> other.isActive() && other.owner().equals(transfer.owner())).count();
        if (active >= MOST_ACTIVE) {
            throw Refused.limit(Kind.TRANSFER, "At most " + MOST_ACTIVE + " disks and images of an account can be on their way at a time");
        }
        TagCommands.check(transfer.tags());
        draft.effect(effect(draft, transfer));
        return draft.put(Entity.TRANSFER, transfer);
    }

    /** What is taken away must not be deleted meanwhile. */
    private static Effect effect(Draft draft, Transfer transfer) {
        List<SnapshotId> snapshots = new ArrayList<>(transfer.snapshot().stream().toList());
        transfer.image().filter(image -> transfer.isOutgoing()).flatMap(image -> draft.find(Entity.IMAGE, image))
                .ifPresent(image -> image.devices().forEach(device -> device.snapshot().ifPresent(snapshots::add)));
        return new Effect.Carry(transfer.id(), transfer.image(), snapshots);
    }

    static void ended(Draft draft, Report.TransferEnded report) {
        Optional<Transfer> active = draft.find(Entity.TRANSFER, report.transfer()).filter(Transfer::isActive);
        if (active.isEmpty()) {
            return; // it was given up meanwhile
        }
        Transfer transfer = active.get();
        Transfer.State state = report.failure().isEmpty() ? Transfer.State.COMPLETED : Transfer.State.FAILED;
        draft.put(Entity.TRANSFER, transfer.ended(state, report.failure(), draft.now()));
        if (transfer.isOutgoing()) {
            return;
        }
        if (report.failure().isPresent()) {
            transfer.image().ifPresent(image -> ImageCommands.failed(draft, image, report.failure().get()));
            transfer.snapshot().ifPresent(snapshot -> SnapshotCommands.failed(draft, List.of(snapshot), report.failure().get()));
        } else {
            report.image().ifPresent(stored -> ImageCommands.stored(draft, stored));
            transfer.snapshot().ifPresent(snapshot -> draft.update(Entity.SNAPSHOT, snapshot, pending -> pending.completed(report.sizeMiB())));
            ImageCommands.review(draft);
        }
    }

    /** What was to be made is not wanted any more: it is deleted when the transfer has let go of it. */
    static void abandon(Draft draft, Optional<ImageId> image, Optional<SnapshotId> snapshot) {
        for (Transfer transfer : draft.all(Entity.TRANSFER)) {
            boolean makes = !transfer.isOutgoing() && (image.isPresent() && transfer.image().equals(image)
                    || snapshot.isPresent() && transfer.snapshot().equals(snapshot));
            if (transfer.isActive() && makes) {
                draft.put(Entity.TRANSFER, transfer.ended(Transfer.State.FAILED, Optional.of("It was deleted meanwhile"), draft.now()));
            }
        }
    }

    /** Whether an image, or a snapshot, is being made by a transfer. */
    static boolean isMaking(Draft draft, Object made) {
        return draft.all(Entity.TRANSFER).stream().anyMatch(transfer -> transfer.isActive() && !transfer.isOutgoing()
                && (transfer.image().filter(made::equals).isPresent() || transfer.snapshot().filter(made::equals).isPresent()));
    }

    static void resume(Draft draft) {
        draft.all(Entity.TRANSFER).stream().filter(Transfer::isActive).forEach(transfer -> draft.effect(effect(draft, transfer)));
    }

    static void forget(Draft draft) {
        Instant limit = draft.now().minus(MEMORY);
        for (Transfer transfer : draft.all(Entity.TRANSFER)) {
            if (transfer.ended().filter(end -> end.isBefore(limit)).isPresent()) {
                draft.remove(Entity.TRANSFER, transfer.id());
            }
        }
    }

    private static Maker transfer(Draft draft, Caller caller, TransferId id, Transfer.Kind kind, ObjectSlice object) {
        return new Maker(id, caller, kind, object, draft.now());
    }

    /** A transfer with what few of them have. */
    private static final class Maker {

        private final TransferId id;
        private final Caller caller;
        private final Transfer.Kind kind;
        private final ObjectSlice object;
        private final Instant now;
        private Optional<ImageId> image = Optional.empty();
        private Optional<SnapshotId> snapshot = Optional.empty();
        private DiskExport.Format format = DiskExport.Format.QCOW2;
        private boolean gzip;
        private String description = "";
        private Optional<String> token = Optional.empty();
        private Map<String, String> objectTags = Map.of();
        private Map<String, String> tags = Map.of();

        Maker(TransferId id, Caller caller, Transfer.Kind kind, ObjectSlice object, Instant now) {
            this.id = id;
            this.caller = caller;
            this.kind = kind;
            this.object = object;
            this.now = now;
        }

        Maker of(ImageId its) {
            image = Optional.of(its);
            return this;
        }

        Maker of(SnapshotId its) {
            snapshot = Optional.of(its);
            return this;
        }

        Maker from(Source source) {
            format = DiskExport.Format.valueOf(source.format().name());
            gzip = source.gzip();
            return this;
        }

        Maker format(DiskExport.Format its) {
            format = its;
            return this;
        }

        Maker describe(String text) {
            description = text;
            return this;
        }

        Maker token(Optional<String> its) {
            token = its;
            return this;
        }

        Maker objectTags(Map<String, String> its) {
            objectTags = its;
            return this;
        }

        Maker tags(Map<String, String> its) {
            tags = its;
            return this;
        }

        Transfer build() {
            return new Transfer(id, caller.account(), kind, image, snapshot, object, format, gzip, description, token, Transfer.State.ACTIVE,
                    Optional.empty(), now, Optional.empty(), objectTags, tags);
        }
    }
}
