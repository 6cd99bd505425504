package org.kumiki.bench.objects;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The jars of a program that others have published, with all that it needs. */
public final class Jars {

    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    private static final int PATIENCE_MINUTES = 10;

    private Jars() {
    }

    /**
     * Lets Maven bring them.
     *
     * @param artifacts as {@code group:name:version}; where two need different versions of the same, the first of them has its way
     * @return the directory that they are in
     * @throws IOException if there is no Maven, or it cannot get them
     */
    public static Path fetch(Path directory, List<String> artifacts) throws IOException, InterruptedException {
        Path pom = Files.createDirectories(directory).resolve("pom.xml");
        Files.writeString(pom, pom(artifacts));
        Path log = directory.resolve("maven.log");
        Process maven = new ProcessBuilder("mvn", "--batch-mode", "--quiet", "--file", pom.toString(), COPY, "-DincludeScope=runtime",
                "-DoutputDirectory=lib").redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!maven.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            maven.destroy();
            throw new IOException("Maven took longer than " + PATIENCE_MINUTES + " minutes");
        }
        if (maven.exitValue() != 0) {
            throw new IOException(Files.readAllLines(log).stream().filter(line -> line.contains("ERROR")).findFirst().orElse("Maven failed"));
        }
        return directory.resolve("lib");
    }

    static String pom(List<String> artifacts) {
        StringBuilder pom = new StringBuilder("""
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>org.kumiki</groupId><artifactId>peer</artifactId><version>1</version><packaging>pom</packaging>
                  <dependencies>
                """);
        for (String artifact : artifacts) {
            String[] parts = artifact.split(":");
            pom.append("    <dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>%n".formatted(parts[0],
                    parts[1], parts[2]));
        }
        return pom.append("  </dependencies>\n</project>\n").toString();
    }
}
