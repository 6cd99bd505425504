package org.kumiki.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The Pythons of this machine: what only some developers have, tests do without. */
public final class Python {

    private Python() {
    }

    /** Whether there is a Python with a library. */
    public static boolean has(String python, String library) {
        return version(python, library).isPresent();
    }

    /** Each Python that has a library, by what it is: the system's is some years older than what its users install. */
    public static Map<String, Path> with(String library) {
        Map<String, Path> pythons = new LinkedHashMap<>();
        Stream.concat(Stream.of("/usr/bin"), Arrays.stream(System.getenv("PATH").split(":"))).map(place -> Path.of(place, "python3"))
                .filter(Files::isExecutable)
                .forEach(python -> version(python.toString(), library).ifPresent(version -> pythons.putIfAbsent(version, python)));
        return pythons;
    }

    private static Optional<String> version(String python, String library) {
        try {
            Process check = new ProcessBuilder(python, "-c", "import sys, " + library + "; print(sys.prefix, " + library + ".__version__)")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String version = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return check.waitFor() == 0 ? Optional.of(version) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // there is no such program
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
