package org.kumiki.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs a program of the system by an argument vector; no shell sees any of it. */
public final class Program {

    /** Where programs are, also those that only root usually runs. */
    private static final List<Path> DIRECTORIES = Stream.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin").map(Path::of).toList();
    private static final int MOST_ERROR_TEXT = 2_000;

    private Program() {
    }

    /** Where a program is, if this machine has it. */
    public static Optional<Path> find(String name) {
        return DIRECTORIES.stream().map(directory -> directory.resolve(name)).filter(Files::isExecutable).findFirst();
    }

    /**
     * Runs a program to its end.
     *
     * @param directory where it works, and where its output is kept meanwhile
     * @param input     the file that it reads as its standard input, if any
     * @return what it wrote to its standard output
     * @throws IOException if it cannot be run, takes too long, or fails; the message has the end of what it complained
     */
    public static byte[] run(List<String> command, Path directory, Optional<Path> input, Duration limit) throws IOException {
        return run(command, directory, input, limit, 0);
    }

    /** @param worst the highest exit code that is no failure */
    static byte[] run(List<String> command, Path directory, Optional<Path> input, Duration limit, int worst) throws IOException {
        Path output = Files.createTempFile(directory, "output", null);
        Path errors = Files.createTempFile(directory, "errors", null);
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                    .redirectInput(input.orElse(Path.of("/dev/null")).toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().put("LC_ALL", "C.UTF-8"); // some outputs are read, and messages are for a log in English
            int exit = await(builder.start(), command, limit);
            if (exit < 0 || exit > worst) {
                throw new IOException(command.get(0) + " failed with exit code " + exit + ": " + end(Files.readAllBytes(errors)));
            }
            return Files.readAllBytes(output);
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private static int await(Process process, List<String> command, Duration limit) throws IOException {
        try {
            if (process.waitFor(limit.toNanos(), NANOSECONDS)) {
                return process.exitValue();
            }
            throw new IOException(command.get(0) + " took longer than " + limit.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.get(0) + " was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String end(byte[] text) {
        int from = Math.max(0, text.length - MOST_ERROR_TEXT);
        return new String(text, from, text.length - from, UTF_8).strip();
    }
}
