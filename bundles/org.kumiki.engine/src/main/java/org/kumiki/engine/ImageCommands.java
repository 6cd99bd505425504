package org.kumiki.engine;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.command.ImageCommand.Deregister;
import org.kumiki.api.command.ImageCommand.Register;
import org.kumiki.api.command.ImageCommand.Share;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.storage.ImageStore;

/** Machine images: registered, shared and forgotten. */
final class ImageCommands {

    private static final String BUILT_IN = "built-in";
    private static final Set<String> WEB = Set.of("http", "https");

    private ImageCommands() {
    }

    static Image register(Draft draft, Caller caller, Register command) {
        if (command.name().length() < 3 || command.name().length() > 128) {
            throw Refused.invalid(Kind.IMAGE, command.name(), "An image has a name of 3 to 128 characters");
        }
        if (draft.all(Entity.IMAGE).stream().anyMatch(image -> image.owner().equals(caller.account())
                && image.state() != Image.State.FAILED && image.name().equals(command.name()))) {
            throw Refused.duplicate(Kind.IMAGE, command.name());
        }
        if (!caller.operator() && !WEB.contains(String.valueOf(command.source().getScheme()).toLowerCase(Locale.ROOT))) {
            throw Refused.denied(Kind.IMAGE, command.name(),
                    "Only an operator may take an image from a file of the platform's machine; name a web address, or ask for 'kumiki image add'");
        }
        TagCommands.check(command.tags());
        Image image = draft.put(Entity.IMAGE,
                new Image(draft.ids().image(), caller.account(), command.name(), command.description(), command.architecture(),
                        command.format(), 0, command.source().toString(), false, Image.State.PENDING, Optional.empty(), draft.now(),
                        command.tags()));
        draft.effect(new Effect.AddImage(image.id(), command.source(), command.format(), command.sha256()));
        return image;
    }

    static Image deregister(Draft draft, Caller caller, Deregister command) {
        Image image = Owned.image(draft, caller, command.image());
        draft.remove(Entity.IMAGE, image.id());
        draft.effect(new Effect.DeleteImage(image.id()));
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
                    0, BUILT_IN, true, Image.State.PENDING, Optional.empty(), known.map(Image::created).orElse(draft.now()), Map.of()));
            draft.effect(new Effect.BuildImage(offer.id()));
        }
    }

    static void stored(Draft draft, ImageStore.Stored stored) {
        if (draft.find(Entity.IMAGE, stored.id()).isEmpty()) {
            draft.effect(new Effect.DeleteImage(stored.id())); // deregistered while it was fetched
        }
        draft.update(Entity.IMAGE, stored.id(), image -> image.stored(stored.format(), stored.sizeMiB(), stored.architecture()));
    }

    static void failed(Draft draft, ImageId id, String reason) {
        draft.update(Entity.IMAGE, id, image -> image.with(Image.State.FAILED, Optional.of(reason)));
    }

    static boolean isBuiltIn(Image image) {
        return image.source().equals(BUILT_IN);
    }
}
