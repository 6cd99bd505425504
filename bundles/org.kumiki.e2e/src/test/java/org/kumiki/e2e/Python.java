package org.kumiki.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The Pythons of this machine. */
final class Python {

    private Python() {
    }

    /** Each one that has boto3, by what it is: the system's is some years older than what its users install. */
    static Map<String, Program> withBoto3() {
        Map<String, Program> pythons = new LinkedHashMap<>();
        Stream.concat(Stream.of("/usr/bin"), Arrays.stream(System.getenv("PATH").split(":"))).map(place -> Path.of(place, "python3"))
                .filter(Files::isExecutable).map(Python::at).forEach(python -> {
                    Program.Ended version = python.and("-c", "import sys, boto3; print(sys.prefix, boto3.__version__)").run();
                    if (version.exitCode() == 0) {
                        pythons.putIfAbsent(version.text(), python);
                    }
                });
        return pythons;
    }

    private static Program at(Path python) {
        // A shim needs the path that it was found on.
        return Program.of(python.toString()).with(Map.of("PATH", System.getenv("PATH"), "PYTHONDONTWRITEBYTECODE", "1"));
    }
}
