package org.kumiki.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.BootSource.Disk;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.kumiki.api.storage.VolumeStore;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Keeps volumes and snapshots as files of this machine, one each. Every file stands alone: a snapshot is a whole copy, holes left out, so
 * whatever is deleted takes nothing else with it.
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
        long largest_volume_mib() default 1 << 20;

        @AttributeDefinition(name = "Least free", description = "How much of the file system is kept free, in MiB.")
        long least_free_mib() default 1 << 10;
    }

    private final Path volumes;
    private final Path snapshots;
    private final long mostMiB;
    private final Room room;
    private final DiskFiles format;
    private final Background background = new Background("kumiki-volumes", 4);
    private final Map<Path, Object> locks = new ConcurrentHashMap<>();

    @Activate
    public VolumeDirectory(BundleContext context, Config config) throws IOException {
        this(DataDirectory.of(context, config.directory(), "volumes"), config.largest_volume_mib(), config.least_free_mib() << 20,
                DiskFiles.best());
    }

    VolumeDirectory(Path directory, long mostMiB, long leastFreeBytes, DiskFiles format) throws IOException {
        this.volumes = Durable.directory(directory);
        this.snapshots = Durable.directory(directory.resolve("snapshots"));
        this.mostMiB = mostMiB;
        this.room = new Room(directory, leastFreeBytes);
        this.format = format;
    }

    @Deactivate
    void deactivate() {
        background.close();
    }

    @Override
    public CompletionStage<Disk> create(VolumeId id, long sizeMiB, Optional<SnapshotId> origin) {
        return background.run(() -> {
            if (sizeMiB < 1 || sizeMiB > mostMiB) {
                throw new StorageException(Reason.REFUSED, "A volume has between 1 and " + mostMiB + " MiB, not " + sizeMiB + ".");
            }
            return make(volumes, id.value(), origin.isPresent() ? from(origin.get(), sizeMiB) : blank(sizeMiB));
        });
    }

    @Override
    public CompletionStage<Disk> locate(VolumeId id) {
        return background.run(() -> find(volumes, id.value()));
    }

    @Override
    public CompletionStage<Void> delete(VolumeId id) {
        return background.run(() -> remove(volumes, id.value()));
    }

    @Override
    public CompletionStage<Void> snapshot(SnapshotId id, VolumeId volume) {
        return background.run(() -> {
            Disk source = find(volumes, volume.value());
            DiskFiles same = DiskFiles.valueOf(source.format().name());
            make(snapshots, id.value(), new Content(same, file -> same.copy(source.file(), file, room)));
            return null;
        });
    }

    @Override
    public CompletionStage<Void> deleteSnapshot(SnapshotId id) {
        return background.run(() -> remove(snapshots, id.value()));
    }

    /** What a new file is filled with. */
    private record Content(DiskFiles format, Filler filler) {
    }

    @FunctionalInterface
    private interface Filler {
        void fill(Path file) throws IOException;
    }

    private Content blank(long sizeMiB) {
        return new Content(format, file -> format.create(file, sizeMiB));
    }

    private Content from(SnapshotId origin, long sizeMiB) throws IOException {
        Disk source = find(snapshots, origin.value());
        if (sizeMiB < source.sizeMiB()) {
            throw new StorageException(Reason.REFUSED,
                    "A volume of " + sizeMiB + " MiB is too small for the " + source.sizeMiB() + " MiB of the snapshot " + origin + ".");
        }
        DiskFiles same = DiskFiles.valueOf(source.format().name());
        return new Content(same, file -> {
            same.copy(source.file(), file, room);
            same.grow(file, sizeMiB);
        });
    }

    /** Made aside, then named; and only once, however often it is asked for. */
    private Disk make(Path directory, String name, Content content) throws IOException {
        Path file = content.format().file(directory, name);
        synchronized (locks.computeIfAbsent(file, key -> new Object())) {
            Optional<DiskFiles> there = DiskFiles.of(directory, name);
            if (there.isPresent()) {
                return there.get().disk(there.get().file(directory, name));
            }
            room.check();
            Path aside = directory.resolve(Durable.UNFINISHED + file.getFileName());
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

    private static Disk find(Path directory, String name) throws IOException {
        Optional<DiskFiles> there = DiskFiles.of(directory, name);
        if (there.isEmpty()) {
            throw new StorageException(Reason.NOT_FOUND, "There is no " + name + " in the store.");
        }
        return there.get().disk(there.get().file(directory, name));
    }

    private Void remove(Path directory, String name) throws IOException {
        for (DiskFiles candidate : DiskFiles.values()) {
            Path file = candidate.file(directory, name);
            Durable.delete(file);
        }
        Durable.force(directory);
        return null;
    }
}
