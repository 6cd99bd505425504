package org.kumiki.image.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A kernel with its modules.
 *
 * @param modules the directory named after the version, e.g. {@code lib/modules/6.1.0-56-cloud-amd64}
 */
record KernelFiles(Path vmlinuz, Path modules) {

    /** Debian's kernel for clouds, Ubuntu's for virtual machines, Debian's for everything. */
    private static final List<String> PACKAGES = List.of("linux-image-cloud-amd64", "linux-image-virtual", "linux-image-amd64");

    String version() {
        return modules.getFileName().toString();
    }

    /** From the distribution's packages, or else the one that this machine itself boots, or might. */
    static KernelFiles find(Distribution distribution, Path packages) throws IOException {
        try {
            return fromPackages(distribution, packages);
        } catch (IOException e) {
            return in(Path.of("/")).orElseThrow(() -> new IOException("no kernel for guests: none of the packages "
                    + String.join(", ", PACKAGES) + " can be fetched, and none is installed: " + e.getMessage(), e));
        }
    }

    private static KernelFiles fromPackages(Distribution distribution, Path packages) throws IOException {
        distribution.fetchListsIfThereAreNone();
        for (String name : PACKAGES) {
            if (distribution.has(name)) {
                String image = startingWith("linux-image-", distribution.dependencies(name))
                        .orElseThrow(() -> new IOException("the package " + name + " names no kernel"));
                distribution.unpack(List.of(image), packages);
                Optional<String> modules = startingWith("linux-modules-", distribution.dependencies(image));
                if (modules.isPresent()) { // Ubuntu keeps them apart
                    distribution.unpack(List.of(modules.get()), packages);
                }
                return in(packages).orElseThrow(() -> new IOException("the package " + image + " holds no kernel"));
            }
        }
        throw new IOException("the distribution has none of them");
    }

    /** The newest kernel below a root directory that may be read and has its modules. */
    private static Optional<KernelFiles> in(Path root) throws IOException {
        Path boot = root.resolve("boot");
        if (!Files.isDirectory(boot)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(boot)) {
            return files.filter(file -> file.getFileName().toString().startsWith("vmlinuz-") && Files.isReadable(file))
                    .map(file -> new KernelFiles(file, modules(root, file)))
                    .filter(kernel -> Files.isDirectory(kernel.modules()))
                    .max(Comparator.comparing(kernel -> kernel.vmlinuz().toFile().lastModified()));
        }
    }

    private static Path modules(Path root, Path vmlinuz) {
        String version = vmlinuz.getFileName().toString().substring("vmlinuz-".length());
        Path merged = root.resolve("usr/lib/modules").resolve(version);
        return Files.isDirectory(merged) ? merged : root.resolve("lib/modules").resolve(version);
    }

    private static Optional<String> startingWith(String prefix, List<String> names) {
        return names.stream().filter(name -> name.startsWith(prefix)).findFirst();
    }
}
