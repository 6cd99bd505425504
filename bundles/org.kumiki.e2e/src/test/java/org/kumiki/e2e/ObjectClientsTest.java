package org.kumiki.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.testing.Python;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import com.amazonaws.services.s3.model.ObjectMetadata;
import com.amazonaws.services.s3.model.S3ObjectSummary;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Clients of S3, unchanged: each makes a bucket, puts small and large objects into it, finds and reads them, copies, and leaves nothing. */
class ObjectClientsTest {

    private static final int LARGE = 20 * 1024 * 1024;
    private static final int PART = 8 * 1024 * 1024;
    private static final int PARTS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int FORBIDDEN = 403;
    private static final String OTHER_KEY = "AKIAADAADAADAADAADA2";
    private static final String OTHER_SECRET = "forty-letters-and-digits-of-another-one-";

    private static Platform platform;
    private static byte[] small;
    private static byte[] large;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        platform = Platform.prepare().start();
        small = "a line of text\n".repeat(100).getBytes(UTF_8);
        large = new byte[LARGE];
        new Random(4).nextBytes(large);
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @Test
    void theCommandLineDoesWhatAPersonDoes() throws IOException {
        Path tree = tree();
        s3("mb", "s3://cli");
        s3("cp", tree.resolve("docs/small.txt").toString(), "s3://cli/docs/a b+ü.txt");
        s3("sync", tree.toString(), "s3://cli/tree");

        assertThat(s3("ls").lines()).anyMatch(line -> line.endsWith(" cli"));
        assertThat(names(s3("ls", "s3://cli/"))).containsExactly("docs/", "tree/");
        assertThat(names(s3("ls", "--recursive", "s3://cli/tree/"))).containsExactly("tree/docs/small.txt", "tree/large");
        assertThat(s3("sync", tree.toString(), "s3://cli/tree")).as("nothing new").isEmpty();
        s3("cp", "s3://cli/tree/large", "s3://cli/copies/large");
        s3("sync", "s3://cli", directory.resolve("back").toString());
        assertThat(directory.resolve("back/copies/large")).hasBinaryContent(large);
        assertThat(directory.resolve("back/tree/docs/small.txt")).hasBinaryContent(small);
        assertThat(directory.resolve("back/docs/a b+ü.txt")).hasBinaryContent(small);

        s3("rm", "s3://cli/copies/large");
        assertThat(names(s3("ls", "s3://cli/"))).containsExactly("docs/", "tree/");
        s3("rb", "--force", "s3://cli");
        assertThat(platform.kumiki("aws", "s3", "ls", "s3://cli").run().errors()).contains("NoSuchBucket");
    }

    @Test
    void theCommandLineUploadsPartByPart() throws IOException {
        s3api("create-bucket", "--bucket", "parts");
        String upload = s3api("create-multipart-upload", "--bucket", "parts", "--key", "large", "--query", "UploadId");
        List<String> parts = new ArrayList<>();
        for (int number = 1; number <= PARTS; number++) {
            Path part = Files.write(directory.resolve("part" + number), part(number));
            String tag = s3api("upload-part", "--bucket", "parts", "--key", "large", "--upload-id", upload, "--part-number", "" + number, "--body",
                    part.toString(), "--query", "ETag");
            parts.add("{ETag=%s,PartNumber=%d}".formatted(tag, number));
        }
        assertThat(s3api("list-multipart-uploads", "--bucket", "parts", "--query", "Uploads[].Key")).isEqualTo("large");
        assertThat(s3api("list-objects-v2", "--bucket", "parts", "--query", "Contents[].Key")).as("before it is complete").isEqualTo("None");
        String tag = s3api("complete-multipart-upload", "--bucket", "parts", "--key", "large", "--upload-id", upload, "--multipart-upload",
                "Parts=[" + String.join(",", parts) + "]", "--query", "ETag");

        assertThat(tag).endsWith("-3\"");
        s3api("get-object", "--bucket", "parts", "--key", "large", directory.resolve("all").toString());
        s3api("get-object", "--bucket", "parts", "--key", "large", "--range", "bytes=8388600-8388615", directory.resolve("range").toString());
        assertThat(directory.resolve("all")).hasBinaryContent(large);
        assertThat(directory.resolve("range")).hasBinaryContent(Arrays.copyOfRange(large, 8_388_600, 8_388_616));
        s3api("delete-object", "--bucket", "parts", "--key", "large");
        s3api("delete-bucket", "--bucket", "parts");
    }

