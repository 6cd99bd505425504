package org.kumiki.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.image.p2v.Takeovers;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Disks from other platforms, and for them. */
@GogoCommand(scope = "kumiki", function = "convert")
@Component(service = ConvertCommands.class)
public class ConvertCommands {


    private final Takeovers takeovers;
    private final ImageStore images;
    private final VolumeStore volumes;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile Datacenter datacenter;

    @Activate
    public ConvertCommands(@Reference Takeovers takeovers, @Reference(target = "(component.name=org.kumiki.image.ImageDirectory)") ImageStore images,
            @Reference(target = "(component.name=org.kumiki.image.VolumeDirectory)") VolumeStore volumes) {
        this.takeovers = takeovers;
        this.images = images;
        this.volumes = volumes;
    }

    @Descriptor("in FILE NAME makes an image of a disk from another platform, changed so that it boots here; out IMAGE|SNAPSHOT FILE lays a disk out for"
            + " another one. p2v shows how far those that come in are, and what was changed")
    public String convert(CommandSession session,
            @Descriptor("qcow2, raw, vmdk, vdi, vhdx or vhd; that of the file's name, if you do not say") @Parameter(names = "--format",
                    absentValue = "") String format,
            @Descriptor("only look whether it could come in") @Parameter(names = "--dry-run", presentValue = "true", absentValue = "false") boolean dryRun,
            @Descriptor("change nothing on it, so that it may not boot") @Parameter(names = "--as-is", presentValue = "true",
                    absentValue = "false") boolean asIs,
            @Descriptor("in or out") String verb, @Descriptor("what is converted") String from,
            @Descriptor("the name of the image, or the file") String to) throws IOException {
        return switch (verb) {
            case "in" -> in(session.currentDir().resolve(from).toAbsolutePath().normalize(), to, format, dryRun, asIs);
            case "out" -> out(session, from, session.currentDir().resolve(to).toAbsolutePath().normalize(), format);
            default -> throw new IllegalArgumentException("convert in FILE NAME, or convert out IMAGE|SNAPSHOT FILE");
        };
    }

    private String in(Path file, String name, String format, boolean dryRun, boolean asIs) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("there is no file " + printable(file) + " where the platform runs");
        }
        Image.Format declared = format(Image.Format.class, format, file);
        if (declared == Image.Format.KERNEL) {
            throw new IllegalArgumentException("a disk has the format qcow2, raw, vmdk, vdi, vhdx or vhd");
        }
        if (dryRun) {
            try (FileChannel disk = FileChannel.open(file, StandardOpenOption.READ)) {
                return printable(file) + " is a disk of " + (takeovers.conversion().size(declared, disk) >> 20) + " MiB that would be let in";
            }
        }
        takeovers.start(name, file, declared, asIs);
        return name + " is under way; p2v " + name + " tells how far it is";
    }

    private String out(CommandSession session, String from, Path file, String format) throws IOException {
        DiskExport.Format wanted = format(DiskExport.Format.class, format, file);
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString(), null, "it is there already");
        }
        session.getConsole().println("it is laid out as " + wanted);
        Path aside = file.resolveSibling("." + file.getFileName() + ".part");
        try (DiskExport export = await(export(from, wanted))) {
            copy(session, export, aside);
            Durable.rename(aside, file);
        } finally {
            Files.deleteIfExists(aside);
        }
        return from + " is in " + printable(file) + " now, as " + wanted;
    }

    private static void copy(CommandSession session, DiskExport export, Path file) throws IOException {
        try (InputStream in = export.open(); FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            new Intake(Long.MAX_VALUE, new Room(file.toAbsolutePath().getParent(), 0), words -> session.getConsole().println(words)).copy(in, out);
        }
    }

    private CompletionStage<DiskExport> export(String from, DiskExport.Format format) {
        Datacenter present = datacenter;
        if (present == null) {
            throw new IllegalStateException("the datacenter is not there; scr:list shows what it waits for");
        }
        Inventory inventory = present.inventory();
        if (from.startsWith("snap-")) {
            return volumes.export(new SnapshotId(from), format);
        }
        Image image = inventory.images().stream().filter(one -> one.id().value().equals(from) || one.name().equals(from)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no image or snapshot " + from.replaceAll("\\p{C}", "?")
                        + "; of a volume a snapshot is made first"));
        Optional<SnapshotId> snapshot = image.root().flatMap(BlockDevice::snapshot);
        return snapshot.isPresent() ? volumes.export(snapshot.get(), format) : images.export(new ImageId(image.id().value()), format);
    }

    /** Waits as long as it takes. Whoever no longer waits is told of nothing that comes of it. */
    private static DiskExport await(CompletionStage<DiskExport> stage) throws IOException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException | CancellationException e) {
            stage.thenAccept(ConvertCommands::drop);
            Thread.currentThread().interrupt();
            throw new IOException("it was given up, and nothing of it stays", e);
        }
    }

    private static void drop(DiskExport export) {
        try {
            export.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was said, or the name of the file says; what is in it has no say. */
    static <F extends Enum<F>> F format(Class<F> formats, String said, Path file) {
        String name = file.getFileName().toString();
        String word = (said.isEmpty() ? name.substring(name.lastIndexOf('.') + 1) : said).toUpperCase(Locale.ROOT);
        return Arrays.stream(formats.getEnumConstants()).filter(format -> format.name().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("which format? say --format qcow2, raw, vmdk, vdi, vhdx or vhd"));
    }

    private static String printable(Path file) {
        return file.toString().replaceAll("\\p{C}", "?");
    }
}
