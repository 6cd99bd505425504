package org.kumiki.twin.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.twin.study.Simulate;

/**
 * Studies on a cluster of which each executor is a process of its own. Spark's home is what Maven has laid out in {@code target/spark};
 * spark-submit's own main class is started there, as its script would.
 */
@Tag("client")
class LocalClusterTest {

    private static final Path SPARK = Path.of("target", "spark").toAbsolutePath();
    /** What spark-submit's script asks Java to open; its executors get it from Spark itself. */
    private static final List<String> OPENED = List.of("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio",
            "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar");
    private static final String SCENARIO = """
            name: On a cluster
            length: 6 h
            hosts: [{ type: ml110-g4, count: 20 }, { type: ml110-g5, count: 20 }]
            workload: { traces: day }
            seeds: [0, 1, 2]
            policies:
              - none
              - { name: beloglazov, parameters: { overload: [thr, lr], parameter: 1.2 } }
              - { name: stochastic }
            """;

    @TempDir
    Path directory;

    @Test
    void aStudyOnTwoExecutorsComesToTheSameBytes() throws IOException, InterruptedException {
        Path day = Files.createDirectory(directory.resolve("day"));
        for (int machine = 0; machine < 40; machine++) {
            StringBuilder trace = new StringBuilder();
            for (int sample = 0; sample < 288; sample++) {
                trace.append(1 + (machine * 37 + sample * sample) % 60).append('\n');
            }
            Files.writeString(day.resolve("machine-" + machine), trace);
        }
        Path scenario = Files.writeString(directory.resolve("cluster.yaml"), SCENARIO);
        Path here = directory.resolve("here");
        Path there = directory.resolve("there");
        try (PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream())) {
            assertThat(new Simulate(nowhere, false, Optional.empty()).run(List.of("--out", here.toString(), scenario.toString()))).isZero();
        }

        String said = submit("--out", there.toString(), scenario.toString());

        assertThat(said).contains("On a cluster: 12 runs, on Spark at local-cluster[2,1,1024]").contains("2 executors have carried runs out");
        for (String table : List.of("runs.csv", "series.csv")) {
            assertThat(Files.readString(there.resolve(table))).as(table).isEqualTo(Files.readString(here.resolve(table)));
        }
        assertThat(Files.readString(there.resolve("runs.csv")).lines()).hasSize(1 + 12);
        assertThat(there.resolve("report.html")).isNotEmptyFile();
    }

    /** Starts spark-submit and answers to what it said when it has ended well. */
    private String submit(String... arguments) throws IOException, InterruptedException {
        Files.writeString(SPARK.resolve("RELEASE"), "what Maven has laid out");
        List<String> own = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(place -> place.endsWith(".jar") && !place.contains(File.separator + "apache" + File.separator + "spark")
                        && Stream.of("kumiki", "snakeyaml-engine", "commons-statistics", "commons-numbers").anyMatch(place::contains))
                .toList();
        assertThat(own).as("the twin and policies as jars, which `mvn verify` has made").anyMatch(place -> place.contains("policy.stochastic"));
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        OPENED.forEach(opened -> command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED"));
        command.addAll(List.of("-cp", SPARK.resolve("jars") + "/*", "org.apache.spark.deploy.SparkSubmit", "--master", "local-cluster[2,1,1024]",
                "--conf", "spark.ui.enabled=false", "--conf", "spark.executor.memory=512m", "--class", SimulateOnSpark.class.getName(), "--jars",
                String.join(",", own), jarOfItsOwn().toString()));
        command.addAll(Arrays.asList(arguments));
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("SPARK_HOME", SPARK.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("SPARK_WORKER_DIR", directory.resolve("work").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor()).as(() -> lastOf(log)).isZero();
            return Files.readString(log);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** The application itself: its classes as they are in {@code target/classes}, since its jar is made after its tests. */
    private Path jarOfItsOwn() throws IOException {
        Path classes = Path.of("target", "classes").toAbsolutePath();
        Path jar = directory.resolve("application.jar");
        try (var out = new java.util.jar.JarOutputStream(Files.newOutputStream(jar)); Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
                out.putNextEntry(new java.util.zip.ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return jar;
    }

    private static String lastOf(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.subList(Math.max(0, lines.size() - 40), lines.size()).stream().collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
