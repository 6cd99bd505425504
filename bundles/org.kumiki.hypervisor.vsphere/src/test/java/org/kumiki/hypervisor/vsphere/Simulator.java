package org.kumiki.hypervisor.vsphere;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * VMware's simulator, of a vCenter or of one ESX host, with TLS, on a port of its own. {@code KUMIKI_VCSIM}, of the environment, names the program,
 * which is built of {@code simulator/main.go}. It ends with this process at the latest.
 */
final class Simulator implements AutoCloseable {

    static final String USER = "kumiki";
    static final String PASSWORD = "only for tests";

    private final Process process;
    private final String address;
    private final String thumbprint;

    Simulator(boolean vCenter) throws IOException {
        String program = System.getenv("KUMIKI_VCSIM");
        assumeTrue(program != null, "KUMIKI_VCSIM does not name the simulator");
        List<String> command = new ArrayList<>(List.of(program));
        if (!vCenter) {
            command.add("-esx");
        }
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
        if (line == null) {
            throw new IOException("the simulator does not start");
        }
        address = line.split(" ")[0];
        thumbprint = line.split(" ")[1];
    }

    String thumbprint() {
        return thumbprint;
    }

    URI url() {
        return URI.create("https://" + address + "/sdk");
    }

    Settings.Login login() {
        return new Settings.Login(url(), USER, PASSWORD, "", "", thumbprint);
    }

    /** @param sources images, by their names */
    Settings settings(Map<String, Source> sources) {
        return settings(login(), sources);
    }

    static Settings settings(Settings.Login login, Map<String, Source> sources) {
        return new Settings("lab", login, "", "", "VM Network", "kumiki", "", sources, "otherLinux64Guest", 8, 0.9, 1000, 0, 0,
                Duration.ofSeconds(20),
                Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    /** A session of somebody else. */
    Session session() throws IOException {
        return login().begin(Duration.ofSeconds(20));
    }

    /** A raw disk of zeroes. */
    static Path disk(Path directory) throws IOException {
        Path file = directory.resolve("disk.raw");
        if (!Files.exists(file)) {
            Files.write(file, new byte[1 << 20]);
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close(); // it ends with its input
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
