package org.kumiki.image;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.ByteSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.image.Exports.FileExport;
import org.kumiki.image.disk.DiskInspection;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Keeps volumes and snapshots as files of this machine, one each. No file names another. A volume that is made of an image holds only what
 * was written since; a snapshot is a whole copy, holes left out, so whatever is deleted takes nothing else with it. Snapshots can also be
 * kept in the store of blobs, and then have no file here: see {@link SnapshotArchive}.
 */
@Component(configurationPid = VolumeDirectory.PID)
@Designate(ocd = VolumeDirectory.Config.class)
public final class VolumeDirectory implements VolumeStore {

    static final String PID = "org.kumiki.image.volumes";

    @ObjectClassDefinition(name = "Kumiki Volumes", description = "Where volumes and their snapshots are kept.")
    @interface Config {

        @AttributeDefinition(name = "Directory", description = "Where volumes are kept. Empty: volumes/ in the data directory.")
        String directory() default "";

        @AttributeDefinition(name = "Largest volume", description = "In MiB.")
        long largest_volume_mib() default 16 << 20;

        @AttributeDefinition(name = "Least free", description = "How much of the file system is kept free, in MiB.")
        long least_free_mib() default 1 << 10;

        @AttributeDefinition(name = "Largest file", description = "The largest disk that is taken in as a snapshot, unpacked, in MiB.")
        long largest_file_mib() default 64 << 10;

        @AttributeDefinition(name = "Snapshots", description = "Where snapshots are kept: as files beside the volumes, or in the store of blobs, as"
                + " blocks that snapshots of one volume share. What was kept in the other place before stays there and can be used.")
        Place snapshots() default Place.LOCAL;
    }

    /** Where snapshots are kept. */
    enum Place {
        LOCAL, OBJECTS
    }

    private final Path volumes;
    private final Path snapshots;
    private final long mostMiB;
    private final long mostFileMiB;
    private final Room room;
    private final DiskFiles format;
    private final Place place;
    private final Exports exports;
    private final Background background = new Background("kumiki-volumes", 4);
    /** What takes long, and may wait for others of its kind, does not hold up whoever wants to start a guest. */
    private final Background transfers = new Background("kumiki-snapshots", 3);
    private final Blobs blobs = new Blobs();
    private final Map<Path, Object> locks = new ConcurrentHashMap<>();

    @Activate
    public VolumeDirectory(BundleContext context, Config config) throws IOException {
        this(DataDirectory.of(context, config.directory(), "volumes"), config.largest_volume_mib(), config.largest_file_mib(), config.least_free_mib() << 20,
                DiskFiles.best(), config.snapshots());
    }

