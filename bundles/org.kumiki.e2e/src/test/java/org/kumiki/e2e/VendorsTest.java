package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/vendors.md, as they stand there, by somebody with an empty folder; the platform requires that drivers pass their checks. */
class VendorsTest {

    private static final Path SOURCE = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern COMMANDS = Pattern.compile("## Five commands\n.*?```sh\n(.*?)```", Pattern.DOTALL);
    private static final Path REPOSITORY = Path.of(System.getProperty("user.home"), ".m2", "repository");
    private static final String PROJECT = "com.example.hypervisor";
    private static final Duration TO_EXAMINE = Duration.ofMinutes(5);

    /** As in ReadmeTest. */
    private static final String AWS = """
            #!/bin/sh
            exec /usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
            """;

    @TempDir
    private Path directory;
    private Platform platform;

    @BeforeEach
    void start() {
        Platform prepared = Platform.prepare();
        prepared.load("examine.drivers = \"require\"\n", "org.kumiki.engine.cfg");
        platform = Paper.start(prepared, 2);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void fiveCommandsLeadFromAnEmptyFolderToAGuestAndABrokenDriverIsRefused() throws IOException {
        Matcher block = COMMANDS.matcher(Files.readString(SOURCE.resolve("docs/vendors.md")));
        assertThat(block.find()).as("the page has its five commands").isTrue();
        assertThat(block.group(1).split("\n\n")).hasSize(5);
        Files.createDirectories(directory.resolve("kumiki/dist/kumiki"));
        Files.createSymbolicLink(directory.resolve("kumiki/kumiki"), SOURCE.resolve("kumiki"));
        Files.createSymbolicLink(directory.resolve("kumiki/dist/kumiki/load"), platform.load());
        emptyRepository();

        run(withImageAndPatience(block.group(1)));

        String id = platform.ec2("describe-instances", "--filters", "Name=tag:kumiki:label:technology,Values=example", "--query",
                "Reservations[0].Instances[0].InstanceId");
        Await.until("the guest to run", TO_EXAMINE, () -> platform.ec2("describe-instances", "--instance-ids", id, "--query",
                "Reservations[0].Instances[0].State.Name").equals("running"));
        assertThat(platform.shell("tck")).contains(PROJECT + " 1.0.0 has passed").contains(" 0 failed");
        assertThat(platform.shell("instances")).contains("example-1");

        breakIt();
        platform.unload(PROJECT + "-1.0.0.jar");
        platform.load(directory.resolve("work").resolve(PROJECT).resolve("target").resolve(PROJECT + "-1.0.0.jar"), PROJECT + "-broken.jar");

        Await.until("the broken driver to be refused", TO_EXAMINE,
                () -> platform.shell("plugins").lines().anyMatch(line -> line.contains("example") && line.contains("quarantined")));
        assertThat(platform.shell("tck")).contains("has failed").contains("FAILED stops a guest by force and keeps it");
        assertThat(Platform.text(platform.log().resolve("kumiki.log"))).contains(PROJECT + " 1.0.0 is refused");
    }

    /** Somebody at a keyboard waits until the platform has examined what he has put into it. */
    private String withImageAndPatience(String commands) {
        String hosts = "until '" + Platform.home().resolve("bin/kumiki")
                + "' --data \"$KUMIKI_DATA\" shell hosts | grep -q example-1; do sleep 1; done\n";
        return "image=" + platform.ec2("describe-images", "--filters", "Name=name,Values=" + Platform.IMAGE, "--query", "Images[0].ImageId") + "\n"
                + commands.replace("aws ec2", hosts + "aws ec2");
    }

    private void breakIt() throws IOException {
        Path driver = directory.resolve("work").resolve(PROJECT).resolve("src/main/java/com/example/ExampleHypervisor.java");
        String good = Files.readString(driver);
        String bad = good.replace("write(guest, new Guest(GuestState.STOPPED, existing(guest).console()));", "existing(guest);");
        assertThat(bad).isNotEqualTo(good);
        Files.writeString(driver, bad);
        run("mvn -B -f " + PROJECT + " -DskipTests verify\n");
    }

    private void run(String commands) throws IOException {
        Path programs = Files.createDirectories(directory.resolve("programs"));
        assertThat(Files.writeString(programs.resolve("aws"), AWS).toFile().setExecutable(true)).isTrue();
        Path work = Files.createDirectories(directory.resolve("work"));
        String environment = "eval \"$('" + Platform.home().resolve("bin/kumiki") + "' --data \"$KUMIKI_DATA\" env)\"\n";
        Path script = Files.writeString(directory.resolve("commands.sh"), "set -eu\nPATH=" + programs + ":$PATH\n" + environment + commands);
        Path home = directory.resolve("home");
        Program.of("sh", script.toString()).in(work).with(Map.of("HOME", home.toString(), "MAVEN_OPTS", "-Duser.home=" + home, "KUMIKI",
                directory.resolve("kumiki").toString(), "KUMIKI_DATA", platform.data().toString())).within(Duration.ofMinutes(10)).run().text();
    }

    /** A local repository with what the build has downloaded, and nothing of Kumiki's. A server is asked for the rest, e.g. the archetype plug-in. */
    private void emptyRepository() throws IOException {
        Path own = Files.createDirectories(directory.resolve("home/.m2/repository/org"));
        link(REPOSITORY, own.getParent(), List.of("org", ".kumiki"));
        link(REPOSITORY.resolve("org"), own, List.of("kumiki"));
    }

    private static void link(Path from, Path to, List<String> without) throws IOException {
        try (Stream<Path> all = Files.list(from)) {
            for (Path one : all.filter(path -> !without.contains(path.getFileName().toString())).toList()) {
                Files.createSymbolicLink(to.resolve(one.getFileName()), one);
            }
        }
    }
}
