package org.kumiki.bench.twin;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.kumiki.bench.objects.Jars;

/** CloudSim and CloudSim Plus, as far as they can be had: with a line that says why, if one cannot. */
final class Peers {

    static final String CLOUDSIM = "CloudSim 3.0.3";
    static final String PLUS = "CloudSim Plus 8.5.7";

    private static final List<String> PLUS_JARS = List.of("org.cloudsimplus:cloudsimplus:8.5.7");
    private static final List<String> CLOUDSIM_JARS = List.of("org.apache.commons:commons-math3:3.6.1");
    private static final List<String> CLOUDSIM_SOURCES = List.of("modules/cloudsim/src/main/java", "modules/cloudsim-examples/src/main/java");

    private final Path directory;
    private final PrintStream out;

    /** @param directory for their jars and classes */
    Peers(Path directory, PrintStream out) {
        this.directory = directory;
        this.out = out;
    }

    private interface Making {

        Jvm make() throws IOException, InterruptedException;
    }

    private Optional<Jvm> peer(String title, Making making) throws InterruptedException {
        try {
            return Optional.of(making.make());
        } catch (IOException e) {
            out.printf("%s is left out: %s%n", title, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * CloudSim, which has no arguments yet.
     *
     * @param checkout of its sources
     */
    Optional<Jvm> cloudSim(Optional<Path> checkout) throws InterruptedException {
        return peer(CLOUDSIM, () -> {
            Path sources = checkout.orElseThrow(() -> new IOException("no --cloudsim DIRECTORY was given"));
            Path classes = Files.createDirectories(directory.resolve("cloudsim/classes"));
            String jars = jars(Jars.fetch(classes.resolveSibling("peer"), CLOUDSIM_JARS));
            String modules = String.join(File.pathSeparator, CLOUDSIM_SOURCES.stream().map(module -> sources.resolve(module).toString()).toList());
            Sources.compile("CloudSimDay", jars, modules, classes);
            return new Jvm(CLOUDSIM, List.of(), classes + File.pathSeparator + jars, Sources.main("CloudSimDay"), List.of());
        });
    }

    /**
     * CloudSim Plus, which has no arguments yet.
     *
     * @param program of those that are compiled for it
     */
    Optional<Jvm> plus(String program) throws InterruptedException {
        return peer(PLUS, () -> {
            Path classes = Files.createDirectories(directory.resolve(program));
            String jars = jars(Jars.fetch(directory.resolve("plus"), PLUS_JARS));
            Sources.compile(program, jars, "", classes);
            return new Jvm(PLUS, List.of(), classes + File.pathSeparator + jars, Sources.main(program), List.of());
        });
    }

    /** One by one, as the compiler knows no star. */
    private static String jars(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return String.join(File.pathSeparator, files.map(Path::toString).sorted().toList());
        }
    }
}
