package org.kumiki.api.storage;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps machine images. Thread-safe; calls return at once. Failures are {@link StorageException}s.
 */
@ConsumerType
public interface ImageStore {

    /** The images that this store can make by itself, and that every datacenter should offer. */
    List<BuiltIn> builtIns();

    /**
     * Makes a built-in image, unless it is there already.
     *
     * @param progress told how far it is, in words for people; called from any thread
     */
    CompletionStage<Stored> build(ImageId id, Consumer<String> progress);

    /**
     * Fetches an image, checks it, and keeps it, or keeps nothing at all.
     *
     * @param source   {@code file:} or {@code http(s):}
     * @param declared the format that its owner says it has; it is not guessed, and a file that contradicts is refused. One of another
     *                 platform is converted, if the store can do that
     * @param sha256   the checksum that its owner says it has, in hexadecimal
     * @param progress told how far it is, in words for people; called from any thread
     */
    CompletionStage<Stored> add(ImageId id, URI source, Image.Format declared, Optional<String> sha256, Consumer<String> progress);

    /**
     * Makes an image of bytes that somebody hands over, checked in the same way, or keeps nothing at all. Asked twice it does the thing once.
     *
     * @param declared the format that its owner says it has; it is not guessed, and bytes that contradict are refused
     */
    default CompletionStage<Stored> add(ImageId id, ByteSource source, Image.Format declared) {
        return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.REFUSED, "This store takes images only by their addresses."));
    }

    /** Lays the disk of an image out, so that it stands alone. */
    default CompletionStage<DiskExport> export(ImageId id, DiskExport.Format format) {
        return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.REFUSED, "This store gives no disks away."));
    }

    /** How a guest boots that was launched from an image. */
    CompletionStage<BootSource> boot(ImageId id);

    /** The disk of an image, over which the disks of guests are laid. */
    CompletionStage<Disk> disk(ImageId id);

    /** Destroys an image and its files, which nothing uses any more. It is no error if there is none. */
    CompletionStage<Void> delete(ImageId id);

    /** An image that a store can make by itself. */
    record BuiltIn(ImageId id, String name, String description, String architecture) {
    }

    /**
     * An image that a store now keeps.
     *
     * @param sizeMiB the size of its disk; 0 if it has none
     */
    record Stored(ImageId id, Image.Format format, long sizeMiB, String architecture) {
    }
}
