package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.ec2.Ec2Client;

/** An operator says whom to trust, with the two commands of the documentation; then nothing else comes in through {@code load/}. */
class SignedBundlesTest {

    private static final Duration TO_FOLLOW = Duration.ofSeconds(60);

    @TempDir
    private Path directory;
    private Platform platform;

    @BeforeEach
    void trustMe() throws IOException {
        Path conf = Files.createDirectory(directory.resolve("conf"));
        for (Path file : Platform.files(Platform.home().resolve("conf")).filter(Files::isRegularFile).toList()) {
            Files.copy(file, conf.resolve(file.getFileName()));
        }
        Files.createDirectory(conf.resolve("trusted"));
        jdk("keytool", "-genkeypair", "-alias", "me", "-dname", "CN=me", "-keyalg", "EC");
        jdk("keytool", "-exportcert", "-rfc", "-alias", "me", "-file", conf.resolve("trusted/me.pem").toString());
        platform = Paper.start(Platform.prepare(conf), 3);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void aPartThatNobodySignedIsRefusedAndTheSameOneSignedTakesOver() throws IOException {
        Path spread = Platform.extra("org.kumiki.scheduler.spread");

        platform.load(spread, "spread.jar");
        Await.until("the refusal in the log", TO_FOLLOW, () -> log().contains("ERROR") && log().contains(
                "org.kumiki.audit: org.kumiki.scheduler.spread 1.0.0"));
        assertThat(log()).containsPattern("org.kumiki.audit: org.kumiki.scheduler.spread 1.0.0.* is refused: its entry .* is not signed; sign it");
        assertThat(scheduler()).contains("bestfit");
        launches();

        platform.load(signed(spread, "signed"), "spread.jar");
        Await.until("that the signed one decides", TO_FOLLOW, () -> scheduler().contains("spread"));
        launches();
        assertThat(log()).containsPattern("org.kumiki.scheduler.spread 1.0.0.* is let in: signed by CN=me");

        platform.load(signed(BundleJar.withVersion(spread, "0.9.0", directory), "older"), "spread.jar");
        Await.until("the refusal of an older one", TO_FOLLOW, () -> log().contains("ran before; give it a higher version"));
        Await.until("that the one before decides", TO_FOLLOW, () -> scheduler().contains("bestfit"));
        launches();
    }

    @Test
    void whatWasSignedStillRunsAfterAPowerCut() throws IOException {
        platform.load(signed(Platform.extra("org.kumiki.scheduler.spread"), "signed"), "spread.jar");
        Await.until("that the signed one decides", TO_FOLLOW, () -> scheduler().contains("spread"));

        platform.kill();
        platform.start();

        Await.until("that the signed one decides again", TO_FOLLOW, () -> scheduler().contains("spread"));
        launches();
    }

    private void launches() {
        try (Ec2Client client = platform.client()) {
            assertThat(client.runInstances(Paper.launch(Paper.imageId(client), 1, "signed-" + System.nanoTime())).instances()).hasSize(1);
        }
    }

    private String scheduler() {
        return platform.shell("plugins").lines().filter(line -> line.contains("scheduler") && line.contains("active")).findFirst().orElse("none");
    }

    private String log() {
        return Platform.text(platform.log().resolve("kumiki.log"));
    }

    private Path signed(Path jar, String name) {
        Path signed = directory.resolve(name + ".jar");
        jdk("jarsigner", "-signedjar", signed.toString(), jar.toString(), "me");
        return signed;
    }

    private void jdk(String program, String... arguments) {
        Program.of(Path.of(System.getProperty("java.home"), "bin", program).toString(), "-keystore", directory.resolve("me.p12").toString(),
                "-storepass", "changeit").and(arguments).run().text();
    }
}
