package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.node.Node;

/**
 * The first root file systems of images, unpacked, which all guests of an image have below what they write themselves. One is complete as
 * soon as it has its name.
 */
final class Roots {

    private static final Duration TO_UNPACK = Duration.ofMinutes(2);

    private final Node node;
    private final Path directory;
    private final Map<Path, Root> known = new ConcurrentHashMap<>();

    /**
     * What guests of an image have below.
     *
     * @param directory where it is
     * @param image     what it was unpacked from
     * @param stamp     the image's size, time and inode; whoever finds others has another image before him
     */
    record Root(Path directory, Path image, String stamp) {

        /** What {@code guest.pl} is told. */
        List<String> words() {
            return List.of("lower=" + directory, "image=" + image, "stamp=" + stamp);
        }
    }

    Roots(Node node, Path directory) {
        this.node = node;
        this.directory = directory;
    }

    /**
     * Unpacks it unless it is there. An image is never written again, but one may take the place of another that was deleted: see
     * {@link #forget}.
     */
    Root of(Path initrd) throws IOException {
        Root root = known.get(initrd);
        if (root == null) {
            String stamp = Commands.run(node, List.of("stat", "--format=%s %Y %i", initrd.toString()));
            root = new Root(directory.resolve(UUID.nameUUIDFromBytes((initrd + " " + stamp).getBytes(UTF_8)).toString()), initrd, stamp.strip());
            known.put(initrd, root);
        }
        if (!node.list(directory).contains(root.directory().getFileName().toString())) {
            unpack(root);
        }
        return root;
    }

    /** It is another image by now. */
    void forget(Root root) {
        known.remove(root.image(), root);
    }

    private synchronized void unpack(Root root) throws IOException {
        if (!node.list(directory).contains(root.directory().getFileName().toString())) {
            Path aside = directory.resolve(UUID.randomUUID() + ".part");
            node.makeDirectory(aside);
            Node.Finished unpacked = node.run(List.of("cpio", "--extract", "--make-directories", "--preserve-modification-time", "--quiet",
                    "--no-absolute-filenames", "--directory=" + aside, "--file=" + root.image()), TO_UNPACK);
            if (!unpacked.succeeded()) {
                node.delete(aside);
                throw new IOException("the first root file system of the image cannot be unpacked: " + unpacked.errors().strip());
            }
            Commands.run(node, List.of("chmod", "0755", aside.toString()));
            Commands.run(node, List.of("mv", aside.toString(), root.directory().toString()));
        }
    }
}