    /** Each Python that has boto3: newer ones send checksums of their own accord, in other ways. */
    @TestFactory
    Stream<DynamicTest> boto3DoesWhatAnApplicationDoes() {
        Map<String, Path> pythons = Python.with("boto3");
        assumeTrue(!pythons.isEmpty(), "no Python here has boto3");
        return pythons.entrySet().stream().map(python -> DynamicTest.dynamicTest("boto3 of " + python.getKey(), () -> assertThat(
                Program.python(python.getValue()).and(ClientsTest.resource("objects.py").toString()).with(platform.environment()).within(PATIENCE)
                        .run().text()).contains("is content")));
    }

    @Test
    void s3cmdDoesWhatAPersonDoes() throws IOException {
        assumeInstalled("s3cmd");
        Path tree = tree();
        String authority = platform.endpoint().getAuthority();
        Path settings = Files.writeString(directory.resolve("s3cfg"), """
                [default]
                access_key = %s
                secret_key = %s
                host_base = %s
                host_bucket = %s
                use_https = False
                max_retries = 1
                """.formatted(platform.accessKey(), platform.secretKey(), authority, authority));
        Program s3cmd = Program.of("s3cmd", "--config", settings.toString(), "--no-progress").within(PATIENCE);

        s3cmd.and("mb", "s3://s3cmd").run().text();
        s3cmd.and("put", "--multipart-chunk-size-mb=8", tree.resolve("large").toString(), "s3://s3cmd/large").run().text();
        s3cmd.and("sync", tree + "/", "s3://s3cmd/tree/").run().text();
        s3cmd.and("cp", "s3://s3cmd/tree/docs/small.txt", "s3://s3cmd/copies/a b+ü.txt").run().text();
        assertThat(names(s3cmd.and("ls", "--recursive", "s3://s3cmd/tree/").run().text()))
                .containsExactly("s3://s3cmd/tree/docs/small.txt", "s3://s3cmd/tree/large");
        assertThat(s3cmd.and("info", "s3://s3cmd/copies/a b+ü.txt").run().text()).contains("File size: " + small.length);
        s3cmd.and("get", "s3://s3cmd/large", directory.resolve("large").toString()).run().text();
        s3cmd.and("get", "s3://s3cmd/copies/a b+ü.txt", directory.resolve("small").toString()).run().text();
        assertThat(directory.resolve("large")).hasBinaryContent(large);
        assertThat(directory.resolve("small")).hasBinaryContent(small);

        s3cmd.and("del", "s3://s3cmd/large").run().text();
        assertThat(s3cmd.and("rb", "s3://s3cmd").run().errors()).contains("BucketNotEmpty");
        s3cmd.and("rb", "--recursive", "--force", "s3://s3cmd").run().text();
        assertThat(s3cmd.and("ls").run().text()).doesNotContain("s3://s3cmd");
    }

