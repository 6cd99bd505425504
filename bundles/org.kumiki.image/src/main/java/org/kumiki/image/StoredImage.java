package org.kumiki.image;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore.Stored;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

/**
 * An image as its directory describes it, in {@code image.properties}.
 *
 * @param commandLine of the kernel, if it has one
 * @param disk        name of its disk in the directory, if it has one
 * @param stamp       of the disk when it was checked; a disk that was touched since is not what was checked
 */
record StoredImage(ImageId id, Image.Format format, String architecture, Optional<String> commandLine, String disk, Disk.Format diskFormat,
        long sizeMiB, String sha256, String source, String stamp) {

    static final String KERNEL = "kernel";
    static final String INITRD = "initrd";
    /** For boot loaders; images of earlier versions lack it. */
    static final String VMLINUZ = "vmlinuz";
    private static final String DESCRIPTION = "image.properties";

    /** What {@link #read(Path)} will find. On stable storage when this returns. */
    void write(Path directory) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("id", id.value());
        properties.setProperty("format", format.name());
        properties.setProperty("architecture", architecture);
        commandLine.ifPresent(text -> properties.setProperty("commandLine", text));
        properties.setProperty("disk", disk);
        properties.setProperty("diskFormat", diskFormat.name());
        properties.setProperty("sizeMiB", Long.toString(sizeMiB));
        properties.setProperty("sha256", sha256);
        properties.setProperty("source", source);
        properties.setProperty("stamp", stamp);
        Path file = directory.resolve(DESCRIPTION);
        try (Writer out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
        Durable.force(file);
        Durable.force(directory);
    }

    /** Empty if there is no image in this directory. */
    static Optional<StoredImage> read(Path directory) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(directory.resolve(DESCRIPTION))) {
            properties.load(in);
        } catch (NoSuchFileException e) { // not asked beforehand: it may be deleted at any moment
            return Optional.empty();
        }
        return Optional.of(new StoredImage(new ImageId(properties.getProperty("id")), Image.Format.valueOf(properties.getProperty("format")),
                properties.getProperty("architecture"), Optional.ofNullable(properties.getProperty("commandLine")),
                properties.getProperty("disk"), Disk.Format.valueOf(properties.getProperty("diskFormat")),
                Long.parseLong(properties.getProperty("sizeMiB")), properties.getProperty("sha256"), properties.getProperty("source"),
                properties.getProperty("stamp")));
    }

    BootSource boot(Path directory) {
        return format == Image.Format.KERNEL
                ? new BootSource.Kernel(directory.resolve(KERNEL), directory.resolve(INITRD), commandLine.orElse(""),
                        Optional.of(directory.resolve(VMLINUZ)).filter(Files::exists))
                : new BootSource.Firmware();
    }

    /** @throws StorageException if the disk is not the one that was checked */
    Disk disk(Path directory) throws IOException {
        Path file = directory.resolve(disk);
        if (!stamp.equals(stamp(file))) {
            throw new StorageException(Reason.UNAVAILABLE, "The disk of the image " + id + " was changed after it was checked.");
        }
        return new Disk(file, diskFormat, sizeMiB);
    }

    Stored stored() {
        return new Stored(id, format, sizeMiB, architecture);
    }

    static String stamp(Path disk) throws IOException {
        return Files.size(disk) + "/" + Files.getLastModifiedTime(disk);
    }
}
