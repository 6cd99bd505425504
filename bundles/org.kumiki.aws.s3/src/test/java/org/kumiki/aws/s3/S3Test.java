package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.blob.Blob;
import org.kumiki.aws.s3.Client.Answer;
import org.kumiki.aws.signature.ObjectSigner;

/** The façade as clients see it. */
class S3Test {

    private static final byte[] NOTHING = {};
    @TempDir
    Path data;
    private TestCloud cloud;
    private Client client;
    private Client other;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
        client = new Client(cloud.endpoint(), TestCloud.KEY);
        other = new Client(cloud.endpoint(), TestCloud.OTHER_KEY);
        client.call("PUT", "/bucket");
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @Test
    void keepsAnObjectWithAllThatWasSaidOfIt() throws Exception {
        client.call("PUT", "/bucket/a/%C3%A9%20b", Map.of("Content-Type", "text/plain", "x-amz-meta-colour", "red", "x-amz-tagging", "a=b"), bytes("hello"));

        Answer answer = client.call("GET", "/bucket/a/%C3%A9%20b");

        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.header("etag")).contains("\"5d41402abc4b2a76b9719d911017c592\"");
        assertThat(answer.header("content-type")).contains("text/plain");
        assertThat(answer.header("x-amz-meta-colour")).contains("red");
        assertThat(answer.header("x-amz-tagging-count")).contains("1");
        assertThat(client.call("GET", "/bucket?prefix=a/").xml().find("Contents").orElseThrow().get("Key")).contains("a/é b");
    }

    @Test
    void answersErrorsInItsOwnShape() throws Exception {
        Answer answer = client.call("GET", "/bucket/none");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("NoSuchKey");
        assertThat(answer.xml().get("Resource")).contains("/bucket/none");
        assertThat(answer.xml().get("RequestId")).isEqualTo(answer.header("x-amz-request-id"));
        assertThat(client.call("HEAD", "/bucket/none").body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "cors,NoSuchCORSConfiguration", "website,NoSuchWebsiteConfiguration", "lifecycle,NoSuchLifecycleConfiguration",
            "replication,ReplicationConfigurationNotFoundError", "encryption,ServerSideEncryptionConfigurationNotFoundError",
            "object-lock,ObjectLockConfigurationNotFoundError", "policy,NoSuchBucketPolicy", "tagging,NoSuchTagSet",
            "publicAccessBlock,NoSuchPublicAccessBlockConfiguration", "ownershipControls,OwnershipControlsNotFoundError",
            "acl,''", "versioning,''", "accelerate,''", "requestPayment,''", "logging,''", "notification,''", "location,''" })
    void saysWhatIsNotSetAsAwsDoes(String setting, String code) throws Exception {
        assertThat(client.call("GET", "/bucket?" + setting).code()).isEqualTo(code);
    }

    @Test
    void keepsOthersOut() throws Exception {
        client.call("PUT", "/bucket/key", "secret");

        assertThat(other.call("GET", "/bucket/key").code()).isEqualTo("AccessDenied");
        assertThat(other.call("GET", "/bucket/none").code()).isEqualTo("AccessDenied");
        assertThat(other.call("GET", "/bucket").code()).isEqualTo("AccessDenied");
        assertThat(other.call("PUT", "/bucket/key", "mine").code()).isEqualTo("AccessDenied");
        assertThat(other.call("DELETE", "/bucket/key").code()).isEqualTo("AccessDenied");
        assertThat(other.call("DELETE", "/bucket").code()).isEqualTo("AccessDenied");
        assertThat(other.call("PUT", "/bucket").code()).isEqualTo("BucketAlreadyExists");
        assertThat(client.send("GET", "/bucket/key", Map.of(), NOTHING).code()).isEqualTo("AccessDenied");
        assertThat(client.call("GET", "/bucket/key").text()).isEqualTo("secret");
    }

    @Test
    void letsInWhomAnAclOrAPolicyNames() throws Exception {
        client.call("PUT", "/bucket/open", Map.of("x-amz-acl", "public-read"), bytes("open"));
        client.call("PUT", "/bucket/key", "by policy");
        client.call("PUT", "/bucket?policy", "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"000000000002\"}, "
                + "\"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::bucket/k*\"}]}");

        assertThat(client.send("GET", "/bucket/open", Map.of(), NOTHING).text()).isEqualTo("open");
        assertThat(other.call("GET", "/bucket/key").text()).isEqualTo("by policy");
        assertThat(client.send("GET", "/bucket/key", Map.of(), NOTHING).code()).isEqualTo("AccessDenied");
    }

    @Test
    void keepsVersions() throws Exception {
        client.call("PUT", "/bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
        String first = client.call("PUT", "/bucket/key", "one").header("x-amz-version-id").orElseThrow();
        client.call("PUT", "/bucket/key", "two");

        Answer deleted = client.call("DELETE", "/bucket/key");

        assertThat(deleted.header("x-amz-delete-marker")).contains("true");
        assertThat(client.call("GET", "/bucket/key").header("x-amz-delete-marker")).contains("true");
        assertThat(client.call("GET", "/bucket/key?versionId=" + first).text()).isEqualTo("one");
        client.call("DELETE", "/bucket/key?versionId=" + deleted.header("x-amz-version-id").orElseThrow());
        assertThat(client.call("GET", "/bucket/key").text()).isEqualTo("two");
        assertThat(client.call("GET", "/bucket?versions").xml().all("Version")).hasSize(2);
    }

    @Test
    void putsOnlyOnItsTerms() throws Exception {
        assertThat(client.call("PUT", "/bucket/key", Map.of("If-Match", "\"x\""), bytes("a")).code()).isEqualTo("NoSuchKey");
        assertThat(client.call("PUT", "/bucket/key", Map.of("If-None-Match", "*"), bytes("a")).status()).isEqualTo(200);
        assertThat(client.call("PUT", "/bucket/key", Map.of("If-None-Match", "*"), bytes("b")).code()).isEqualTo("PreconditionFailed");
        assertThat(client.call("PUT", "/bucket/key", Map.of("If-Match", "\"0cc175b9c0f1b6a831c399e269772661\""), bytes("c")).status()).isEqualTo(200);
        assertThat(client.call("GET", "/bucket/key").text()).isEqualTo("c");
    }

    @Test
    void makesAnObjectOfPartsWithTheirChecksums() throws Exception {
        Map<String, String> crc = Map.of("x-amz-checksum-algorithm", "CRC32C", "x-amz-checksum-type", "FULL_OBJECT");
        String id = client.call("POST", "/bucket/big?uploads", crc, NOTHING).xml().require("UploadId");
        byte[] first = new byte[5 * 1024 * 1024];
        String document = "<CompleteMultipartUpload>" + part(id, 1, first) + part(id, 3, bytes("end")) + "</CompleteMultipartUpload>";

        Answer completed = client.call("POST", "/bucket/big?uploadId=" + id, document);
        Answer again = client.call("POST", "/bucket/big?uploadId=" + id, document);

        assertThat(completed.xml().get("ETag").orElseThrow()).endsWith("-2\"");
        assertThat(completed.xml().get("ChecksumType")).contains("FULL_OBJECT");
        assertThat(again.text()).isEqualTo(completed.text());
        Answer end = client.call("GET", "/bucket/big?partNumber=2");
        assertThat(end.text()).isEqualTo("end");
        assertThat(end.header("content-range")).contains("bytes 5242880-5242882/5242883");
        assertThat(client.call("GET", "/bucket/big", Map.of("x-amz-checksum-mode", "ENABLED"), NOTHING).header("x-amz-checksum-crc32c"))
                .isEqualTo(completed.xml().get("ChecksumCRC32C"));
        byte[] whole = Arrays.copyOf(first, first.length + 3);
        System.arraycopy(bytes("end"), 0, whole, first.length, 3);
        Algorithm.Sum sum = Algorithm.CRC32C.begin();
        sum.update(whole, 0, whole.length);
        assertThat(completed.xml().get("ChecksumCRC32C")).contains(Base64.getEncoder().encodeToString(sum.value()));
    }

    private String part(String id, int number, byte[] content) throws Exception {
        String etag = client.call("PUT", "/bucket/big?partNumber=" + number + "&uploadId=" + id, Map.of("x-amz-sdk-checksum-algorithm", "CRC32C"), content)
                .header("etag").orElseThrow();
        return "<Part><PartNumber>" + number + "</PartNumber><ETag>" + etag + "</ETag></Part>";
    }

    @ParameterizedTest
    @CsvSource({ "2,1,InvalidPartOrder", "1,2,EntityTooSmall", "1,9,InvalidPart" })
    void makesNothingOfPartsThatDoNotFit(int one, int two, String code) throws Exception {
        String id = client.call("POST", "/bucket/big?uploads").xml().require("UploadId");
        String first = part(id, 1, bytes("one"));
        String second = part(id, 2, bytes("two"));

        String document = "<CompleteMultipartUpload>" + (one == 1 ? first : second)
                + (two == 1 ? first : two == 2 ? second : "<Part><PartNumber>9</PartNumber><ETag>x</ETag></Part>") + "</CompleteMultipartUpload>";

        assertThat(client.call("POST", "/bucket/big?uploadId=" + id, document).code()).isEqualTo(code);
        assertThat(client.call("GET", "/bucket/big").code()).isEqualTo("NoSuchKey");
    }

    @Test
    void deletesABucketInWhichNothingIsButUploads() throws Exception {
        String id = client.call("POST", "/bucket/big?uploads").xml().require("UploadId");
        part(id, 1, bytes("one"));
        client.call("PUT", "/bucket/key", "a");

        assertThat(client.call("DELETE", "/bucket").code()).isEqualTo("BucketNotEmpty");
        assertThat(client.call("GET", "/bucket/big?uploadId=" + id).status()).as("the upload is still there").isEqualTo(200);
        client.call("DELETE", "/bucket/key");
        assertThat(client.call("DELETE", "/bucket").status()).isEqualTo(204);
        assertThat(client.call("GET", "/bucket").code()).isEqualTo("NoSuchBucket");
    }

    @Test
    void encryptsWithTheClientsKeyAndForgetsIt() throws Exception {
        Map<String, String> right = customerKey("k".repeat(32));
        byte[] content = "secret content ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        client.call("PUT", "/bucket/key", right, content);

        Map<String, String> range = new HashMap<>(right);
        range.put("Range", "bytes=70000-70013");

        assertThat(client.call("GET", "/bucket/key", right, NOTHING).body()).isEqualTo(content);
        assertThat(client.call("GET", "/bucket/key", range, NOTHING).text()).isEqualTo(new String(content, 70_000, 14, StandardCharsets.UTF_8));
        assertThat(client.call("GET", "/bucket/key").code()).isEqualTo("InvalidRequest");
        assertThat(client.call("GET", "/bucket/key", customerKey("x".repeat(32)), NOTHING).code()).isEqualTo("InvalidRequest");
        assertThat(client.call("GET", "/bucket").xml().find("Contents").orElseThrow().get("Size")).contains("150000");
        assertThat(stored("key")).doesNotContain("secret");
    }

    @Test
    void encryptsWithAKeyOfItsOwnThatNobodyElseMayRead() throws Exception {
        client.call("PUT", "/bucket/key", Map.of("x-amz-server-side-encryption", "AES256"), bytes("secret"));

        assertThat(client.call("GET", "/bucket/key").text()).isEqualTo("secret");
        assertThat(stored("key")).doesNotContain("secret");
        assertThat(Files.getPosixFilePermissions(data.resolve("s3-key"))).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    private String stored(String key) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Blob blob = cloud.store.find("bucket", key).orElseThrow();
        cloud.store.read(blob, 0, blob.size(), buffer -> Content.write(buffer, out));
        return out.toString(StandardCharsets.ISO_8859_1) + blob.attributes();
    }

    private static Map<String, String> customerKey(String key) {
        Algorithm.Sum md5 = Algorithm.digest("MD5");
        md5.update(bytes(key), 0, key.length());
        String prefix = "x-amz-server-side-encryption-customer-";
        return Map.of(prefix + "algorithm", "AES256", prefix + "key", Base64.getEncoder().encodeToString(bytes(key)), prefix + "key-md5",
                Base64.getEncoder().encodeToString(md5.value()));
    }

    @Test
    void takesFormsWhosePolicyIsSignedAndMet() throws Exception {
        assertThat(post("{\"expiration\": \"2999-01-01T00:00:00Z\", \"conditions\": [{\"bucket\": \"bucket\"}, [\"starts-with\", \"$key\", \"up/\"], "
                + "[\"content-length-range\", 1, 10], [\"starts-with\", \"$x-amz-date\", \"\"]]}", "up/${filename}", "hello").status()).isEqualTo(204);
        assertThat(client.call("GET", "/bucket/up/x.txt").text()).isEqualTo("hello");
        assertThat(post("{\"expiration\": \"2999-01-01T00:00:00Z\", \"conditions\": [[\"starts-with\", \"$key\", \"up/\"], [\"content-length-range\", 1, 3]]}",
                "up/y", "hello").code()).isEqualTo("EntityTooLarge");
        assertThat(post("{\"expiration\": \"2999-01-01T00:00:00Z\", \"conditions\": [[\"starts-with\", \"$key\", \"up/\"]]}", "down", "hello").code())
                .isEqualTo("AccessDenied");
        assertThat(post("{\"expiration\": \"2001-01-01T00:00:00Z\", \"conditions\": []}", "up/z", "hello").code()).isEqualTo("AccessDenied");
        assertThat(client.call("GET", "/bucket/up/y").code()).isEqualTo("NoSuchKey");
    }

    private Answer post(String policy, String key, String content) throws Exception {
        Map<String, String> fields = new HashMap<>(new ObjectSigner(TestCloud.KEY, TestCloud.SECRET, Clock.systemUTC())
                .policy(Base64.getEncoder().encodeToString(bytes(policy))));
        fields.put("key", key);
        StringBuilder form = new StringBuilder();
        fields.forEach((name, value) -> form.append("--b\r\nContent-Disposition: form-data; name=\"").append(name).append("\"\r\n\r\n").append(value)
                .append("\r\n"));
        form.append("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\x.txt\"\r\nContent-Type: text/plain\r\n\r\n").append(content)
                .append("\r\n--b--\r\n");
        return client.send("POST", "/bucket", Map.of("Content-Type", "multipart/form-data; boundary=b"), bytes(form.toString()));
    }

    @Test
    void takesSignaturesOfTheFirstVersion() throws Exception {
        client.call("PUT", "/bucket/key", "hello");
        ObjectSigner signer = new ObjectSigner(TestCloud.KEY, TestCloud.SECRET, Clock.systemUTC());
        long soon = Instant.now().getEpochSecond() + 100;

        assertThat(client.send("GET", "/bucket/key", signer.sign2("GET", "/bucket/key", Map.of()), NOTHING).text()).isEqualTo("hello");
        assertThat(client.send("GET", "/bucket", signer.sign2("GET", "/bucket/", Map.of()), NOTHING).status()).isEqualTo(200);
        assertThat(client.send("GET", "/bucket/key", signer.sign2("GET", "/bucket/other", Map.of()), NOTHING).code()).isEqualTo("SignatureDoesNotMatch");
        assertThat(client.send("GET", "/bucket/key?" + signer.presign2("GET", "/bucket/key", soon), Map.of(), NOTHING).text()).isEqualTo("hello");
        assertThat(client.send("GET", "/bucket/key?" + signer.presign2("GET", "/bucket/key", 1), Map.of(), NOTHING).code()).isEqualTo("AccessDenied");
    }

    @Test
    void protectsWhatIsLocked() throws Exception {
        client.call("PUT", "/locked", Map.of("x-amz-bucket-object-lock-enabled", "true"), NOTHING);
        String version = client.call("PUT", "/locked/key", Map.of("x-amz-object-lock-mode", "GOVERNANCE", "x-amz-object-lock-retain-until-date",
                "2999-01-01T00:00:00Z"), bytes("kept")).header("x-amz-version-id").orElseThrow();

        assertThat(client.call("DELETE", "/locked/key?versionId=" + version).code()).isEqualTo("AccessDenied");
        assertThat(client.call("DELETE", "/locked/key").status()).isEqualTo(204);
        assertThat(client.call("DELETE", "/locked/key?versionId=" + version, Map.of("x-amz-bypass-governance-retention", "true"), NOTHING).status())
                .isEqualTo(204);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
