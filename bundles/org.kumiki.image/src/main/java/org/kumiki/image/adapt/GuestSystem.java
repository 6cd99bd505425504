package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import org.kumiki.image.Sandbox;
import org.kumiki.image.adapt.Part.Content;

/** The system on a disk: its root file system, and the one of its boot loader, where that is another one. */
final class GuestSystem implements Tree {

    private static final String BOOT = "/boot";
    private static final int TEXT = 1 << 20;

    private final Ext4Tree root;
    private final Optional<Ext4Tree> boot;

    private GuestSystem(Ext4Tree root, Optional<Ext4Tree> boot) {
        this.root = root;
        this.boot = boot;
    }

    /**
     * Looks for a system whose files can be changed. File systems are checked, and mended, before they are looked into.
     *
     * @throws IOException if there is none; the message says what is there instead
     */
    static GuestSystem on(Path disk, Devices devices, Sandbox sandbox) throws IOException {
        for (Part part : devices.parts()) {
            if (part.content() == Content.EXT) {
                Ext4Tree tree = new Ext4Tree(sandbox, disk, part);
                tree.check();
                Optional<String> fstab = tree.read("/etc/fstab", TEXT).map(text -> new String(text, ISO_8859_1));
                if (fstab.isPresent()) {
                    return new GuestSystem(tree, boot(disk, devices, sandbox, part, Fstab.mounts(fstab.get())));
                }
            }
        }
        throw new IOException("there is no ext4 file system with an /etc/fstab on it, and no other is known here; there are "
                + devices.parts().stream().map(part -> part.number() + ": " + part.content().title()).collect(Collectors.joining(", ", "", "")));
    }

    private static Optional<Ext4Tree> boot(Path disk, Devices devices, Sandbox sandbox, Part root, List<Fstab.Mount> mounts) throws IOException {
        Devices known = mounts.stream().filter(mount -> mount.point().equals("/")).findFirst().map(mount -> devices.knowing(mount.device())).orElse(devices);
        Optional<Part> part = mounts.stream().filter(mount -> mount.point().equals(BOOT)).findFirst().flatMap(mount -> known.part(mount.device()));
        if (part.isEmpty() || part.get().content() != Content.EXT || part.get().equals(root)) {
            return Optional.empty();
        }
        Ext4Tree tree = new Ext4Tree(sandbox, disk, part.get());
        tree.check();
        return Optional.of(tree);
    }

    @Override
    public Optional<byte[]> read(String path, int limit) throws IOException {
        return holder(path).read(below(path), limit);
    }

    @Override
    public List<String> list(String path) throws IOException {
        return holder(path).list(below(path));
    }

    /** Carries changes out, each of which takes its place as a whole, and checks the file systems again. */
    void change(List<Edit> edits) throws IOException {
        for (Edit edit : edits) {
            Ext4Tree tree = holder(edit.path());
            String path = below(edit.path());
            if (edit.content().isPresent()) {
                for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
                    tree.makeDirectory(path.substring(0, slash));
                }
                tree.write(path, edit.content().get());
            } else {
                tree.delete(path);
            }
        }
        root.check();
        if (boot.isPresent()) {
            boot.get().check();
        }
    }

    private Ext4Tree holder(String path) {
        return path.equals(BOOT) || path.startsWith(BOOT + "/") ? boot.orElse(root) : root;
    }

    private String below(String path) {
        if (boot.isEmpty() || holder(path) == root) {
            return path;
        }
        return path.equals(BOOT) ? "/" : path.substring(BOOT.length());
    }
}