    @Test
    void rcloneKeepsTwoTreesAlike() throws IOException {
        assumeInstalled("rclone");
        Path tree = tree();
        Map<String, String> remote = new HashMap<>();
        Map.of("TYPE", "s3", "PROVIDER", "Other", "ENDPOINT", platform.endpoint().toString(), "ACCESS_KEY_ID", platform.accessKey(),
                "SECRET_ACCESS_KEY", platform.secretKey(), "REGION", "us-east-1", "UPLOAD_CUTOFF", "8M", "CHUNK_SIZE", "5M")
                .forEach((name, value) -> remote.put("RCLONE_CONFIG_KUMIKI_" + name, value));
        Program rclone = Program.of("rclone", "--config", "/dev/null", "--retries", "1", "--low-level-retries", "1").with(remote).within(PATIENCE);

        rclone.and("mkdir", "kumiki:rclone").run().text();
        rclone.and("sync", tree.toString(), "kumiki:rclone/tree").run().text();
        rclone.and("check", "--download", tree.toString(), "kumiki:rclone/tree").run().text();
        assertThat(rclone.and("lsf", "--recursive", "--files-only", "kumiki:rclone/tree/docs").run().text()).isEqualTo("small.txt");
        assertThat(rclone.and("cat", "--offset", "2", "--count", "4", "kumiki:rclone/tree/docs/small.txt").run().text()).isEqualTo("line");
        rclone.and("copyto", "kumiki:rclone/tree/large", "kumiki:rclone/copies/a b+ü").run().text();
        rclone.and("copyto", "kumiki:rclone/copies/a b+ü", directory.resolve("large").toString()).run().text();
        assertThat(directory.resolve("large")).hasBinaryContent(large);

        Files.delete(tree.resolve("large"));
        rclone.and("sync", tree.toString(), "kumiki:rclone/tree").run().text();
        assertThat(rclone.and("lsf", "--recursive", "--files-only", "kumiki:rclone").run().text().lines())
                .containsExactlyInAnyOrder("copies/a b+ü", "tree/docs/small.txt");
        rclone.and("purge", "kumiki:rclone").run().text();
        assertThat(rclone.and("lsf", "kumiki:").run().text()).doesNotContain("rclone");
    }

    @Test
    void theSdkForJavaDoesWhatAnApplicationDoes() {
        try (S3Client client = platform.objects()) {
            client.createBucket(create -> create.bucket("java"));
            client.waiter().waitUntilBucketExists(wait -> wait.bucket("java"));
            client.putObject(put -> put.bucket("java").key("docs/a b+ü").metadata(Map.of("colour", "blue")), RequestBody.fromBytes(small));
            String upload = client.createMultipartUpload(create -> create.bucket("java").key("docs/large")).uploadId();
            List<CompletedPart> parts = new ArrayList<>();
            for (int i = 1; i <= PARTS; i++) {
                int number = i;
                String tag = client.uploadPart(part -> part.bucket("java").key("docs/large").uploadId(upload).partNumber(number),
                        RequestBody.fromBytes(part(number))).eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
            }
            client.completeMultipartUpload(
                    complete -> complete.bucket("java").key("docs/large").uploadId(upload).multipartUpload(all -> all.parts(parts)));
            client.copyObject(copy -> copy.sourceBucket("java").sourceKey("docs/large").destinationBucket("java").destinationKey("copy"));

            assertThat(client.headObject(head -> head.bucket("java").key("docs/a b+ü")).metadata()).containsEntry("colour", "blue");
            assertThat(read(client, "java", "docs/a b+ü")).isEqualTo(small);
            assertThat(read(client, "java", "copy")).isEqualTo(large);
            assertThat(client.getObjectAsBytes(get -> get.bucket("java").key("docs/large").range("bytes=8388600-8388615")).asByteArray())
                    .isEqualTo(Arrays.copyOfRange(large, 8_388_600, 8_388_616));
            assertThat(client.listObjectsV2Paginator(list -> list.bucket("java").prefix("docs/").maxKeys(1)).contents())
                    .extracting(S3Object::key).containsExactly("docs/a b+ü", "docs/large");
            empty(client, "java");
            assertRefused(404, "NoSuchBucket", () -> client.listObjectsV2(list -> list.bucket("java")));
        }
    }

