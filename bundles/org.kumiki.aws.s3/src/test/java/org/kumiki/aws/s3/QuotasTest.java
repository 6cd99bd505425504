package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.blob.Bucket;
import org.kumiki.aws.s3.Client.Answer;
import org.kumiki.aws.signature.ObjectSigner;

/** What there is no room for is refused, and nothing is left of it. */
class QuotasTest {

    private static final byte[] NOTHING = {};
    @TempDir
    Path data;
    private TestCloud cloud;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud(data);
        client = new Client(cloud.endpoint(), TestCloud.KEY);
        client.call("PUT", "/bucket");
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    private void bucket(String bytes, String objects) {
        cloud.commands().quota(false, bytes, objects, "bucket");
    }

    private static void refused(Answer answer) {
        assertThat(answer.code()).as(answer.text()).isEqualTo("QuotaExceeded");
        assertThat(answer.status()).isEqualTo(HttpURLConnection.HTTP_FORBIDDEN);
    }

    private static void taken(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isLessThan(300);
    }

    @Test
    void refusesBytesBeyondTheBucketsQuota() throws Exception {
        bucket("10", "");

        taken(client.call("PUT", "/bucket/a", "123456"));
        refused(client.call("PUT", "/bucket/b", "12345"));
        taken(client.call("PUT", "/bucket/b", "1234"));
        refused(client.call("PUT", "/bucket/c", "1"));
        taken(client.call("PUT", "/bucket/c", ""));
        taken(client.call("DELETE", "/bucket/a"));
        taken(client.call("PUT", "/bucket/c", "123456"));
        assertThat(cloud.store.usage("bucket").bytes()).isEqualTo(10);
    }

    @Test
    void countsWhatIsReplaced() throws Exception {
        bucket("10", "1");
        taken(client.call("PUT", "/bucket/a", "123456"));

        taken(client.call("PUT", "/bucket/a", "1234567890"));
        refused(client.call("PUT", "/bucket/a", "1234567890+"));
        refused(client.call("PUT", "/bucket/b", ""));
        assertThat(client.call("GET", "/bucket/a").text()).isEqualTo("1234567890");
    }

    @Test
    void countsEveryVersion() throws Exception {
        client.call("PUT", "/bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
        bucket("", "2");

        taken(client.call("PUT", "/bucket/a", "1"));
        taken(client.call("PUT", "/bucket/a", "2"));
        refused(client.call("PUT", "/bucket/a", "3"));
        taken(client.call("DELETE", "/bucket/a"));
    }

    @Test
    void refusesCopiesPartsCompletionsAndForms() throws Exception {
        taken(client.call("PUT", "/bucket/a", "123456"));
        String id = client.call("POST", "/bucket/big?uploads").xml().require("UploadId");
        String etag = client.call("PUT", "/bucket/big?partNumber=1&uploadId=" + id, "1234").header("etag").orElseThrow();
        bucket("10", "1");

        refused(client.call("PUT", "/bucket/b", Map.of("x-amz-copy-source", "/bucket/a"), NOTHING));
        refused(client.call("PUT", "/bucket/big?partNumber=2&uploadId=" + id, "1"));
        refused(client.call("PUT", "/bucket/big?partNumber=2&uploadId=" + id, Map.of("x-amz-copy-source", "/bucket/a"), NOTHING));
        refused(post("b", "1"));
        String complete = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag + "</ETag></Part></CompleteMultipartUpload>";
        refused(client.call("POST", "/bucket/big?uploadId=" + id, complete));
        assertThat(client.call("GET", "/bucket").xml().all("Contents")).hasSize(1);

        bucket("10", "2");
        taken(client.call("POST", "/bucket/big?uploadId=" + id, complete));
        assertThat(client.call("GET", "/bucket/big").text()).isEqualTo("1234");
    }

    private Answer post(String key, String content) throws Exception {
        String policy = "{\"expiration\": \"2999-01-01T00:00:00Z\", \"conditions\": [[\"starts-with\", \"$key\", \"\"], "
                + "[\"starts-with\", \"$x-amz-date\", \"\"]]}";
        StringBuilder form = new StringBuilder();
        new ObjectSigner(TestCloud.KEY, TestCloud.SECRET, Clock.systemUTC())
                .policy(Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8))).forEach((name, value) -> form
                        .append("--b\r\nContent-Disposition: form-data; name=\"").append(name).append("\"\r\n\r\n").append(value).append("\r\n"));
        form.append("--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n").append(key).append("\r\n--b\r\nContent-Disposition: form-data; "
                + "name=\"file\"\r\n\r\n").append(content).append("\r\n--b--\r\n");
        return client.send("POST", "/bucket", Map.of("Content-Type", "multipart/form-data; boundary=b"), form.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesABodyBeforeItComes() throws Exception {
        bucket("10", "");
        Map<String, String> signed = client.sign("PUT", "/bucket/a", Map.of(), "UNSIGNED-PAYLOAD").headers();
        StringBuilder head = new StringBuilder("PUT /bucket/a HTTP/1.1\r\nContent-Length: 1000000000\r\nExpect: 100-continue\r\n");
        signed.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));

