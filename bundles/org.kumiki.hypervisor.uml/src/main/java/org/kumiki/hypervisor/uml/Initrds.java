package org.kumiki.hypervisor.uml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import org.kumiki.api.node.Node;

/**
 * The first root file systems of images, each with the modules that guests need of this kernel: one, which lays a disk over the other. One is
 * complete as soon as it has its name.
 */
final class Initrds {

    private static final String MAKE = Commands.script("initrd.pl");

    private final Node node;
    private final Path directory;
    private final String release;
    private final Path module;

    /** @param modules where the modules of each kernel are */
    Initrds(Node node, Path directory, Path modules, String release) {
        this.node = node;
        this.directory = directory;
        this.release = release;
        this.module = modules.resolve(release).resolve("kernel/fs/overlayfs/overlay.ko");
    }

    /** @throws IOException if a module lacks */
    void check() throws IOException {
        if (!node.exists(module)) {
            throw new IOException(node.name() + " lacks " + module + ", which comes with User-Mode Linux in the package user-mode-linux");
        }
    }

    /** Makes it unless it is there. */
    synchronized Path of(Path initrd) throws IOException {
        // An image is never written again, but one may take the place of another that was deleted.
        String stamp = Commands.run(node, List.of("stat", "--format=%n %s %Y %i", initrd.toString(), module.toString()));
        String name = UUID.nameUUIDFromBytes((release + stamp).getBytes(UTF_8)).toString();
        Path made = directory.resolve(name);
        if (!node.list(directory).contains(name)) {
            Path aside = directory.resolve(UUID.randomUUID() + ".part");
            try {
                Commands.run(node, List.of("perl", "-e", MAKE, aside.toString(), initrd.toString(), release, module.toString()));
                Commands.run(node, List.of("mv", aside.toString(), made.toString()));
            } finally {
                node.delete(aside);
            }
        }
        return made;
    }
}