    VolumeDirectory(Path directory, long mostMiB, long mostFileMiB, long leastFreeBytes, DiskFiles format, Place place) throws IOException {
        this.volumes = Durable.directory(directory);
        this.snapshots = Durable.directory(directory.resolve("snapshots"));
        this.mostMiB = mostMiB;
        this.mostFileMiB = mostFileMiB;
        this.room = new Room(directory, leastFreeBytes);
        this.format = format;
        this.place = place;
        this.exports = new Exports(snapshots, room);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setBlobs(BlobStore store) {
        blobs.set(store);
    }

    void unsetBlobs(BlobStore store) {
        blobs.unset(store);
    }

    @Deactivate
    void deactivate() {
        background.close();
        transfers.close();
    }

    @Override
    public CompletionStage<Disk> create(VolumeId id, long sizeMiB, Optional<SnapshotId> origin, Optional<Disk> image) {
        return background.run(() -> {
            if (sizeMiB < 1 || sizeMiB > mostMiB) {
                throw new StorageException(Reason.REFUSED, "A volume has between 1 and " + mostMiB + " MiB, not " + sizeMiB + ".");
            }
            if (image.filter(disk -> sizeMiB < disk.sizeMiB()).isPresent()) {
                throw new StorageException(Reason.REFUSED, "A volume of " + sizeMiB + " MiB is too small for the " + image.get().sizeMiB()
                        + " MiB of its image.");
            }
            return over(image, make(volumes, id.value(), () -> origin.isPresent() ? from(origin.get(), sizeMiB)
                    : image.isPresent() ? over(image.get(), sizeMiB) : blank(sizeMiB)));
        });
    }

    @Override
    public CompletionStage<Disk> locate(VolumeId id, Optional<Disk> image) {
        return background.run(() -> over(image, find(volumes, id.value())));
    }

    /** A raw file has no holes through which another could be seen: it was made as a whole copy. */
    private static Disk over(Optional<Disk> image, Disk disk) {
        return disk.format() == Disk.Format.RAW ? disk : new Disk(disk.file(), disk.format(), disk.sizeMiB(), image);
    }

    @Override
    public CompletionStage<Void> delete(VolumeId id) {
        return background.run(() -> remove(volumes, id.value()));
    }

    @Override
    public CompletionStage<Void> snapshot(SnapshotId id, VolumeId volume, Optional<Disk> image) {
        return background.run(() -> {
            Disk source = over(image, find(volumes, volume.value()));
            Durable.delete(aside(format.file(snapshots, id.value())));
            DiskFiles same = DiskFiles.of(source);
            make(snapshots, id.value(), () -> new Content(same, file -> same.copy(source, file, room)));
            return null;
        });
    }

    @Override
    public CompletionStage<Disk> prepare(SnapshotId id, long sizeMiB) {
        return background.run(() -> {
            Path file = aside(format.file(snapshots, id.value()));
            synchronized (lock(snapshots, id.value())) {
                room.check();
                Durable.delete(file);
                format.create(file, sizeMiB);
                return format.disk(file);
            }
        });
    }

    @Override
    public CompletionStage<Void> keep(SnapshotId id) {
        return background.run(() -> {
            Path file = format.file(snapshots, id.value());
            synchronized (lock(snapshots, id.value())) {
                if (Files.exists(aside(file))) {
                    Durable.force(aside(file));
                    Durable.rename(aside(file), file);
                }
                find(snapshots, id.value());
                return null;
            }
        });
    }

    @Override
    public CompletionStage<Void> archive(SnapshotId id, String lineage, IntConsumer percent) {
        if (place == Place.LOCAL) {
            return CompletableFuture.completedFuture(null);
        }
        return transfers.run(() -> {
            SnapshotArchive archive = blobs.await();
            if (DiskFiles.of(snapshots, id.value()).isEmpty() && archive.has(id)) {
                return null;
            }
            Disk disk = find(snapshots, id.value());
            try (DiskExport raw = exports.of(disk, DiskExport.Format.RAW); FileChannel bytes = FileChannel.open(((FileExport) raw).file(), READ)) {
                archive.keep(id, lineage, bytes, percent);
            }
            return remove(snapshots, id.value());
        });
    }

    @Override
    public CompletionStage<Long> add(SnapshotId id, ByteSource source, Disk.Format declared) {
        return transfers.run(() -> {
            if (declared == Disk.Format.QCOW2 && format == DiskFiles.RAW) {
                throw new StorageException(Reason.REFUSED, "The program qemu-img is needed to make volumes of QCOW2 disks; please install it.");
            }
            return make(snapshots, id.value(), () -> new Content(DiskFiles.valueOf(declared.name()), file -> takeIn(source, declared, file))).sizeMiB();
        });
    }

    /** One open file from the first byte to the last check: what is checked is what is kept. */
    private void takeIn(ByteSource source, Disk.Format declared, Path file) throws IOException {
        try (InputStream in = source.open(); FileChannel disk = FileChannel.open(file, CREATE_NEW, READ, WRITE)) {
            new Intake(mostFileMiB << 20, room, words -> { }).copy(in, disk);
            DiskInspection.size(disk, declared, mostMiB << 20);
        }
    }

    @Override
    public CompletionStage<DiskExport> export(SnapshotId id, DiskExport.Format format) {
        return transfers.run(() -> {
            if (DiskFiles.of(snapshots, id.value()).isPresent()) {
                return exports.of(find(snapshots, id.value()), format);
            }
            Path raw = restored(id);
            if (format == DiskExport.Format.RAW) {
                return new FileExport(raw, true);
            }
            try {
                return exports.of(DiskFiles.RAW.disk(raw), format);
            } finally {
                Durable.delete(raw);
            }
        });
    }

    /** A raw file with what only the archive has, to be deleted. */
    private Path restored(SnapshotId id) throws IOException {
        SnapshotArchive archive = blobs.present().filter(found -> found.has(id)).orElseThrow(() -> absent(id.value()));
        room.check();
        Path raw = exports.aside();
        try (FileChannel file = FileChannel.open(raw, CREATE_NEW, WRITE)) {
            archive.restore(id, file);
            return raw;
        } catch (IOException | RuntimeException e) {
            Durable.delete(raw);
            throw e;
        }
    }

    @Override
    public CompletionStage<Void> deleteSnapshot(SnapshotId id) {
        return transfers.run(() -> {
            Optional<SnapshotArchive> archive = place == Place.OBJECTS ? Optional.of(blobs.await()) : blobs.present();
            if (archive.isPresent()) {
                archive.get().delete(id);
            }
            Durable.delete(aside(format.file(snapshots, id.value())));
            return remove(snapshots, id.value());
        });
    }

    /** What a new file is filled with. */
    private record Content(DiskFiles format, Filler filler) {
    }

    @FunctionalInterface
    private interface Filler {
        void fill(Path file) throws IOException;
    }

    /** Decided only if the file is not there yet, when what it is made of may be gone. */
    @FunctionalInterface
    private interface Plan {
        Content content() throws IOException;
    }

    private Content blank(long sizeMiB) {
        return new Content(format, file -> format.create(file, sizeMiB));
    }

    private Content from(SnapshotId origin, long sizeMiB) throws IOException {
        if (DiskFiles.of(snapshots, origin.value()).isEmpty()) {
            return new Content(format, file -> fromArchive(origin, sizeMiB, file));
        }
        Disk source = find(snapshots, origin.value());
        requireRoom(origin, source, sizeMiB);
        return copy(source, DiskFiles.of(source), sizeMiB);
    }

    private static void requireRoom(SnapshotId origin, Disk source, long sizeMiB) {
        if (sizeMiB < source.sizeMiB()) {
            throw new StorageException(Reason.REFUSED,
                    "A volume of " + sizeMiB + " MiB is too small for the " + source.sizeMiB() + " MiB of the snapshot " + origin + ".");
        }
    }

    private void fromArchive(SnapshotId origin, long sizeMiB, Path file) throws IOException {
        Path raw = restored(origin);
        try {
            Disk source = DiskFiles.RAW.disk(raw);
            requireRoom(origin, source, sizeMiB);
            if (format == DiskFiles.RAW) {
                Durable.rename(raw, file);
            } else {
                format.copy(source, file, room);
            }
            format.grow(file, sizeMiB);
        } finally {
            Durable.delete(raw);
        }
    }

    private Content over(Disk image, long sizeMiB) {
        return format == DiskFiles.RAW ? copy(image, format, sizeMiB) : blank(sizeMiB); // what it does not hold is the image's
    }

    private Content copy(Disk source, DiskFiles to, long sizeMiB) {
        return new Content(to, file -> {
            to.copy(source, file, room);
            to.grow(file, sizeMiB);
        });
    }

    /** Made aside, then named; and only once, however often it is asked for. */
    private Disk make(Path directory, String name, Plan plan) throws IOException {
        synchronized (lock(directory, name)) {
            Optional<DiskFiles> there = DiskFiles.of(directory, name);
            if (there.isPresent()) {
                return there.get().disk(there.get().file(directory, name));
            }
            room.check();
            Content content = plan.content();
            Path file = content.format().file(directory, name);
            Path aside = aside(file);
            try {
                content.filler().fill(aside);
                Durable.force(aside);
                Durable.rename(aside, file);
            } finally {
                Durable.delete(aside); // unless it has its name now
            }
            return content.format().disk(file);
        }
    }

    private Object lock(Path directory, String name) {
        return locks.computeIfAbsent(directory.resolve(name), key -> new Object());
    }

    private static Path aside(Path file) {
        return file.resolveSibling(Durable.UNFINISHED + file.getFileName());
    }

    private static Disk find(Path directory, String name) throws IOException {
        Optional<DiskFiles> there = DiskFiles.of(directory, name);
        if (there.isEmpty()) {
            throw absent(name);
        }
        try {
            return there.get().disk(there.get().file(directory, name));
        } catch (NoSuchFileException e) { // it has been deleted meanwhile
            throw absent(name);
        }
    }

    private static StorageException absent(String name) {
        return new StorageException(Reason.NOT_FOUND, "There is no " + name + " in the store.");
    }

    private Void remove(Path directory, String name) throws IOException {
        for (DiskFiles candidate : DiskFiles.values()) {
            Path file = candidate.file(directory, name);
            Durable.delete(file);
        }
        Durable.force(directory);
        locks.remove(directory.resolve(name));
        return null;
    }
}
