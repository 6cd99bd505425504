package org.kumiki.hypervisor.libvirt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.model.InstanceId;

/** The smallest root of a container: busybox, and a first process that ends when it is asked to, unless it is among the stubborn. */
final class ContainerRoot {

    /** libvirt mounts over these, and turns the root over into the last one, so they must be there: it may not make them. */
    private static final List<String> DIRECTORIES = List.of("bin", "sbin", "proc", "sys", "dev", "run", "tmp", "etc", "stubborn", "talk", ".oldroot");
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+)\\s+\\(0x");
    private static final String INIT = """
            #!/bin/busybox sh
            trap 'exit 0' TERM INT PWR
            if [ -e "/stubborn/$LIBVIRT_LXC_NAME" ]; then trap '' TERM INT PWR; fi
            if [ -e "/talk/$LIBVIRT_LXC_NAME" ]; then
                i=0
                while [ $i -lt 2000 ]; do echo "$i of two thousand lines, which are more than a terminal keeps"; i=$((i + 1)); done
            fi
            while :; do /bin/busybox sleep 1000 & wait; done
            """;

    private ContainerRoot() {
    }

    static Path make(Path root) throws IOException, InterruptedException {
        for (String directory : DIRECTORIES) {
            Files.createDirectories(root.resolve(directory));
        }
        for (Path above = root; above.startsWith(Path.of(System.getProperty("java.io.tmpdir")))
                && !above.equals(above.getRoot()); above = above.getParent()) {
            if (Files.getOwner(above).getName().equals("root") && !Files.getPosixFilePermissions(above).toString().contains("OTHERS_EXECUTE")) {
                Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x")); // users of a container are others here
            }
        }
        Path busybox = root.resolve("bin/busybox");
        Files.copy(Path.of("/bin/busybox"), busybox);
        copyLibraries(root);
        Path init = root.resolve("sbin/init");
        Files.writeString(init, INIT);
        Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(busybox, PosixFilePermissions.fromString("rwxr-xr-x"));
        return root;
    }

    /** None, if busybox is a static one. */
    private static void copyLibraries(Path root) throws IOException, InterruptedException {
        Process ldd = new ProcessBuilder("ldd", "/bin/busybox").redirectErrorStream(true).start();
        Matcher library = LIBRARY.matcher(new String(ldd.getInputStream().readAllBytes(), UTF_8));
        ldd.waitFor();
        while (library.find()) {
            Path copy = root.resolve(library.group(1).substring(1));
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(library.group(1)), copy);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    static void makeStubborn(Path root, InstanceId guest) {
        mark(root.resolve("stubborn"), guest);
    }

    /** One that writes a lot before it rests. */
    static void makeTalkative(Path root, InstanceId guest) {
        mark(root.resolve("talk"), guest);
    }

    private static void mark(Path directory, InstanceId guest) {
        try {
            Files.createFile(directory.resolve(guest.value()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
