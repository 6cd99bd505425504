package org.kumiki.metadata;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;

/**
 * What one guest may fetch to boot from its network: a script for the firmware of its network card, which is iPXE, and the kernel and the first
 * root file system of its image. They are copies, in a directory that holds nothing else, so whoever serves it has nothing to hide. Calls block.
 */
public final class BootFiles {

    private static final String KERNEL = "kernel";
    private static final String INITRD = "initrd";
    /** What means nothing to iPXE but itself. */
    private static final Pattern PLAIN = Pattern.compile("[ -~&&[^\"'\\\\$&|#]]*");
    private static final Duration TO_COPY = Duration.ofSeconds(60);
    private static final int LONGEST_SCRIPT = 16 << 10;

    private BootFiles() {
    }

    /**
     * Makes sure that they are there, for everybody on the node to read.
     *
     * @param directory which nothing else is in; those above it are there
     */
    public static void offer(Node node, Path directory, BootSource.Kernel boot) throws IOException {
        byte[] script = script(boot);
        Path first = directory.resolve(NetworkLink.BOOT_FILE);
        if (node.list(directory).contains(NetworkLink.BOOT_FILE) && Arrays.equals(node.read(first, LONGEST_SCRIPT), script)) {
            return;
        }
        run(node, "install", "-d", "-m", "0755", directory.toString());
        copy(node, boot.vmlinuz().orElseThrow(), directory.resolve(KERNEL));
        copy(node, boot.initrd(), directory.resolve(INITRD));
        node.write(first, script); // the last one: when it is there, all is
        run(node, "chmod", "0444", first.toString());
    }

    /** @throws IOException if an image cannot be booted in this way; the message says why */
    static byte[] script(BootSource.Kernel boot) throws IOException {
        if (boot.vmlinuz().isEmpty()) {
            throw new IOException("the image has kept no kernel that a boot loader takes; it was made by an older version, and is to be made again");
        }
        if (!PLAIN.matcher(boot.commandLine()).matches()) {
            throw new IOException("the command line of the image's kernel has characters that mean something else to iPXE");
        }
        return ("#!ipxe\nkernel " + KERNEL + " initrd=" + INITRD + " " + boot.commandLine() + "\ninitrd " + INITRD + "\nboot\n").getBytes(US_ASCII);
    }

    private static void copy(Node node, Path from, Path to) throws IOException {
        run(node, "install", "-m", "0444", from.toString(), to.toString());
    }

    private static void run(Node node, String... command) throws IOException {
        Node.Finished finished = node.run(List.of(command), TO_COPY);
        if (!finished.succeeded()) {
            throw new IOException(String.join(" ", command) + ": " + finished.errors().strip());
        }
    }
}
