package org.kumiki.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.command.ImageCommand.Create;
import org.kumiki.api.command.ImageCommand.Deregister;
import org.kumiki.api.command.ImageCommand.Register;
import org.kumiki.api.command.ImageCommand.RegisterSnapshot;
import org.kumiki.api.command.ImageCommand.Share;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Volume;
import org.kumiki.api.storage.ImageStore;

/** Machine images: registered, made of instances, shared and forgotten. */
final class ImageCommands {

    private static final String BUILT_IN = "built-in";
    private static final Set<String> WEB = Set.of("http", "https");

    private ImageCommands() {
    }

    static Image register(Draft draft, Caller caller, Register command) {
        checkName(draft, caller, command.name());
        if (!caller.operator() && !WEB.contains(String.valueOf(command.source().getScheme()).toLowerCase(Locale.ROOT))) {
            throw Refused.denied(Kind.IMAGE, command.name(),
                    "Only an operator may take an image from a file of the platform's machine; name a web address, or ask for 'kumiki image add'");
        }
        TagCommands.check(command.tags());
        Image image = draft.put(Entity.IMAGE,
                new Image(draft.ids().image(), caller.account(), command.name(), command.description(), command.architecture(),
                        command.format(), List.of(), Optional.empty(), command.source().toString(), false, Image.State.PENDING,
                        Optional.empty(), draft.now(), command.tags()));
        draft.effect(new Effect.AddImage(image.id(), command.source(), command.format(), command.sha256()));
        return image;
    }

    static void checkName(Draft draft, Caller caller, String name) {
        if (name.length() < 3 || name.length() > 128) {
            throw Refused.invalid(Kind.IMAGE, name, "An image has a name of 3 to 128 characters");
        }
        if (draft.all(Entity.IMAGE).stream().anyMatch(image -> image.owner().equals(caller.account())
                && image.state() != Image.State.FAILED && image.name().equals(name))) {
            throw Refused.duplicate(Kind.IMAGE, name);
        }
    }

    static Image register(Draft draft, Caller caller, RegisterSnapshot command) {
        checkName(draft, caller, command.name());
        TagCommands.check(command.tags());
        List<BlockDevice> devices = rootFirst(BlockDevices.of(draft, caller, List.of(), command.devices()), command.rootDevice());
        Snapshot root = devices.stream().findFirst().filter(device -> device.name().equals(command.rootDevice())).flatMap(BlockDevice::snapshot)
                .flatMap(id -> draft.find(Entity.SNAPSHOT, id))
                .orElseThrow(() -> BlockDevices.refused(command.rootDevice(), "The root device '" + command.rootDevice() + "' must be a snapshot"));
        return draft.put(Entity.IMAGE, ofSnapshots(draft, caller, draft.ids().image(), command.name(), command.description(),
                command.architecture(), devices, root.image(), root.id().value(), Image.State.AVAILABLE, command.tags()));
    }

    /** Its snapshots are taken together, so that its disks show one moment. */
    static Image create(Draft draft, Caller caller, Create command) {
        Instance instance = Owned.liveInstance(draft, caller, command.instance());
        if (instance.state() != InstanceState.RUNNING && instance.state() != InstanceState.STOPPED) {
            throw Refused.wrongState(Kind.INSTANCE, instance.id(), "The instance '" + instance.id() + "' is " + instance.state().label()
                    + "; an image is made of one that is running or stopped");
        }
        Volume root = instance.rootDevice().flatMap(device -> VolumeCommands.on(draft, instance.id(), device)).orElseThrow(() -> Refused
                .wrongState(Kind.INSTANCE, instance.id(), "The instance '" + instance.id() + "' has no root volume to make an image of"));
        checkName(draft, caller, command.name());
        SnapshotCommands.requireCopies(draft, instance);
        TagCommands.check(command.tags());
        TagCommands.check(command.snapshotTags());
        ImageId id = draft.ids().image();
        Map<SnapshotId, Volume> volumes = new LinkedHashMap<>();
        List<BlockDevice> present = new ArrayList<>();
        for (Volume volume : draft.volumes(instance.id())) {
            Attachment on = volume.attachment().orElseThrow();
            SnapshotId snapshot = draft.ids().snapshot();
            volumes.put(snapshot, volume);
            present.add(new BlockDevice(on.device(), Optional.of(snapshot), volume.sizeMiB(), on.deleteOnTermination()));
        }
        List<BlockDevice> given = rootFirst(present, instance.rootDevice().get());
        BlockDevices.requireRoot(given.get(0), command.devices());
        List<BlockDevice> devices = BlockDevices.of(draft, caller, given, command.devices());
        List<Snapshot> begun = new ArrayList<>();
        volumes.forEach((snapshot, volume) -> {
            if (devices.stream().anyMatch(device -> device.snapshot().equals(Optional.of(snapshot)))) {
                SnapshotCommands.requireWhole(volume);
                begun.add(draft.put(Entity.SNAPSHOT, SnapshotCommands.begun(draft, caller, snapshot, volume,
                        "Created by CreateImage(" + instance.id() + ") for " + id, command.reboot(), command.snapshotTags())));
            }
        });
        String architecture = Retired.orNot(draft, instance.spec().image()).map(Image::architecture).orElse("x86_64");
        Image image = draft.put(Entity.IMAGE, ofSnapshots(draft, caller, id, command.name(), command.description(), architecture, devices,
                root.image(), instance.id().value(), Image.State.PENDING, command.tags()));
        draft.effect(new Effect.TakeSnapshots(begun, Optional.of(instance.id())));
        return image;
    }

