package org.kumiki.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Another process that works on the class path of a test and is killed. It writes a line for each thing that it has done. */
public final class DoomedProcess {

    private DoomedProcess() {
    }

    /** A process that runs a class's {@code main}. */
    public static ProcessBuilder of(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    /**
     * Runs a class's {@code main} and kills it soon after so many lines.
     *
     * @return every line that it wrote, those too that it wrote before it noticed
     */
    public static List<String> killAfter(int lines, Class<?> main, String... arguments) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("doomed-", ".err");
        try {
            Process process = of(main, arguments).redirectError(errors.toFile()).start();
            List<String> written = new ArrayList<>();
            try (BufferedReader reader = process.inputReader()) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    written.add(line);
                    if (written.size() == lines) {
                        // Not the process's own destroyForcibly(), which would close what is read here as well.
                        process.toHandle().destroyForcibly();
                    }
                }
            }
            process.waitFor();
            assertThat(written).as("what it wrote before it ended: %s", Files.readString(errors)).hasSizeGreaterThanOrEqualTo(lines);
            return written;
        } finally {
            Files.delete(errors);
        }
    }
}
