package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.kumiki.api.node.Node;

/**
 * The first root file systems of images, unpacked, which all guests of an image have below what they write themselves. One is complete as
 * soon as it has its name.
 */
final class Roots {

    private static final Duration TO_UNPACK = Duration.ofMinutes(2);

    private final Node node;
    private final Path directory;

    Roots(Node node, Path directory) {
        this.node = node;
        this.directory = directory;
    }

    /** Unpacks it unless it is there. */
    Path of(Path initrd) throws IOException {
        String name = name(initrd);
        return node.list(directory).contains(name) ? directory.resolve(name) : unpacked(initrd, name);
    }

    private synchronized Path unpacked(Path initrd, String name) throws IOException {
        if (!node.list(directory).contains(name)) {
            Path aside = directory.resolve(UUID.randomUUID() + ".part");
            node.makeDirectory(aside);
            Node.Finished unpacked = node.run(List.of("cpio", "--extract", "--make-directories", "--preserve-modification-time", "--quiet",
                    "--no-absolute-filenames", "--directory=" + aside, "--file=" + initrd), TO_UNPACK);
            if (!unpacked.succeeded()) {
                node.delete(aside);
                throw new IOException("the first root file system of the image cannot be unpacked: " + unpacked.errors().strip());
            }
            Commands.run(node, List.of("chmod", "0755", aside.toString()));
            Commands.run(node, List.of("mv", aside.toString(), directory.resolve(name).toString()));
        }
        return directory.resolve(name);
    }

    /** An image is never written again, but one may take the place of another that was deleted. */
    private String name(Path initrd) throws IOException {
        String stamp = Commands.run(node, List.of("stat", "--format=%n %s %Y %i", initrd.toString()));
        return UUID.nameUUIDFromBytes(stamp.getBytes(UTF_8)).toString();
    }
}