    private static List<BlockDevice> rootFirst(List<BlockDevice> devices, String root) {
        return devices.stream().sorted(Comparator.comparing((BlockDevice device) -> !device.name().equals(root)).thenComparing(BlockDevice::name))
                .toList();
    }

    /** @param origin the image that its root device goes back to, and with whose kernel it boots if that one has a kernel */
    static Image ofSnapshots(Draft draft, Caller caller, ImageId id, String name, String description, String architecture,
            List<BlockDevice> devices, Optional<ImageId> origin, String source, Image.State state, Map<String, String> tags) {
        // Of what others share volumes can be made, but who keeps it may always delete it.
        devices.forEach(device -> device.snapshot().ifPresent(snapshot -> Owned.snapshot(draft, caller, snapshot)));
        Image.Format format = origin.flatMap(image -> Retired.orNot(draft, image)).map(Image::format).orElse(Image.Format.RAW);
        return new Image(id, caller.account(), name, description, architecture, format, devices,
                origin.filter(image -> format == Image.Format.KERNEL), source, false, state, Optional.empty(), draft.now(), tags);
    }

    /** Images that wait for their snapshots are ready when all are complete, and have failed when one has. */
    static void review(Draft draft) {
        for (Image image : draft.all(Entity.IMAGE)) {
            if (image.state() == Image.State.PENDING && image.isOfSnapshot()) {
                List<Snapshot> snapshots = image.devices().stream().flatMap(device -> device.snapshot().stream())
                        .flatMap(id -> draft.find(Entity.SNAPSHOT, id).stream()).toList();
                Optional<Snapshot> failed = snapshots.stream().filter(snapshot -> snapshot.state() == Snapshot.State.FAILED).findFirst();
                if (failed.isPresent()) {
                    failed(draft, image.id(), "The snapshot " + failed.get().id() + " failed: " + failed.get().reason().orElse("unknown"));
                } else if (snapshots.stream().allMatch(snapshot -> snapshot.state() == Snapshot.State.COMPLETED)) {
                    draft.put(Entity.IMAGE, image.with(Image.State.AVAILABLE, Optional.empty()));
                }
            }
        }
    }

    static Image deregister(Draft draft, Caller caller, Deregister command) {
        Image image = Owned.image(draft, caller, command.image());
        TransferCommands.abandon(draft, Optional.of(image.id()), Optional.empty());
        Retired.image(draft, image);
        return image;
    }

    static Image share(Draft draft, Caller caller, Share command) {
        return draft.put(Entity.IMAGE, Owned.image(draft, caller, command.image()).withShared(command.shared()));
    }

    /** An image that the store can make is offered to every account, and made when it is offered first. */
    static void offered(Draft draft, AccountId root, ImageStore.BuiltIn offer) {
        Optional<Image> known = draft.find(Entity.IMAGE, offer.id());
        if (known.isEmpty() || known.get().state() != Image.State.AVAILABLE) {
            draft.put(Entity.IMAGE, new Image(offer.id(), root, offer.name(), offer.description(), offer.architecture(), Image.Format.KERNEL,
                    List.of(), Optional.empty(), BUILT_IN, true, Image.State.PENDING, Optional.empty(),
                    known.map(Image::created).orElse(draft.now()), Map.of()));
            Retired.imageGone(draft, offer.id()); // it was given up, and is wanted again
            draft.effect(new Effect.BuildImage(offer.id()));
        }
    }

    static void stored(Draft draft, ImageStore.Stored stored) {
        draft.update(Entity.IMAGE, stored.id(), image -> image.stored(stored.format(), stored.sizeMiB(), stored.architecture()));
    }

    static void failed(Draft draft, ImageId id, String reason) {
        draft.update(Entity.IMAGE, id, image -> image.with(Image.State.FAILED, Optional.of(reason)));
    }

    static boolean isBuiltIn(Image image) {
        return image.source().equals(BUILT_IN);
    }
}
