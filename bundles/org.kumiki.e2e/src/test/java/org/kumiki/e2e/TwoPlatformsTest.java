package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;

/** Two platforms on one machine know nothing of each other, and nobody gets in who has no key. */
@ExtendWith(Platforms.class)
class TwoPlatformsTest {

    private final Platform one;
    private final Platform other;

    TwoPlatformsTest(Platform one, @OnPaper Platform other) {
        this.one = one;
        this.other = other;
    }

    @Test
    void eachHasItsOwnKeyWhichTheOtherDoesNotTake() {
        assertThat(one.accessKey()).isNotEqualTo(other.accessKey());
        assertThat(one.secretKey()).isNotEqualTo(other.secretKey()).hasSizeGreaterThanOrEqualTo(40);
        try (Ec2Client stranger = one.client(other.accessKey(), other.secretKey())) {
            assertThatExceptionOfType(Ec2Exception.class).isThrownBy(stranger::describeInstances)
                    .satisfies(e -> assertThat(e.statusCode()).isIn(401, 403));
        }
    }

    @Test
    void eachHasItsOwnInstances() {
        try (Ec2Client here = other.client(); Ec2Client there = one.client()) {
            String instance = here.runInstances(Paper.launch(Paper.imageId(here), 1, "two")).instances().get(0).instanceId();

            assertThat(Paper.described(here)).containsKey(instance);
            assertThat(Paper.described(there)).doesNotContainKey(instance);
            here.terminateInstances(request -> request.instanceIds(instance));
        }
    }

    @Test
    void theyListenAtTheirTwoPortsOnLoopbackAndNowhereElse() {
        for (Platform platform : List.of(one, other)) {
            assertThat(Sockets.listening(platform.pid())).containsExactlyInAnyOrder("127.0.0.1:" + platform.endpoint().getPort(),
                    "127.0.0.1:" + platform.console().getPort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "-/metrics", "system/console", "system/console/kumiki-datacenter.json", "system/console/kumiki-stores.json", "system/console/bundles",
            "system/console/components.json", "system/console/configMgr", "system/console/gogo", "system/console/status-Configurations.txt",
            "system/console/install", "latest/meta-data/" })
    void nobodyIsToldAnythingWithoutAKey(String path) throws IOException, InterruptedException {
        HttpClient anonymous = HttpClient.newHttpClient();
        for (URI root : List.of(one.endpoint(), one.console())) {
            for (String method : List.of("GET", "POST")) {
                HttpResponse<String> answer = anonymous.send(HttpRequest.newBuilder(root.resolve("/" + path))
                        .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as("%s %s", method, answer.uri()).isIn(302, 303, 400, 401, 403, 404, 405);
                assertThat(answer.body()).doesNotContain(one.secretKey()).doesNotContain("org.apache.felix");
            }
        }
    }

    @Test
    void whatHoldsASecretIsForItsOwnerAlone() throws IOException {
        for (Platform platform : List.of(one, other)) {
            assertThat(permissions(platform.data())).isEqualTo("rwx------");
            assertThat(permissions(platform.data().resolve("credentials"))).isEqualTo("rw-------");
            assertThat(permissions(platform.data().resolve("console-password"))).isEqualTo("rw-------");
            assertThat(permissions(platform.data().resolve("run/shell.sock"))).isEqualTo("rw-------");
        }
    }

    @Test
    void theLogsHoldNoSecret() {
        for (Platform platform : List.of(one, other)) {
            String password = Platform.text(platform.data().resolve("console-password")).strip();
            List<Path> logs = Platform.files(platform.log()).filter(Files::isRegularFile).toList();
            assertThat(logs).isNotEmpty().allSatisfy(log -> assertThat(Platform.text(log)).doesNotContain(platform.secretKey())
                    .doesNotContain(password).doesNotContain("PRIVATE KEY"));
        }
    }

    @Test
    void theSecondOneOnTheSameDataDirectoryIsRefused() {
        Program.Ended second = one.kumiki("--port", "0", "--console-port", "0", "run").run();

        assertThat(second.exitCode()).isNotZero();
        assertThat(second.errors()).contains("runs already");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
