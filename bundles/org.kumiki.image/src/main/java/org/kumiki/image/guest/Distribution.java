package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.kumiki.image.Program;

/**
 * The packages of the Debian or Ubuntu that this runs on. They are unpacked into a directory, never installed, so no privilege is needed
 * and the machine stays as it is.
 */
final class Distribution {

    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final List<String> ONLY_DEPENDENCIES = List.of("--no-recommends", "--no-suggests", "--no-conflicts",
            "--no-breaks", "--no-replaces", "--no-enhances");

    private final Path work;
    private final Consumer<String> progress;
    private final Set<Path> unpacked = new HashSet<>();
    private List<String> options = List.of();

    /** @param work a directory for what is on the way */
    Distribution(Path work, Consumer<String> progress) {
        this.work = work;
        this.progress = progress;
    }

    /** The names of the packages that a package depends on, as far as these have no choice in it. */
    List<String> dependencies(String name) throws IOException {
        return lines(apt("apt-cache", "depends", name)).filter(line -> line.strip().startsWith("Depends: "))
                .map(line -> line.strip().substring("Depends: ".length())).filter(Distribution::isReal).toList();
    }

    /** A package and all that it depends on, directly or not. */
    List<String> closure(String name) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("depends", "--recurse"));
        arguments.addAll(ONLY_DEPENDENCIES);
        arguments.add(name);
        return lines(apt("apt-cache", arguments.toArray(String[]::new))).filter(line -> !line.startsWith(" ") && isReal(line)).toList();
    }

    boolean has(String name) throws IOException {
        return lines(apt("apt-cache", "pkgnames", name)).anyMatch(name::equals);
    }

    /** Downloads packages and unpacks them into one directory; those that are there already are left as they are. */
    void unpack(List<String> names, Path root) throws IOException {
        Files.createDirectories(root);
        for (String name : names) {
            if (unpacked.add(root.resolve(name))) {
                progress.accept("fetching the package " + name);
                Program.run(List.of("dpkg-deb", "--extract", download(name).toString(), root.toString()), work, Optional.empty(), PATIENCE);
            }
        }
    }

    /** A machine that never fetched the package lists, as a fresh container: fetch them, but keep them apart. */
    void fetchListsIfThereAreNone() throws IOException {
        if (options.isEmpty() && !has("busybox-static")) {
            fetchLists();
        }
    }

    private Path download(String name) throws IOException {
        try {
            return tryDownload(name);
        } catch (IOException e) {
            if (!options.isEmpty()) {
                throw e;
            }
            fetchLists(); // the machine's own may name versions that are gone
            return tryDownload(name);
        }
    }

    private Path tryDownload(String name) throws IOException {
        Path directory = Files.createTempDirectory(work, "package");
        Program.run(command("apt-get", List.of("download", "-qq", name)), directory, Optional.empty(), PATIENCE);
        try (Stream<Path> files = Files.list(directory)) {
            return files.findFirst().orElseThrow(() -> new IOException("apt-get downloaded nothing for " + name));
        }
    }

    private void fetchLists() throws IOException {
        progress.accept("fetching the lists of packages");
        Path lists = Files.createDirectories(work.resolve("apt/lists/partial")).getParent();
        Path cache = Files.createDirectories(work.resolve("apt/cache/archives/partial")).getParent().getParent();
        options = List.of("-o", "Dir::State::Lists=" + lists, "-o", "Dir::Cache=" + cache, "-o", "Debug::NoLocking=1");
        apt("apt-get", "update", "-qq");
    }

    private byte[] apt(String program, String... arguments) throws IOException {
        return Program.run(command(program, List.of(arguments)), work, Optional.empty(), PATIENCE);
    }

    private List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(options);
        command.addAll(arguments);
        return command;
    }

    /** apt writes virtual packages in angle brackets. */
    private static boolean isReal(String name) {
        return !name.startsWith("<");
    }

    private static Stream<String> lines(byte[] output) {
        return new String(output, UTF_8).lines();
    }
}
