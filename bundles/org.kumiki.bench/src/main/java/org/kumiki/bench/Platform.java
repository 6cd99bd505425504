package org.kumiki.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A platform that was started to be measured, on any free port. Closing it ends it; its data stays. */
record Platform(ServerProcess process, Endpoint endpoint, Duration startTime) implements Cloud {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /**
     * Starts a distribution as {@code kumiki run} does, with {@code KUMIKI_JAVA_OPTS} as well, and returns when a client's request has been
     * answered.
     *
     * @param home of the distribution
     * @param more options of Java
     */
    static Platform start(Path home, Path data, String... more) throws IOException, InterruptedException {
        Path told = data.resolve("run/endpoint");
        Files.deleteIfExists(told);
        Files.createDirectories(data);
        List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms64m",
                "-XX:+ExitOnOutOfMemoryError"));
        List<String> options = new ArrayList<>(options());
        options.addAll(List.of(more));
        if (options.stream().noneMatch(option -> option.matches("-XX:\\+Use.*GC"))) {
            words.add("-XX:+UseParallelGC"); // as the script does
        }
        words.addAll(options);
        words.addAll(List.of("-cp", home.resolve("lib") + "/*", "org.kumiki.launcher.Main", "--home", home.toString(), "--data",
                data.toString(), "--port", "0", "--console-port", "0"));
        ProcessBuilder command = new ProcessBuilder(words);
        Path log = data.resolve("bench.log");
        command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        long began = System.nanoTime();
        ServerProcess process = new ServerProcess(command);
        try {
            while (!Files.exists(told) || Files.size(told) == 0) {
                if (!process.isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw new IOException("the platform does not serve; see " + log);
                }
                Thread.sleep(1);
            }
            Endpoint endpoint = endpoint(told, data.resolve("credentials"));
            try (Ec2 ec2 = new Ec2(endpoint)) {
                ec2.describeRegions();
            }
            return new Platform(process, endpoint, Duration.ofNanos(System.nanoTime() - began));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private static List<String> options() {
        String options = Optional.ofNullable(System.getenv("KUMIKI_JAVA_OPTS")).orElse("").strip();
        return options.isEmpty() ? List.of() : List.of(options.split("\\s+"));
    }

    private static Endpoint endpoint(Path told, Path credentials) throws IOException {
        Map<String, String> values = values(told);
        values.putAll(values(credentials));
        URI url = URI.create(values.get("AWS_ENDPOINT_URL"));
        return new Endpoint(url.getHost(), url.getPort(), values.get("AWS_DEFAULT_REGION"), values.get("aws_access_key_id"),
                values.get("aws_secret_access_key"));
    }

    private static Map<String, String> values(Path file) throws IOException {
        Map<String, String> values = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            }
        }
        return values;
    }

    @Override
    public String name() {
        return "Kumiki";
    }

    @Override
    public OptionalLong heapMiB() throws IOException, InterruptedException {
        return process.heapMiB();
    }

    @Override
    public void close() {
        process.close();
    }
}