        try (Socket socket = new Socket("127.0.0.1", cloud.endpoint().getPort())) {
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 403").contains("<Code>QuotaExceeded</Code>");
        }
    }

    @Test
    void breaksOffABodyWhoseLengthNobodyHasSaid() throws Exception {
        bucket("10", "");
        Bucket bucket = cloud.store.bucket("bucket").orElseThrow();

        try (Room room = cloud.quotas.forObject(bucket, "a", -1)) {
            InputStream body = room.watch(new ByteArrayInputStream(new byte[11]));
            assertThat(body.readNBytes(10)).hasSize(10);
            assertThatThrownBy(body::read).isInstanceOf(BodyException.class);
            refusedNow(bucket, 1);
        }
        cloud.quotas.forObject(bucket, "a", 10).close();
    }

    @Test
    void countsWhatIsUnderWay() {
        bucket("10", "");
        Bucket bucket = cloud.store.bucket("bucket").orElseThrow();

        try (Room room = cloud.quotas.forObject(bucket, "a", 6)) {
            refusedNow(bucket, 5);
            cloud.quotas.forObject(bucket, "b", 4).close();
            assertThat(room).isNotSameAs(Room.UNLIMITED);
        }
        cloud.quotas.forObject(bucket, "b", 10).close();
    }

    private void refusedNow(Bucket bucket, long bytes) {
        assertThatThrownBy(() -> cloud.quotas.forObject(bucket, "other", bytes)).isInstanceOf(S3Exception.class);
    }

    @Test
    void limitsAllThatAnAccountHas() throws Exception {
        client.call("PUT", "/bucket-2");
        cloud.commands().quota(true, "10", "", "000000000001");
        Client other = new Client(cloud.endpoint(), TestCloud.OTHER_KEY);
        other.call("PUT", "/others");

        taken(client.call("PUT", "/bucket/a", "123456"));
        refused(client.call("PUT", "/bucket-2/a", "12345"));
        taken(other.call("PUT", "/others/a", "1234567890+"));
        assertThat(new Quotas(cloud.store, data.resolve("s3-quotas")).ofAccounts()).as("after a restart")
                .isEqualTo(Map.of("000000000001", new Quota(Optional.of(10L), Optional.empty())));
        cloud.commands().quota(true, "", "", "000000000001");
        taken(client.call("PUT", "/bucket-2/a", "12345"));
    }

    @Test
    void showsAnOperatorWhatIsTaken() throws Exception {
        client.call("PUT", "/bucket/a", "123456");

        assertThat(cloud.commands().buckets().lines().skip(1)).containsExactly("           1            1            -            -  000000000001  bucket");
        assertThat(cloud.commands().quota(false, "2M", "1k", "bucket").lines().skip(1))
                .containsExactly("           1            1         1024         2048  000000000001  bucket");
        assertThat(cloud.commands().quota(false, "", "", "bucket")).endsWith("-            -  000000000001  bucket");
        assertThatThrownBy(() -> cloud.commands().quota(false, "much", "", "bucket")).hasMessageContaining("is no limit");
        assertThatThrownBy(() -> cloud.commands().quota(false, "1", "", "none")).hasMessageContaining("there is no bucket");
        assertThatThrownBy(() -> cloud.commands().quota(true, "1", "", "000000000009")).hasMessageContaining("there is no account");
    }
}