    /** Version 1 of it signs what it sends in chunks, or, for those who ask it to, as in the first years of S3. */
    @ParameterizedTest
    @ValueSource(strings = { "AWSS3V4SignerType", "S3SignerType" })
    void theOldSdkForJavaDoesWhatAnApplicationDoes(String signer) throws IOException {
        String bucket = "java1-" + signer.toLowerCase(Locale.ROOT);
        AmazonS3 client = oldClient(signer);
        try {
            client.createBucket(bucket);
            client.putObject(bucket, "docs/a b+ü", new ByteArrayInputStream(small), metadata(small.length, "colour", "blue"));
            client.putObject(bucket, "docs/large", new ByteArrayInputStream(large), metadata(large.length, "colour", "red"));
            client.copyObject(bucket, "docs/large", bucket, "copy");

            assertThat(client.getObjectMetadata(bucket, "docs/a b+ü").getUserMetaDataOf("colour")).isEqualTo("blue");
            try (InputStream content = client.getObject(bucket, "copy").getObjectContent()) {
                assertThat(content.readAllBytes()).isEqualTo(large);
            }
            assertThat(client.listObjects(bucket, "docs/").getObjectSummaries()).extracting(S3ObjectSummary::getKey)
                    .containsExactly("docs/a b+ü", "docs/large");
            for (String key : List.of("docs/a b+ü", "docs/large", "copy")) {
                client.deleteObject(bucket, key);
            }
            client.deleteBucket(bucket);
            assertThat(client.doesBucketExistV2(bucket)).isFalse();
        } finally {
            client.shutdown();
        }
    }

    private static ObjectMetadata metadata(long length, String name, String value) {
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentLength(length);
        metadata.addUserMetadata(name, value);
        return metadata;
    }

