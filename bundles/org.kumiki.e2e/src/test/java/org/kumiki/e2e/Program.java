package org.kumiki.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of this machine, and how to run it: with nothing to read, with little more environment than it is given, and not for ever.
 *
 * @param directory   where it runs
 * @param environment what it finds beside {@code PATH}, {@code HOME} and {@code JAVA_HOME}
 * @param patience    after which it is killed
 */
record Program(List<String> command, Path directory, Map<String, String> environment, Duration patience) {

    /** The programs of the system alone, not those that somebody put before them. */
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** How a program ended, and what it wrote. */
    record Ended(List<String> command, int exitCode, String output, String errors) {

        /** What it wrote to its standard output, without the last newline. */
        String text() {
            if (exitCode != 0) {
                throw new AssertionError(this);
            }
            return output.stripTrailing();
        }

        @Override
        public String toString() {
            return String.join(" ", command) + "\nended with " + exitCode + "\n" + output + errors;
        }
    }

    static Program of(String... command) {
        return new Program(List.of(command), Path.of("/"), Map.of(), Duration.ofSeconds(60));
    }

    /** One of the Pythons of this machine, which leaves nothing behind. A shim needs the path that it was found on. */
    static Program python(Path python) {
        return of(python.toString()).with(Map.of("PATH", System.getenv("PATH"), "PYTHONDONTWRITEBYTECODE", "1"));
    }

    Program in(Path newDirectory) {
        return new Program(command, newDirectory, environment, patience);
    }

    Program with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new Program(command, directory, Map.copyOf(all), patience);
    }

    Program within(Duration newPatience) {
        return new Program(command, directory, environment, newPatience);
    }

    Program and(String... arguments) {
        return new Program(Stream.concat(command.stream(), Arrays.stream(arguments)).toList(), directory, environment, patience);
    }

    /** Whether the program is on the system's path. */
    static boolean isInstalled(String name) {
        return Arrays.stream(PATH.split(":")).anyMatch(place -> Files.isExecutable(Path.of(place, name)));
    }

    Ended run() {
        Path output = temporary();
        Path errors = temporary();
        try {
            int code = wait(start(ProcessBuilder.Redirect.to(output.toFile()), ProcessBuilder.Redirect.to(errors.toFile())));
            return new Ended(command, code, text(output), text(errors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            output.toFile().delete();
            errors.toFile().delete();
        }
    }

    /** Starts it and does not wait; it writes into a file. */
    Process start(Path log) {
        try {
            ProcessBuilder.Redirect to = ProcessBuilder.Redirect.to(log.toFile());
            return start(to, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(ProcessBuilder.Redirect output, ProcessBuilder.Redirect errors) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile()).redirectOutput(output).redirectError(errors);
        Map<String, String> inherited = Map.copyOf(builder.environment());
        builder.environment().clear();
        for (String name : new String[] { "HOME", "JAVA_HOME", "USER", "TMPDIR" }) {
            if (inherited.containsKey(name)) {
                builder.environment().put(name, inherited.get(name));
            }
        }
        builder.environment().putAll(Map.of("PATH", PATH, "LC_ALL", "C.UTF-8"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private int wait(Process process) {
        try {
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            throw new AssertionError(String.join(" ", command) + " did not end within " + patience);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("kumiki-e2e-", ".out");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), UTF_8);
    }
}
