package org.kumiki.image.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of a guest, with the shared libraries that they are linked to: those that are installed on this machine, and those that are
 * not from the distribution's packages.
 */
final class Userland {

    private static final List<String> LIBRARY_DIRECTORIES = List.of("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib64",
            "lib64", "usr/lib", "lib");

    private final Distribution distribution;
    private final Path packages;
    private final RootTree tree;

    /**
     * @param packages where packages are unpacked
     * @param tree     what the guest finds when it boots
     */
    Userland(Distribution distribution, Path packages, RootTree tree) {
        this.distribution = distribution;
        this.packages = packages;
        this.tree = tree;
    }

    /** Adds a program that needs no shared library, and says where it is. */
    Path addStatic(String path, int mode, String from) throws IOException {
        Optional<Path> installed = in(Path.of("/"), path);
        boolean good = installed.isPresent() && ElfFile.read(installed.get()).interpreter().isEmpty();
        Path program = good ? installed.get() : fetch(path, from);
        tree.file(path, mode, Files.readAllBytes(program));
        return program;
    }

    /**
     * Adds a program and its libraries.
     *
     * @param path as in {@code /usr/sbin/dropbear}
     * @param from the package that has it
     */
    void add(String path, String from) throws IOException {
        Optional<Path> installed = in(Path.of("/"), path);
        Path program = installed.isPresent() ? installed.get() : fetch(path, from);
        tree.file(path.replaceFirst("^/usr/sbin/", "/usr/bin/"), 0755, Files.readAllBytes(program)); // the guest has one place for both
        addLibraries(program, from);
    }

    private void addLibraries(Path program, String from) throws IOException {
        ElfFile elf = ElfFile.read(program);
        if (elf.interpreter().isPresent()) {
            String loader = Path.of(elf.interpreter().get()).getFileName().toString();
            tree.file("/usr/lib64/" + loader, 0755, Files.readAllBytes(library(loader, from)));
        }
        for (String name : elf.needed()) {
            String path = "/usr/lib/x86_64-linux-gnu/" + name;
            if (!tree.has(path)) {
                Path library = library(name, from);
                tree.file(path, 0755, Files.readAllBytes(library));
                addLibraries(library, from);
            }
        }
    }

    /** What a package brought goes first: it may be newer than what is installed, and newer libraries also serve older programs. */
    private Path library(String name, String from) throws IOException {
        Optional<Path> found = libraryIn(packages, name).or(() -> libraryIn(Path.of("/"), name));
        if (found.isPresent()) {
            return found.get();
        }
        distribution.fetchListsIfThereAreNone();
        distribution.unpack(distribution.closure(from), packages);
        return libraryIn(packages, name).orElseThrow(() -> new IOException("no package that " + from + " depends on has " + name));
    }

    private Path fetch(String path, String from) throws IOException {
        distribution.fetchListsIfThereAreNone();
        distribution.unpack(List.of(from), packages);
        return in(packages, path).orElseThrow(() -> new IOException("the package " + from + " does not have " + path));
    }

    private static Optional<Path> libraryIn(Path root, String name) {
        return LIBRARY_DIRECTORIES.stream().map(directory -> root.resolve(directory).resolve(name)).filter(Files::isReadable).findFirst();
    }

    /** Some distributions still tell {@code /bin} from {@code /usr/bin}. */
    private static Optional<Path> in(Path root, String path) {
        return Stream.of(path, path.replaceFirst("^/usr/", "/")).map(place -> root.resolve(place.substring(1)))
                .filter(Files::isReadable).findFirst();
    }
}