    private static AmazonS3 oldClient(String signer) {
        return AmazonS3ClientBuilder.standard().withPathStyleAccessEnabled(true)
                .withEndpointConfiguration(new AwsClientBuilder.EndpointConfiguration(platform.endpoint().toString(), "us-east-1"))
                .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials(platform.accessKey(), platform.secretKey())))
                .withClientConfiguration(new ClientConfiguration().withSignerOverride(signer).withMaxErrorRetry(0)).build();
    }

    private static byte[] part(int number) {
        return Arrays.copyOfRange(large, (number - 1) * PART, Math.min(number * PART, LARGE));
    }

    /** What comes as a stream is sent in chunks, with the checksum behind it. */
    @ParameterizedTest
    @EnumSource(value = ChecksumAlgorithm.class, names = { "CRC32", "CRC32_C", "SHA1", "SHA256" })
    void theSdkForJavaStreamsWithAChecksum(ChecksumAlgorithm algorithm) {
        String bucket = "streams-" + algorithm.toString().toLowerCase(Locale.ROOT);
        try (S3Client client = platform.objects()) {
            client.createBucket(create -> create.bucket(bucket));
            client.putObject(put -> put.bucket(bucket).key("streamed").checksumAlgorithm(algorithm),
                    RequestBody.fromContentProvider(() -> new ByteArrayInputStream(large), LARGE, "application/octet-stream"));

            assertThat(read(client, bucket, "streamed")).isEqualTo(large);
            assertThat(client.headObject(head -> head.bucket(bucket).key("streamed").checksumMode(ChecksumMode.ENABLED)).toString())
                    .contains("Checksum" + algorithm.toString().replace("_", ""));
            empty(client, bucket);
        }
    }

    @Test
    void whoHasASignedAddressNeedsNoKey() throws IOException, InterruptedException {
        try (S3Client client = platform.objects(); S3Presigner presigner = presigner()) {
            client.createBucket(create -> create.bucket("presigned"));
            URI put = URI.create(presigner.presignPutObject(sign -> sign.signatureDuration(Duration.ofMinutes(5))
                    .putObjectRequest(request -> request.bucket("presigned").key("a b+ü"))).url().toString());
            URI get = URI.create(presigner.presignGetObject(sign -> sign.signatureDuration(Duration.ofMinutes(5))
                    .getObjectRequest(request -> request.bucket("presigned").key("a b+ü"))).url().toString());
            HttpClient http = HttpClient.newHttpClient();

            assertThat(http.send(HttpRequest.newBuilder(put).PUT(HttpRequest.BodyPublishers.ofByteArray(small)).build(),
                    HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            assertThat(http.send(HttpRequest.newBuilder(get).build(), HttpResponse.BodyHandlers.ofByteArray()).body()).isEqualTo(small);
            assertThat(http.send(HttpRequest.newBuilder(URI.create(get.toString().replace("b%2B", "c%2B"))).build(),
                    HttpResponse.BodyHandlers.ofString())).as("another address").satisfies(answer -> {
                        assertThat(answer.statusCode()).isEqualTo(FORBIDDEN);
                        assertThat(answer.body()).contains("<Code>SignatureDoesNotMatch</Code>");
                    });
            empty(client, "presigned");
        }
    }

    private static S3Presigner presigner() {
        return S3Presigner.builder().endpointOverride(platform.endpoint()).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(platform.accessKey(), platform.secretKey())))
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build()).build();
    }

    @Test
    void s3fsShowsABucketAsADirectory() throws IOException {
        assumeInstalled("s3fs");
        Path password = Files.writeString(Files.createTempFile("s3fs-", ".password"), platform.accessKey() + ":" + platform.secretKey());
        Path mounted = Files.createDirectory(directory.resolve("mounted"));
        try (S3Client client = platform.objects()) {
            client.createBucket(create -> create.bucket("s3fs"));
            Program.Ended mounting = Program.of("s3fs", "s3fs", mounted.toString(), "-o", "url=" + platform.endpoint(), "-o",
                    "use_path_request_style", "-o", "passwd_file=" + password, "-o", "retries=1", "-o", "multipart_size=8").run();
            assumeTrue(mounting.exitCode() == 0, () -> "no FUSE here: " + mounting);
            assertThat(isMounted(mounted)).as("mounted").isTrue();
            try {
                Files.createDirectory(mounted.resolve("docs"));
                Files.write(mounted.resolve("docs/small.txt"), small);
                Files.write(mounted.resolve("docs/large"), large);
                Files.write(mounted.resolve("docs/small.txt"), small, StandardOpenOption.APPEND);
                Files.move(mounted.resolve("docs/large"), mounted.resolve("docs/moved"));

                assertThat(read(client, "s3fs", "docs/small.txt")).hasSize(2 * small.length);
                assertThat(read(client, "s3fs", "docs/moved")).isEqualTo(large);
                assertThat(mounted.resolve("docs/moved")).hasBinaryContent(large);
                try (Stream<Path> files = Files.list(mounted.resolve("docs"))) {
                    assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("small.txt", "moved");
                }
                client.putObject(put -> put.bucket("s3fs").key("docs/other"), RequestBody.fromBytes(small));
                assertThat(mounted.resolve("docs/other")).hasBinaryContent(small);
                Files.delete(mounted.resolve("docs/moved"));
                assertRefused(404, "NoSuchKey", () -> read(client, "s3fs", "docs/moved"));
            } finally {
                Program.of("fusermount", "-u", mounted.toString()).run().text();
            }
        } finally {
            Files.delete(password);
            try (S3Client client = platform.objects()) {
                empty(client, "s3fs");
            }
        }
    }

    /** What mounts says so before it has seen the bucket, and may yet go away. */
    private static boolean isMounted(Path directory) throws IOException {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/mounts"))) {
            return mounts.anyMatch(line -> line.startsWith("s3fs " + directory + " "));
        }
    }

    @Test
    void theSdkForJavaScriptDoesWhatAnApplicationDoes() throws IOException {
        assumeInstalled("node");
        assumeInstalled("npm");
        Program.Ended installed = Program.of("npm", "install", "--engine-strict", "--no-audit", "--no-fund", "--fetch-retries=0", "--prefix",
                directory.toString(), "@aws-sdk/client-s3@3", "@aws-sdk/lib-storage@3").within(PATIENCE).run();
        assumeTrue(installed.exitCode() == 0, () -> "the SDK for JavaScript cannot be had here: " + installed);
        Path script = Files.copy(ClientsTest.resource("objects.mjs"), directory.resolve("objects.mjs"));

        assertThat(Program.of("node", script.toString()).with(platform.environment()).within(PATIENCE).run().text()).contains("is content");
    }

    @Test
    void whatIsOfOneAccountIsNothingToAnother() throws IOException {
        Files.writeString(platform.data().resolve("identity/accounts.ini"), """

                [account 000000000002]
                name = ada

                [key %s]
                account = 000000000002
                secret = %s
                active = true
                """.formatted(OTHER_KEY, OTHER_SECRET), StandardOpenOption.APPEND);
        try (S3Client owner = platform.objects(); S3Client other = platform.objects(OTHER_KEY, OTHER_SECRET);
                S3Client liar = platform.objects(OTHER_KEY, OTHER_SECRET.toUpperCase(Locale.ROOT))) {
            Await.until("the key of the other account", PATIENCE, () -> isKnown(other));
            owner.createBucket(create -> create.bucket("mine"));
            owner.putObject(put -> put.bucket("mine").key("secret"), RequestBody.fromBytes(small));

            assertDenied(() -> read(other, "mine", "secret"));
            assertDenied(() -> other.listObjectsV2(list -> list.bucket("mine")));
            assertDenied(() -> other.putObject(put -> put.bucket("mine").key("other"), RequestBody.fromBytes(small)));
            assertDenied(() -> other.createMultipartUpload(create -> create.bucket("mine").key("other")));
            assertDenied(() -> other.deleteObject(delete -> delete.bucket("mine").key("secret")));
            assertDenied(() -> other.deleteBucket(delete -> delete.bucket("mine")));
            assertRefused(409, "BucketAlreadyExists", () -> other.createBucket(create -> create.bucket("mine")));
            assertRefused(FORBIDDEN, "SignatureDoesNotMatch", () -> liar.listObjectsV2(list -> list.bucket("mine")));

            other.createBucket(create -> create.bucket("theirs"));
            assertDenied(() -> other.copyObject(
                    copy -> copy.sourceBucket("mine").sourceKey("secret").destinationBucket("theirs").destinationKey("stolen")));
            assertThat(other.listBuckets().buckets()).extracting(Bucket::name).containsExactly("theirs");
            assertThat(owner.listBuckets().buckets()).extracting(Bucket::name).contains("mine").doesNotContain("theirs");
            assertThat(read(owner, "mine", "secret")).isEqualTo(small);
            empty(other, "theirs");
            empty(owner, "mine");
        }
    }

    private static boolean isKnown(S3Client client) {
        try {
            client.listBuckets();
            return true;
        } catch (S3Exception e) {
            return false;
        }
    }

    private static void assertDenied(ThrowingCallable call) {
        assertRefused(FORBIDDEN, "AccessDenied", call);
    }

    private static void assertRefused(int status, String code, ThrowingCallable call) {
        assertThatExceptionOfType(S3Exception.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.requestId()).isNotBlank();
        });
    }

    private static byte[] read(S3Client client, String bucket, String key) {
        return client.getObjectAsBytes(get -> get.bucket(bucket).key(key).checksumMode(ChecksumMode.ENABLED)).asByteArray();
    }

    /** Deletes a bucket and all that is in it. */
    private static void empty(S3Client client, String bucket) {
        client.listObjectsV2Paginator(list -> list.bucket(bucket)).contents()
                .forEach(object -> client.deleteObject(delete -> delete.bucket(bucket).key(object.key())));
        client.deleteBucket(delete -> delete.bucket(bucket));
    }

    /** A directory with a small and a large file in it. */
    private Path tree() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree/docs")).getParent();
        Files.write(tree.resolve("docs/small.txt"), small);
        Files.write(tree.resolve("large"), large);
        return tree;
    }

    private static String s3(String... arguments) {
        return platform.kumiki("aws", "s3").and(arguments).with(Map.of("AWS_MAX_ATTEMPTS", "1")).within(PATIENCE).run().text();
    }

    private static String s3api(String... arguments) {
        return platform.kumiki("aws", "--output", "text", "s3api").and(arguments).with(Map.of("AWS_MAX_ATTEMPTS", "1")).within(PATIENCE).run().text();
    }

    /** The last word of each line of a list. */
    private static List<String> names(String list) {
        return list.lines().map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList();
    }

    private static void assumeInstalled(String program) {
        assumeTrue(Program.isInstalled(program), () -> program + " is not installed");
    }
}
