package org.kumiki.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The one command, as people and scripts use it: what it says, where, and with which exit code. */
@ExtendWith(Platforms.class)
class CommandTest {

    private static final int NOT_RUNNING = 3;

    private Platform platform;

    @BeforeEach
    void prepare() {
        platform = Platform.prepare();
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void startReturnsWhenTheEndpointServesAndStopWhenAllHasEnded() {
        assertThat(status().exitCode()).isEqualTo(NOT_RUNNING);

        Program.Ended start = start();
        assertThat(start.text()).startsWith("Kumiki serves").contains(platform.endpoint().toString(), platform.console().toString());
        assertThat(start.errors()).as("nothing is missing here").isEmpty();
        assertThat(platform.ec2("describe-regions", "--query", "Regions[0].RegionName")).isEqualTo("us-east-1");
        assertThat(status().text()).contains("Kumiki runs", platform.endpoint().toString(), platform.console().toString());
        assertThat(start().text()).startsWith("Kumiki runs already (process " + platform.pid());

        long pid = platform.pid();
        platform.stop();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(status().exitCode()).isEqualTo(NOT_RUNNING);
        assertThat(platform.kumiki("stop").run().text()).isEqualTo("Kumiki is not running.");
    }

    @Test
    void startPrintsTheConsolesAddressWhichLeadsToTheDatacenterAndWhereItsPasswordIs() throws IOException, InterruptedException {
        Path password = platform.data().resolve("console-password");
        assertThat(start().text()).contains(platform.console().toString(), "admin", password.toString());

        String login = Base64.getEncoder().encodeToString(("admin:" + Platform.text(password).strip()).getBytes(UTF_8));
        HttpResponse<Void> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(platform.console())
                .header("Authorization", "Basic " + login).build(), HttpResponse.BodyHandlers.discarding());

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location").orElseThrow()).endsWith("/kumiki-datacenter");
    }

    @Test
    void envIsForAShellToEvaluate() {
        platform.start();

        String said = Program.of("sh", "-c", "eval \"$(\"$0\" env)\"; env").and(Platform.home().resolve("bin/kumiki").toString())
                .with(Map.of("KUMIKI_DATA", platform.data().toString())).run().text();

        assertThat(said.lines()).contains("AWS_ENDPOINT_URL=" + platform.endpoint(), "AWS_ACCESS_KEY_ID=" + platform.accessKey(),
                "AWS_SECRET_ACCESS_KEY=" + platform.secretKey(), "AWS_DEFAULT_REGION=us-east-1", "KUMIKI_CONSOLE_URL=" + platform.console());
    }

    @Test
    void startSaysThatAPortIsTakenAndLeavesNothingRunning() throws IOException {
        try (ServerSocket taken = new ServerSocket(platform.endpoint().getPort(), 1, InetAddress.getLoopbackAddress())) {
            Program.Ended start = start();

            assertThat(start.exitCode()).isEqualTo(1);
            assertThat(start.errors()).contains("127.0.0.1:" + taken.getLocalPort(), "--port", "it did not start");
        }
        assertThat(status().exitCode()).isEqualTo(NOT_RUNNING);
        assertThat(start().exitCode()).as("once it is free").isZero();
    }

    /** A machine that was switched off leaves such files behind, and gives the numbers in them to others. */
    @Test
    void aNumberThatNowIsAnotherPlatformsIsNotTakenForThisOne(@OnPaper Platform other) throws IOException {
        Files.createDirectories(platform.data().resolve("run"));
        for (long pid : List.of(other.pid(), ProcessHandle.current().pid())) {
            Files.writeString(platform.data().resolve("run/kumiki.pid"), pid + "\n");

            assertThat(status().exitCode()).isEqualTo(NOT_RUNNING);
            assertThat(platform.kumiki("stop").run().text()).isEqualTo("Kumiki is not running.");
        }
        assertThat(other.kumiki("status").run().text()).contains("process " + other.pid());
        assertThat(start().exitCode()).isZero();
    }

    @Test
    void whatNeedsAPlatformSaysThatThereIsNone() {
        for (List<String> verb : List.of(List.of("env"), List.of("aws", "ec2", "describe-regions"), List.of("shell", "hosts"),
                List.of("image", "add", "disk.raw"))) {
            Program.Ended ended = platform.kumiki(verb.toArray(String[]::new)).run();

            assertThat(ended.exitCode()).as(verb.toString()).isEqualTo(1);
            assertThat(ended.errors()).isEqualTo("kumiki: no platform runs on " + platform.data() + "; start one with 'kumiki start'\n");
            assertThat(ended.output()).isEmpty();
        }
    }

    @Test
    void whatItDoesNotKnowIsRefusedWithHelp() {
        Program.Ended verb = platform.kumiki("fly").run();
        assertThat(verb.exitCode()).isEqualTo(2);
        assertThat(verb.errors()).contains("no verb 'fly'", "usage: kumiki");

        Program.Ended option = platform.kumiki("--fly", "start").run();
        assertThat(option.exitCode()).isEqualTo(2);
        assertThat(option.errors()).contains("no option '--fly'");

        Program.Ended value = platform.kumiki("start", "--port").run();
        assertThat(value.exitCode()).isEqualTo(1);
        assertThat(value.errors()).isEqualTo("kumiki: --port needs a value\n");
    }

    @Test
    void theScriptsHoldWhatShellcheckKnows() {
        assumeTrue(Program.isInstalled("shellcheck"), "shellcheck is not installed");
        Path project = Path.of("../..").toAbsolutePath().normalize();

        Program.Ended checked = Program.of("shellcheck", "kumiki", "cnf/dist/bin/kumiki-lab", ".ci/run",
                "bundles/org.kumiki.e2e/s3-tests/run").in(project).run();

        assertThat(checked.output()).isEmpty();
        assertThat(checked.exitCode()).isZero();
    }

    private Program.Ended start() {
        return platform.starting().run();
    }

    private Program.Ended status() {
        return platform.kumiki("status").run();
    }
}
