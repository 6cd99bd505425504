package org.kumiki.image;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.ByteSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.kumiki.image.disk.DiskInspection;
import org.kumiki.image.disk.ForeignFormat;
import org.kumiki.image.fetch.AddressRules;
import org.kumiki.image.fetch.Cidr;
import org.kumiki.image.fetch.WebSource;
import org.kumiki.image.guest.GuestBuilder;
import org.kumiki.image.guest.GuestImage;
import org.kumiki.image.p2v.Takeovers;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Keeps machine images in a directory of this machine, one directory each. An image is made aside and appears under its name when it is
 * complete and checked, so what is there is good.
 */
@Component(configurationPid = ImageDirectory.PID)
@Designate(ocd = ImageDirectory.Config.class)
public final class ImageDirectory implements ImageStore {

    static final String PID = "org.kumiki.image";

    /** The image that any Debian or Ubuntu machine can make. Its identifier is the same in every datacenter. */
    static final BuiltIn GUEST = new BuiltIn(new ImageId("ami-06b756d696b690001"), "kumiki-guest",
            "Small Linux with bash and an SSH server, made from the packages of the host's distribution", "x86_64");

    @ObjectClassDefinition(name = "Kumiki Images", description = "Where machine images are kept, and what is let in.")
    @interface Config {

        @AttributeDefinition(name = "Directory", description = "Where images are kept. Empty: images/ in the data directory.")
        String directory() default "";

        @AttributeDefinition(name = "Largest disk", description = "The largest disk that an image may show a guest, in MiB.")
        long largest_disk_mib() default 1 << 20;

        @AttributeDefinition(name = "Largest file", description = "The largest file that is fetched or copied as an image, in MiB.")
        long largest_file_mib() default 64 << 10;

        @AttributeDefinition(name = "Least free", description = "How much of the file system is kept free, in MiB.")
        long least_free_mib() default 1 << 10;

        @AttributeDefinition(name = "Allowed addresses", description = "Ranges of addresses that images may be fetched from though they "
                + "are not public, e.g. 192.168.7.0/24. Public addresses need not be named.")
        String[] allowed_addresses() default {};

        @AttributeDefinition(name = "Fetch limit", description = "How long fetching an image may take, in minutes.")
        int fetch_limit_minutes() default 60;

        @AttributeDefinition(name = "Silence limit", description = "How long a server may say nothing while an image is fetched, in seconds.")
        int silence_limit_seconds() default 30;
    }

    private final Path directory;
    private final Path offLimits;
    private final long mostDiskBytes;
    private final long mostFileBytes;
    private final Room room;
    private final WebSource web;
    private final Background background = new Background("kumiki-images", 2);
    /** Looking an image up does not wait for another one to arrive. */
    private final Background lookups = new Background("kumiki-image-lookups", 1);
    private final Map<ImageId, CompletionStage<Stored>> arriving = new ConcurrentHashMap<>();

    @Activate
    public ImageDirectory(BundleContext context, Config config) throws IOException {
        this(DataDirectory.of(context, config.directory(), "images"), DataDirectory.of(context), config.largest_disk_mib() << 20,
                config.largest_file_mib() << 20, config.least_free_mib() << 20, new WebSource(
                        new AddressRules(Arrays.stream(config.allowed_addresses()).map(Cidr::parse).toList()),
                        Duration.ofSeconds(config.silence_limit_seconds()), Duration.ofMinutes(config.fetch_limit_minutes())));
    }

    /** @param offLimits a directory of which no file is let in, such as the volumes of others */
    ImageDirectory(Path directory, Path offLimits, long mostDiskBytes, long mostFileBytes, long leastFreeBytes, WebSource web) throws IOException {
        this.directory = Durable.directory(directory);
        this.offLimits = offLimits.toRealPath();
        this.mostDiskBytes = mostDiskBytes;
        this.mostFileBytes = mostFileBytes;
        this.room = new Room(directory, leastFreeBytes);
        this.web = web;
    }

    @Deactivate
    void deactivate() {
        background.close();
        lookups.close();
    }

    @Override
    public List<BuiltIn> builtIns() {
        return List.of(GUEST);
    }

    @Override
    public CompletionStage<Stored> build(ImageId id, Consumer<String> progress) {
        return once(id, () -> {
            if (!id.equals(GUEST.id())) {
                throw notFound(id);
            }
            return make(id, aside -> guest(aside, progress));
        });
    }

    @Override
    public CompletionStage<Stored> add(ImageId id, URI source, Image.Format declared, Optional<String> sha256, Consumer<String> progress) {
        return once(id, () -> {
            checkIsDisk(declared);
            return make(id, aside -> disk(id, aside, () -> open(source), source.getScheme(), declared, sha256, progress));
        });
    }

    @Override
    public CompletionStage<Stored> add(ImageId id, ByteSource source, Image.Format declared) {
        return once(id, () -> {
            checkIsDisk(declared);
            return make(id, aside -> disk(id, aside, source, "bucket", declared, Optional.empty(), words -> { }));
        });
    }

    @Override
    public CompletionStage<DiskExport> export(ImageId id, DiskExport.Format format) {
        return background.run(() -> {
            Path home = home(id);
            return new Exports(directory, room).of(StoredImage.read(home).orElseThrow(() -> notFound(id)).disk(home), format);
        });
    }

    @Override
    public CompletionStage<BootSource> boot(ImageId id) {
        return lookups.run(() -> {
            Path home = home(id);
            return StoredImage.read(home).orElseThrow(() -> notFound(id)).boot(home);
        });
    }

