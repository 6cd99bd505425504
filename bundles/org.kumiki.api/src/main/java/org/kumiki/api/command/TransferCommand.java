package org.kumiki.api.command;

import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Transfer;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;

/**
 * What can be asked of disks in buckets. Whether the caller may read or write there is known when the command is answered; the bytes flow after that.
 */
public sealed interface TransferCommand<R> extends Command<R> {

    /**
     * An object that is a disk.
     *
     * @param format as its owner declares it; never guessed
     * @param gzip   whether it is packed
     */
    record Source(String bucket, String key, Disk.Format format, boolean gzip) {
    }

    /** Makes an image of an object; it is PENDING at first. */
    record RegisterImage(String name, String description, String architecture, Source source, Map<String, String> tags) implements TransferCommand<Image> {

        public RegisterImage {
            tags = Map.copyOf(tags);
        }
    }

    /** Makes an image of an object, which is named like the transfer. */
    record ImportImage(String description, String architecture, Source source, Optional<String> token, Map<String, String> tags)
            implements TransferCommand<Transfer> {

        public ImportImage {
            tags = Map.copyOf(tags);
        }
    }

    record ImportSnapshot(String description, Source source, Optional<String> token, Map<String, String> tags) implements TransferCommand<Transfer> {

        public ImportSnapshot {
            tags = Map.copyOf(tags);
        }
    }

    /** Makes one object of an image and all its disks, by the name of the image. */
    record StoreImage(ImageId image, String bucket, Map<String, String> objectTags) implements TransferCommand<Transfer> {

        public StoreImage {
            objectTags = Map.copyOf(objectTags);
        }
    }

    /**
     * Makes an image again of what {@link StoreImage} made; it is PENDING at first.
     *
     * @param name if it shall have another one than it had
     */
    record RestoreImage(String bucket, String key, Optional<String> name, Map<String, String> tags, Map<String, String> snapshotTags)
            implements TransferCommand<Image> {

        public RestoreImage {
            tags = Map.copyOf(tags);
            snapshotTags = Map.copyOf(snapshotTags);
        }
    }

    /**
     * Makes an object of the disk of an image.
     *
     * @param prefix of the object's name, which goes on with that of the transfer
     */
    record ExportImage(ImageId image, DiskExport.Format format, String bucket, String prefix, String description, Optional<String> token,
            Map<String, String> tags) implements TransferCommand<Transfer> {

        public ExportImage {
            tags = Map.copyOf(tags);
        }
    }

    /** Gives a transfer up that is not over; what it was to make has failed. */
    record Cancel(TransferId transfer) implements TransferCommand<Transfer> {
    }
}
