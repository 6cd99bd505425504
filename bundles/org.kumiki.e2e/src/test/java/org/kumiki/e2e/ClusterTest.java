package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A platform that keeps its objects in a cluster, which is another platform. */
class ClusterTest {

    private static final String BUCKET = "shelf";
    private static final int PART = 6 * 1024 * 1024;

    private static Platform cluster;
    private static Platform platform;

    @BeforeAll
    static void start() {
        cluster = Platform.prepare().start();
        try (S3Client client = cluster.objects()) {
            client.createBucket(create -> create.bucket("blobs-of-kumiki"));
        }
        platform = Platform.prepare();
        platform.load("""
                endpoint = "%s"
                bucket = "blobs-of-kumiki"
                prefix = "first"
                credentials = "%s"
                """.formatted(cluster.endpoint(), cluster.data().resolve("credentials")), "org.kumiki.storage.s3.cfg");
        platform.load("osgi.ds.satisfying.condition.target = \"(osgi.condition.id=never)\"\n", "org.kumiki.storage.file.cfg");
        platform.start();
    }

    @AfterAll
    static void close() {
        platform.close();
        cluster.close();
    }

    @Test
    void whatClientsPutIsInTheClusterAndSurvivesThePlatform() {
        byte[] large = new byte[PART + 1_000];
        new Random(1).nextBytes(large);
        try (S3Client client = platform.objects()) {
            client.createBucket(create -> create.bucket(BUCKET));
            client.putObject(put -> put.bucket(BUCKET).key("dir/small").contentType("text/plain"), RequestBody.fromString("small"));
            String upload = client.createMultipartUpload(create -> create.bucket(BUCKET).key("large")).uploadId();
            List<CompletedPart> parts = List.of(part(client, upload, 1, large, 0, PART), part(client, upload, 2, large, PART, large.length));
            client.completeMultipartUpload(complete -> complete.bucket(BUCKET).key("large").uploadId(upload)
                    .multipartUpload(all -> all.parts(parts)));
            client.copyObject(copy -> copy.sourceBucket(BUCKET).sourceKey("large").destinationBucket(BUCKET).destinationKey("copy"));
        }

        platform.kill();
        platform.start();

        try (S3Client client = platform.objects()) {
            assertThat(client.listObjectsV2(list -> list.bucket(BUCKET)).contents()).extracting(S3Object::key).containsExactly("copy", "dir/small",
                    "large");
            assertThat(client.getObjectAsBytes(get -> get.bucket(BUCKET).key("dir/small")).asUtf8String()).isEqualTo("small");
            assertThat(client.getObjectAsBytes(get -> get.bucket(BUCKET).key("large")).asByteArray()).isEqualTo(large);
            assertThat(client.getObjectAsBytes(get -> get.bucket(BUCKET).key("copy").range("bytes=" + (PART - 1) + "-" + PART)).asByteArray())
                    .containsExactly(large[PART - 1], large[PART]);
            assertThatExceptionOfType(S3Exception.class).isThrownBy(() -> client.putObject(put -> put.bucket(BUCKET).key("copy").ifNoneMatch("*"),
                    RequestBody.empty())).matches(e -> e.statusCode() == 412);
        }
        assertThat(Files.exists(platform.data().resolve("blobs"))).isFalse();
        assertThat(platform.shell("kumiki:cluster")).contains("answers").contains(BUCKET);
        try (S3Client client = cluster.objects()) {
            assertThat(client.listObjectsV2(list -> list.bucket("blobs-of-kumiki")).contents()).extracting(S3Object::key)
                    .allMatch(key -> key.startsWith("first/"));
        }
    }

    private static CompletedPart part(S3Client client, String upload, int number, byte[] bytes, int from, int to) {
        byte[] part = Arrays.copyOfRange(bytes, from, to);
        return CompletedPart.builder().partNumber(number).eTag(client.uploadPart(request -> request.bucket(BUCKET).key("large").uploadId(upload)
                .partNumber(number), RequestBody.fromBytes(part)).eTag()).build();
    }

    @Test
    void aClusterThatIsAwayIsToldOf() {
        cluster.stop();
        try (S3Client client = platform.objects()) {
            assertThatExceptionOfType(S3Exception.class).isThrownBy(client::listBuckets).matches(e -> e.statusCode() == 503);
            assertThat(platform.shell("kumiki:cluster")).contains("does not work");
        } finally {
            cluster.start();
        }
        try (S3Client client = platform.objects()) {
            client.listBuckets();
        }
    }
}
