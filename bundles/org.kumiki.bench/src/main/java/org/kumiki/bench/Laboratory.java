package org.kumiki.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary place with a distribution that has simulated hosts, and no others: links to the jars of the real one. */
final class Laboratory implements AutoCloseable {

    private static final String SIMULATED = "org.kumiki.hypervisor.simulated-";

    /** What drives the machine itself, and the images of real guests. */
    private static final List<String> LEFT_OUT = List.of("org.kumiki.hypervisor.", "org.kumiki.image-");

    /** What the documentation tells an operator to copy. */
    private static final List<String> SHARED_QUEUES = List.of("org.osgi.service.jdbc-", "postgresql-", "org.kumiki.store.jdbc-");

    private final Path root;

    Laboratory() throws IOException {
        root = Files.createTempDirectory("kumiki-bench-");
    }

    Path data(String name) {
        return root.resolve(name);
    }

    /** @param hosts how many there are, each with room for far more than the load will fill */
    Path simulated(Path home, int hosts) throws IOException {
        return simulated("home", home, hosts);
    }

    /**
     * With one host, and queues in a PostgreSQL.
     *
     * @param url  of that
     * @param user who needs no password
     */
    Path sharing(Path home, String url, String user) throws IOException {
        Path laboratory = simulated("sharing", home, 1);
        Files.writeString(laboratory.resolve("conf/org.kumiki.store.jdbc.queues.cfg"), "url = \"" + url + "\"\nuser = \"" + user + "\"\n");
        Files.writeString(laboratory.resolve("conf/org.kumiki.queue.log.cfg"), "osgi.ds.satisfying.condition.target = \"(osgi.condition.id=never)\"\n");
        for (Path jar : list(home.resolve("extra"))) {
            if (SHARED_QUEUES.stream().anyMatch(jar.getFileName().toString()::startsWith)) {
                Files.createSymbolicLink(laboratory.resolve("bundle").resolve(jar.getFileName()), jar);
            }
        }
        return laboratory;
    }

    private Path simulated(String name, Path home, int hosts) throws IOException {
        Path laboratory = Files.createDirectories(root.resolve(name));
        Path bundles = Files.createDirectories(laboratory.resolve("bundle"));
        Files.createDirectories(laboratory.resolve("load"));
        Files.createSymbolicLink(laboratory.resolve("lib"), home.resolve("lib"));
        Path conf = Files.createDirectories(laboratory.resolve("conf"));
        for (Path file : list(home.resolve("conf"))) {
            Files.copy(file, conf.resolve(file.getFileName()));
        }
        Files.writeString(conf.resolve("org.kumiki.hypervisor.simulated-bench.cfg"), """
                estate = bench
                hosts = %d
                prefix = bench-
                cpus = 256
                memoryMiB = 1048576
                startMillis = 50
                stopMillis = 50
                """.formatted(hosts));
        Files.writeString(conf.resolve("org.kumiki.hypervisor.simulated.images.cfg"), "# an image of nothing\n");
        for (Path jar : list(home.resolve("bundle"))) {
            if (LEFT_OUT.stream().noneMatch(jar.getFileName().toString()::startsWith)) {
                Files.createSymbolicLink(bundles.resolve(jar.getFileName()), jar);
            }
        }
        Path driver = Stream.of("bundle", "extra").map(home::resolve).filter(Files::isDirectory).flatMap(Laboratory::stream)
                .filter(jar -> jar.getFileName().toString().startsWith(SIMULATED)).findFirst()
                .orElseThrow(() -> new IOException("no " + SIMULATED + "*.jar in " + home));
        Files.createSymbolicLink(bundles.resolve(driver.getFileName()), driver);
        return laboratory;
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static Stream<Path> stream(Path directory) {
        try {
            return list(directory).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
