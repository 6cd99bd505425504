package org.kumiki.aws.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.object.ObjectAccess;
import org.kumiki.api.object.ObjectException;
import org.kumiki.api.object.ObjectException.Reason;
import org.kumiki.api.object.ObjectSlice;
import org.kumiki.aws.s3.Client.Answer;
import org.kumiki.testing.TwoAccounts;

/** What other services of the platform may read and write in an account's name: what the account may, and nothing else. */
class PlatformAccessTest {

    private static final AccountId ME = TwoAccounts.ROOT.id();
    private static final AccountId OTHER = TwoAccounts.OTHER.id();
    private static final byte[] CONTENT = new byte[200_000];

    static {
        new Random(3).nextBytes(CONTENT);
    }

    @TempDir
    Path data;

    private TestCloud cloud;
    private ObjectAccess access;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
        access = cloud.access;
        client = new Client(cloud.endpoint(), TestCloud.KEY);
        client.call("PUT", "/bucket");
        client.call("PUT", "/bucket/disk", Map.of(), CONTENT);
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    @Test
    void readsWhatAnAccountHas() throws IOException {
        ObjectSlice object = access.find(ME, "bucket", "disk");

        assertThat(object.length()).isEqualTo(CONTENT.length);
        assertThat(read(object)).isEqualTo(CONTENT);
        assertThat(read(object.slice(70_000, 5))).containsExactly(Arrays.copyOfRange(CONTENT, 70_000, 70_005));
        assertThat(read(object.slice(CONTENT.length, 0))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "AES256", "aws:kms" })
    void readsInTheClearWhatThePlatformSealed(String algorithm) throws Exception {
        client.call("PUT", "/bucket/sealed", Map.of("x-amz-server-side-encryption", algorithm), CONTENT);

        ObjectSlice object = access.find(ME, "bucket", "sealed");

        assertThat(read(object)).isEqualTo(CONTENT);
        assertThat(read(object.slice(65_000, 1_000))).isEqualTo(Arrays.copyOfRange(CONTENT, 65_000, 66_000));
    }

    @Test
    void cannotReadWhatAClientSealed() throws Exception {
        byte[] key = new byte[32];
        Map<String, String> headers = new HashMap<>(Map.of("x-amz-server-side-encryption-customer-algorithm", "AES256",
                "x-amz-server-side-encryption-customer-key", Base64.getEncoder().encodeToString(key),
                "x-amz-server-side-encryption-customer-key-md5", Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(key))));
        assertThat(client.call("PUT", "/bucket/sealed", headers, CONTENT).status()).isEqualTo(200);

