package org.kumiki.image.adapt;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.kumiki.image.Sandbox;
import org.kumiki.image.adapt.Part.Content;

/**
 * Makes the system on a raw disk boot in a virtual machine. Files are read and written by programs of e2fsprogs, in a sandbox, on the disk as it
 * lies there: it is not mounted, and nothing that is on it is run.
 */
public final class Adapter {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Map<String, List<String>> PACKED = Map.of("gz", List.of("gzip", "-d", "-c"), "xz", List.of("xz", "-d", "-c"),
            "zst", List.of("zstd", "-d", "-c"));

    private final Consumer<String> progress;

    /** @param progress told how far it is, in words for people */
    public Adapter(Consumer<String> progress) {
        this.progress = progress;
    }

    /**
     * A part of a disk, as its system knows it.
     *
     * @param number of the partition; 0 if the whole disk is one
     * @param uuid   of what is in it; empty if there is none
     */
    public record Known(int number, String uuid, boolean isLvm) {
    }

    /** One thing that is other than before. */
    public record Change(String path, String what) {
    }

    /**
     * What was changed, or would be.
     *
     * @param notes what somebody should know who relies on it
     */
    public record Report(List<Change> changes, List<String> notes) {

        public Report {
            changes = List.copyOf(changes);
            notes = List.copyOf(notes);
        }
    }

    /**
     * @param disk   a raw disk, alone in a directory of its own, in which programs may work
     * @param name   what its system called the disk, e.g. {@code /dev/sda}, if that is known
     * @param really whether it is done; else it is only said what would be. File systems are mended in either case
     * @throws IOException if that cannot be done to this disk; it is to be thrown away then
     */
    public Report adapt(Path disk, Optional<String> name, boolean really) throws IOException {
        Devices devices;
        try (FileChannel open = FileChannel.open(disk, StandardOpenOption.READ)) {
            devices = new Devices(name, DiskMap.of(open));
        }
        Sandbox sandbox = new Sandbox(Math.max(Files.size(disk), 1L << 30));
        progress.accept("checking the file systems");
        GuestSystem system = GuestSystem.on(disk, devices, sandbox);
        progress.accept("looking at the system");
        Adaptation.Plan plan = plan(system, devices, sandbox, disk.getParent());
        if (really) {
            progress.accept("changing the system");
            system.change(plan.edits());
        }
        return report(plan);
    }

    /**
     * Says what would be changed in a copy of a system that runs.
     *
     * @param tree  its files
     * @param disk  what it calls its disk, e.g. {@code /dev/sda}
     * @param parts of the disk
     * @param work  a directory of our own, in which programs may work
     */
    public Report foresee(Tree tree, String disk, List<Known> parts, Path work) throws IOException {
        Devices devices = new Devices(Optional.of(disk), parts.stream().map(part -> new Part(part.number(), 0, 0, part.isLvm() ? Content.LVM : Content.UNKNOWN,
                part.uuid())).toList());
        progress.accept("looking at the system");
        return report(plan(tree, devices, new Sandbox(1L << 30), work));
    }

    private static Adaptation.Plan plan(Tree tree, Devices devices, Sandbox sandbox, Path work) throws IOException {
        return Adaptation.plan(tree, devices, new Adaptation.Unpacker() {

            @Override
            public Initramfs read(byte[] image) throws IOException {
                return Initramfs.read(image, sandbox, work);
            }

            @Override
            public byte[] module(String path, byte[] content) throws IOException {
                return unpacked(path, content, sandbox, work);
            }
        });
    }

    private static Report report(Adaptation.Plan plan) {
        List<Change> changes = new ArrayList<>();
        plan.edits().forEach(edit -> changes.add(new Change(edit.path(), edit.why())));
        return new Report(changes, plan.notes());
    }

    private static byte[] unpacked(String path, byte[] content, Sandbox sandbox, Path work) throws IOException {
        List<String> command = PACKED.get(path.substring(path.lastIndexOf('.') + 1));
        if (command == null) {
            return content;
        }
        Path input = Files.createTempFile(work, "module", null);
        try {
            Files.write(input, content);
            return sandbox.run(command, work, Map.of(), Optional.of(input), PATIENCE);
        } finally {
            Files.delete(input);
        }
    }
}
