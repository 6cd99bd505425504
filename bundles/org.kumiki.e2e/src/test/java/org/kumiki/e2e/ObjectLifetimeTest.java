package org.kumiki.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that go by themselves, and objects that do not come in: with the AWS command line, on a platform whose days are short. */
class ObjectLifetimeTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static Platform platform;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        platform = Platform.prepare();
        platform.load("lifecyclePeriodSeconds = 1\nlifecycleDaySeconds = 2\n", "org.kumiki.aws.s3.cfg");
        platform.start();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @Test
    void whatExpiresGoesAndNothingElse() throws IOException {
        bucket("expiring");
        s3api("put-bucket-lifecycle-configuration", "--bucket", "expiring", "--lifecycle-configuration",
                "{\"Rules\": [{\"ID\": \"logs\", \"Status\": \"Enabled\", \"Filter\": {\"Prefix\": \"log/\"}, \"Expiration\": {\"Days\": 1}, "
                        + "\"AbortIncompleteMultipartUpload\": {\"DaysAfterInitiation\": 1}}]}");
        s3api("create-multipart-upload", "--bucket", "expiring", "--key", "log/part");
        put("expiring", "kept", 10);
        assertThat(put("expiring", "log/a", 10)).contains("rule-id=\"logs\"");

        Await.until("nothing but what is kept", SOON, () -> s3api("list-objects-v2", "--bucket", "expiring", "--query", "Contents[].Key").equals("kept")
                && s3api("list-multipart-uploads", "--bucket", "expiring", "--query", "Uploads").equals("None"));
        assertThat(platform.shell("kumiki:lifecycle expiring")).contains("0 are due, 0 will be");
    }

    @Test
    void versionsGoAndTheirMarkersAfterThem() throws IOException {
        bucket("versions");
        s3api("put-bucket-versioning", "--bucket", "versions", "--versioning-configuration", "Status=Enabled");
        put("versions", "a", 10);
        put("versions", "a", 20);
        s3api("put-bucket-lifecycle-configuration", "--bucket", "versions", "--lifecycle-configuration",
                "{\"Rules\": [{\"ID\": \"all\", \"Status\": \"Enabled\", \"Filter\": {}, \"Expiration\": {\"Days\": 1}, "
                        + "\"NoncurrentVersionExpiration\": {\"NoncurrentDays\": 1}}]}");

        Await.until("nothing", SOON, () -> s3api("list-object-versions", "--bucket", "versions", "--query",
                "length(not_null(Versions, DeleteMarkers, `[]`))").equals("0"));
        s3api("delete-bucket", "--bucket", "versions");
    }

    @Test
    void nothingComesInBeyondAQuota() throws IOException {
        bucket("full");
        platform.shell("kumiki:quota --bytes 1k --objects 2 full");
        put("full", "a", 1000);

        assertThat(refused("full", "b", 100)).contains("QuotaExceeded");
        put("full", "b", 10);
        assertThat(refused("full", "c", 0)).contains("QuotaExceeded");
        assertThat(platform.shell("kumiki:buckets").lines()).anyMatch(line -> line.matches(" +2 +1 +2 +1 .* full"));
        platform.kill();
        platform.start();
        assertThat(refused("full", "c", 0)).as("after a restart").contains("QuotaExceeded");
        platform.shell("kumiki:quota full");
        put("full", "c", 2000);
    }

    private static void bucket(String name) {
        s3api("create-bucket", "--bucket", name);
    }

    /** @return when it expires */
    private String put(String bucket, String key, int size) throws IOException {
        return s3api("put-object", "--bucket", bucket, "--key", key, "--body", file(size), "--query", "Expiration");
    }

    private String refused(String bucket, String key, int size) throws IOException {
        return platform.kumiki("aws", "s3api", "put-object", "--bucket", bucket, "--key", key, "--body", file(size)).run().errors();
    }

    private String file(int size) throws IOException {
        return Files.write(directory.resolve("body"), "x".repeat(size).getBytes(UTF_8)).toString();
    }

    private static String s3api(String... arguments) {
        return platform.kumiki("aws", "--output", "text", "s3api").and(arguments).within(SOON).run().text();
    }
}