    @Override
    public CompletionStage<Disk> disk(ImageId id) {
        return lookups.run(() -> {
            Path home = home(id);
            return StoredImage.read(home).orElseThrow(() -> notFound(id)).disk(home);
        });
    }

    @Override
    public CompletionStage<Void> delete(ImageId id) {
        return lookups.run(() -> {
            if (Files.exists(home(id))) {
                Path aside = directory.resolve(Durable.UNFINISHED + "deleted-" + id + "-" + System.nanoTime());
                Durable.rename(home(id), aside); // gone at once and as a whole, however long the rest takes
                Durable.delete(aside);
            }
            return null;
        });
    }

    /** Makes an image in a directory that is not yet its own. */
    @FunctionalInterface
    private interface Maker {
        StoredImage make(Path aside) throws IOException;
    }

    /** Whoever asks for an image that is on its way waits for that one. */
    private CompletionStage<Stored> once(ImageId id, Background.Job<Stored> job) {
        CompletionStage<Stored> arrival = arriving.computeIfAbsent(id, key -> background.run(job));
        return arrival.whenComplete((stored, failure) -> arriving.remove(id, arrival));
    }

    private Stored make(ImageId id, Maker maker) throws IOException {
        Optional<StoredImage> there = StoredImage.read(home(id));
        if (there.isPresent()) {
            return there.get().stored();
        }
        room.check();
        Path aside = Files.createTempDirectory(directory, Durable.UNFINISHED);
        try {
            StoredImage image = maker.make(aside);
            image.write(aside);
            Durable.rename(aside, home(id));
            return image.stored();
        } finally {
            Durable.delete(aside); // unless it has its name now
        }
    }

    private StoredImage guest(Path aside, Consumer<String> progress) throws IOException {
        Path work = Files.createTempDirectory(directory, Durable.UNFINISHED);
        try {
            GuestImage guest = new GuestBuilder(aside, work, progress).build();
            for (Path file : List.of(guest.kernel(), guest.vmlinuz(), guest.initrd(), guest.disk())) {
                Durable.force(file);
                Durable.makeReadOnly(file);
            }
            return new StoredImage(GUEST.id(), Image.Format.KERNEL, GUEST.architecture(), Optional.of(guest.commandLine()),
                    guest.disk().getFileName().toString(), guest.diskFormat(), guest.diskMiB(), "", "built in", StoredImage.stamp(guest.disk()));
        } finally {
            Durable.delete(work);
        }
    }

    private static void checkIsDisk(Image.Format declared) {
        if (declared == Image.Format.KERNEL) {
            throw new StorageException(Reason.REFUSED, "An image that is added is a disk: its format is QCOW2, RAW, VMDK, VDI, VHDX or VHD.");
        }
    }

    private StoredImage disk(ImageId id, Path aside, ByteSource source, String origin, Image.Format declared, Optional<String> expected,
            Consumer<String> progress) throws IOException {
        Optional<ForeignFormat> foreign = ForeignFormat.of(declared);
        Disk.Format format = foreign.isPresent() ? Disk.Format.QCOW2 : Disk.Format.valueOf(declared.name());
        Path kept = aside.resolve("disk." + format.name().toLowerCase(Locale.ROOT));
        Path file = foreign.isPresent() ? aside.resolve("foreign") : kept;
        // One open file from the first byte to the last check: what is checked is what is kept.
        try (InputStream in = source.open(); FileChannel disk = FileChannel.open(file, CREATE_NEW, READ, WRITE)) {
            progress.accept("fetching the image");
            String sha256 = new Intake(mostFileBytes, room, progress).copy(in, disk);
            if (expected.isPresent() && !expected.get().equalsIgnoreCase(sha256)) {
                throw new StorageException(Reason.REFUSED, "The SHA-256 of the image is " + sha256 + " and not the one that was given.");
            }
            progress.accept("checking the image");
            long size = foreign.isPresent() ? new Conversion(mostDiskBytes).convert(declared, disk, file, Disk.Format.QCOW2, kept)
                    : DiskInspection.size(disk, format, mostDiskBytes);
            Durable.makeReadOnly(kept);
            return new StoredImage(id, Image.Format.valueOf(format.name()), "x86_64", Optional.empty(), kept.getFileName().toString(), format,
                    DiskInspection.mebibytes(size), sha256, origin, StoredImage.stamp(kept));
        }
    }

    private InputStream open(URI source) throws IOException {
        if (Takeovers.SCHEME.equals(source.getScheme())) {
            return Files.newInputStream(Takeovers.disk(offLimits, source));
        }
        return "file".equalsIgnoreCase(source.getScheme()) ? Files.newInputStream(file(source)) : web.open(source);
    }

    private Path file(URI source) throws IOException {
        try {
            Path file = Path.of(source).toRealPath();
            if (Files.isRegularFile(file) && !file.startsWith(offLimits)) { // a device or a pipe might never end
                return file;
            }
        } catch (IllegalArgumentException | NoSuchFileException e) {
            throw new StorageException(Reason.REFUSED, source + " is not the URL of a file on this machine.", e);
        }
        throw new StorageException(Reason.REFUSED, source + " is not a file that could be an image.");
    }

    private Path home(ImageId id) {
        return directory.resolve(id.value());
    }

    private static StorageException notFound(ImageId id) {
        return new StorageException(Reason.NOT_FOUND, "There is no image " + id + " in the store.");
    }
}
