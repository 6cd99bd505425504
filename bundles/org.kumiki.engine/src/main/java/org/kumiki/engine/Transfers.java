package org.kumiki.engine;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.command.TransferCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.object.ObjectAccess;
import org.kumiki.api.object.ObjectException;
import org.kumiki.api.object.ObjectSlice;

/** Commands about objects are carried out when it is known what is there, and that the caller may read it, or write it. */
final class Transfers {

    private static final Duration TO_LOOK = Duration.ofSeconds(60);

    /** What was seen in a bucket before a command is carried out. */
    record Found(Optional<ObjectSlice> object, Optional<StoredAmi> image) {

        static final Found NOTHING = new Found(Optional.empty(), Optional.empty());
    }

    private final Writer writer;
    private final Services<ObjectAccess> objects;

    Transfers(Writer writer, Services<ObjectAccess> objects) {
        this.writer = writer;
        this.objects = objects;
    }

    <R> CompletionStage<R> submit(Caller caller, TransferCommand<R> command) {
        return found(caller, command).thenCompose(found -> writer.submit(draft -> TransferCommands.answer(draft, caller, command, found)));
    }

    private CompletionStage<Found> found(Caller caller, TransferCommand<?> command) {
        if (command instanceof TransferCommand.Cancel) {
            return CompletableFuture.completedFuture(Found.NOTHING);
        }
        Optional<ImageId> image = taken(command);
        if (image.isPresent() && writer.world().images().find(image.get()).filter(found -> caller.owns(found.owner())).isEmpty()) {
            return CompletableFuture.failedFuture(Refused.notFound(Kind.IMAGE, image.get())); // before anything is said of buckets
        }
        return objects.best().map(best -> objects.call(best, TO_LOOK, access -> CompletableFuture.completedFuture(look(access, caller, command)))
                .exceptionally(failure -> {
                    throw refusal(Drivers.unwrapped(failure));
                })).orElseGet(() -> CompletableFuture.failedFuture(Refused.unsupported(Kind.BUCKET, null,
                        "There are no buckets in this datacenter: org.kumiki.aws.s3 and a store of blobs are needed")));
    }

    private static Optional<ImageId> taken(TransferCommand<?> command) {
        return command instanceof TransferCommand.StoreImage store ? Optional.of(store.image())
                : command instanceof TransferCommand.ExportImage export ? Optional.of(export.image()) : Optional.empty();
    }

    private static Found look(ObjectAccess access, Caller caller, TransferCommand<?> command) {
        if (command instanceof TransferCommand.StoreImage c) {
            access.requireWritable(caller.account(), c.bucket(), TransferCommands.key(c.image()));
            return Found.NOTHING;
        } else if (command instanceof TransferCommand.ExportImage c) {
            access.requireWritable(caller.account(), c.bucket(), c.prefix() + c.format().extension());
            return Found.NOTHING;
        } else if (command instanceof TransferCommand.RestoreImage c) {
            ObjectSlice object = access.find(caller.account(), c.bucket(), c.key());
            return new Found(Optional.of(object), Optional.of(description(access, caller, object)));
        }
        TransferCommand.Source source = TransferCommands.source(command);
        return new Found(Optional.of(access.find(caller.account(), source.bucket(), source.key())), Optional.empty());
    }

    private static StoredAmi description(ObjectAccess access, Caller caller, ObjectSlice object) {
        try (InputStream content = access.open(caller.account(), object)) {
            return StoredAmi.read(object, content);
        } catch (IOException e) {
            throw Refused.unavailable(Kind.OBJECT, object.location(), "The object '" + object.location() + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private static RuntimeException refusal(Throwable failure) {
        if (failure instanceof DatacenterException e) {
            return e;
        }
        if (failure instanceof ObjectException e) {
            return switch (e.reason()) {
                case NO_SUCH_BUCKET -> new DatacenterException(DatacenterException.Reason.NOT_FOUND, Kind.BUCKET, null, e.getMessage(), e);
                case NO_SUCH_OBJECT -> new DatacenterException(DatacenterException.Reason.NOT_FOUND, Kind.OBJECT, null, e.getMessage(), e);
                case DENIED -> new DatacenterException(DatacenterException.Reason.DENIED, Kind.OBJECT, null, e.getMessage(), e);
                case SEALED -> new DatacenterException(DatacenterException.Reason.INVALID, Kind.OBJECT, null, e.getMessage(), e);
                case FULL, UNAVAILABLE -> Refused.unavailable(Kind.OBJECT, null, e.getMessage(), e);
            };
        }
        return Refused.unavailable(Kind.OBJECT, null, "The bucket cannot be looked into now: " + failure.getMessage(), failure);
    }
}