        refused(Reason.SEALED, () -> access.find(ME, "bucket", "sealed")).hasMessageContaining("SSE-C");
    }

    @Test
    void whatIsNotTheAccountsOwnIsDeniedWhetherItIsThereOrNot() {
        refused(Reason.DENIED, () -> access.find(OTHER, "bucket", "disk"));
        refused(Reason.DENIED, () -> access.find(OTHER, "bucket", "none"));
        refused(Reason.DENIED, () -> access.requireWritable(OTHER, "bucket", "disk"));
        refused(Reason.DENIED, () -> access.put(OTHER, "bucket", "disk", new ByteArrayInputStream(CONTENT), Map.of()));
        refused(Reason.NO_SUCH_OBJECT, () -> access.find(ME, "bucket", "none"));
        refused(Reason.NO_SUCH_BUCKET, () -> access.find(ME, "none", "disk"));
        refused(Reason.NO_SUCH_BUCKET, () -> access.requireWritable(ME, "none", "disk"));
    }

    @Test
    void policiesAndAclsCountAsForRequests() throws Exception {
        client.call("PUT", "/bucket/shown", Map.of("x-amz-acl", "public-read"), CONTENT);
        assertThat(access.find(OTHER, "bucket", "shown").length()).isEqualTo(CONTENT.length);

        policy("Allow", "s3:GetObject");
        ObjectSlice object = access.find(OTHER, "bucket", "disk");
        try (InputStream in = access.open(OTHER, object)) {
            assertThat(in.readAllBytes()).isEqualTo(CONTENT);
        }
        refused(Reason.DENIED, () -> access.requireWritable(OTHER, "bucket", "disk"));

        policy("Deny", "s3:GetObject");
        refused(Reason.DENIED, () -> access.open(OTHER, object)); // it was allowed when it was found
        refused(Reason.DENIED, () -> access.find(OTHER, "bucket", "shown"));
    }

    private void policy(String effect, String action) throws Exception {
        String policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"" + effect + "\",\"Principal\":{\"AWS\":\"" + OTHER.value()
                + "\"},\"Action\":\"" + action + "\",\"Resource\":\"arn:aws:s3:::bucket/*\"}]}";
        assertThat(client.call("PUT", "/bucket?policy", Map.of(), policy.getBytes(UTF_8)).status()).isEqualTo(204);
    }

    @Test
    void whatWasReplacedOrDeletedMeanwhileIsNotThere() throws Exception {
        ObjectSlice object = access.find(ME, "bucket", "disk");
        client.call("PUT", "/bucket/disk", Map.of(), new byte[CONTENT.length]);
        refused(Reason.NO_SUCH_OBJECT, () -> access.open(ME, object)).hasMessageContaining("replaced");

        client.call("DELETE", "/bucket/disk");
        refused(Reason.NO_SUCH_OBJECT, () -> access.open(ME, object));
    }

    @Test
    void aVersionStaysReadable() throws Exception {
        client.call("PUT", "/bucket?versioning", Map.of(),
                "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>".getBytes(UTF_8));
        client.call("PUT", "/bucket/disk", Map.of(), CONTENT);
        ObjectSlice object = access.find(ME, "bucket", "disk");
        client.call("PUT", "/bucket/disk", Map.of(), new byte[3]);
        client.call("DELETE", "/bucket/disk");

        assertThat(read(object)).isEqualTo(CONTENT);
        refused(Reason.NO_SUCH_OBJECT, () -> access.find(ME, "bucket", "disk"));
    }

    @Test
    void anObjectThatIsShorterThanItWasIsNotRead() {
        ObjectSlice object = access.find(ME, "bucket", "disk");
        ObjectSlice longer = new ObjectSlice(object.bucket(), object.key(), object.version(), object.etag(), 0, object.length() + 1);

        refused(Reason.NO_SUCH_OBJECT, () -> access.open(ME, longer));
    }

    @Test
    void clientsGetWhatIsPutInTheirName() throws Exception {
        access.put(ME, "bucket", "out/disk", new ByteArrayInputStream(CONTENT), Map.of("by", "the platform"));

        Answer answer = client.call("GET", "/bucket/out/disk");
        assertThat(answer.body()).isEqualTo(CONTENT);
        assertThat(answer.header("x-amz-tagging-count")).contains("1");
        byte[] md5 = MessageDigest.getInstance("MD5").digest(CONTENT);
        assertThat(answer.header("etag")).contains("\"" + HexFormat.of().formatHex(md5) + "\"");
    }

    @Test
    void aBucketThatSealsWhatComesSealsThisToo() throws Exception {
        client.call("PUT", "/bucket?encryption", Map.of(), ("<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
                + "<SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>").getBytes(UTF_8));

        access.put(ME, "bucket", "sealed", new ByteArrayInputStream(CONTENT), Map.of());

        Answer answer = client.call("GET", "/bucket/sealed");
        assertThat(answer.header("x-amz-server-side-encryption")).contains("AES256");
        assertThat(answer.body()).isEqualTo(CONTENT);
        assertThat(read(access.find(ME, "bucket", "sealed"))).isEqualTo(CONTENT);
    }

    @Test
    void whatBreaksOffIsNotThere() throws Exception {
        InputStream torn = new SequenceInputStream(new ByteArrayInputStream(CONTENT), new InputStream() {

            @Override
            public int read() throws IOException {
                throw new IOException("torn");
            }
        });

        assertThatThrownBy(() -> access.put(ME, "bucket", "torn", torn, Map.of())).isInstanceOf(IOException.class).hasMessage("torn");
        assertThat(client.call("GET", "/bucket/torn").status()).isEqualTo(404);
    }

    @Test
    void aQuotaCountsForWhatThePlatformPutsToo() throws Exception {
        cloud.commands().quota(false, Integer.toString(CONTENT.length + 10), "", "bucket"); // one object of that size is there

        refused(Reason.DENIED, () -> access.put(ME, "bucket", "more", new ByteArrayInputStream(CONTENT), Map.of()));

        assertThat(client.call("GET", "/bucket/more").status()).isEqualTo(404);
        access.put(ME, "bucket", "less", new ByteArrayInputStream(CONTENT, 0, 10), Map.of());
        assertThat(client.call("GET", "/bucket/less").body()).hasSize(10);
    }

    /** The bucket in which the platform keeps snapshots. */
    @Test
    void aBucketOfNobodyIsForNoClient() throws Exception {
        cloud.store.create(new Bucket("Kumiki.snapshots", Instant.EPOCH, Map.of()));
        try (Staged bytes = cloud.store.stage(new ByteArrayInputStream(CONTENT))) {
            cloud.store.put("Kumiki.snapshots", "block", List.of(bytes), Map.of(), Keeping.REPLACE, Precondition.NONE);
        }

        for (String[] request : new String[][] { { "GET", "/Kumiki.snapshots" }, { "GET", "/Kumiki.snapshots/block" }, { "PUT", "/Kumiki.snapshots/block" },
                { "DELETE", "/Kumiki.snapshots/block" }, { "DELETE", "/Kumiki.snapshots" }, { "PUT", "/Kumiki.snapshots?policy" },
                { "GET", "/Kumiki.snapshots?acl" } }) {
            assertThat(client.call(request[0], request[1], Map.of(), request[0].equals("PUT") ? CONTENT : new byte[0]).code())
                    .as(String.join(" ", request)).isEqualTo("NoSuchBucket");
        }
        assertThat(client.call("PUT", "/Kumiki.snapshots").code()).isEqualTo("InvalidBucketName");
        assertThat(client.call("GET", "/").text()).contains("bucket").doesNotContain("Kumiki.snapshots");
        refused(Reason.NO_SUCH_BUCKET, () -> access.find(ME, "Kumiki.snapshots", "block"));
        refused(Reason.NO_SUCH_BUCKET, () -> access.requireWritable(ME, "Kumiki.snapshots", "block"));
    }

    private byte[] read(ObjectSlice object) throws IOException {
        try (InputStream in = access.open(ME, object)) {
            return in.readAllBytes();
        }
    }

    private static AbstractThrowableAssert<?, ?> refused(Reason reason, ThrowingCallable call) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(ObjectException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
