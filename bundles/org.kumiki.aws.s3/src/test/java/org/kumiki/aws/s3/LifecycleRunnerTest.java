package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Precondition;
import org.kumiki.aws.s3.Client.Answer;
import org.kumiki.aws.s3.LifecycleRunner.Done;

/** What becomes of buckets in time. */
class LifecycleRunnerTest {

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

    private void rule(String rule) throws Exception {
        Answer answer = client.call("PUT", "/bucket?lifecycle",
                "<LifecycleConfiguration><Rule><ID>r 1</ID><Status>Enabled</Status>" + rule + "</Rule></LifecycleConfiguration>");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private void version() throws Exception {
        client.call("PUT", "/bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    }

    private Done days(int days) throws Exception {
        cloud.lifecycleClock.forward(Duration.ofDays(days));
        return cloud.lifecycles.run("bucket");
    }

    private List<String> keys() throws Exception {
        return client.call("GET", "/bucket").xml().all("Contents").stream().map(object -> object.require("Key")).toList();
    }

    @Test
    void deletesWhatExpiresAndNothingElse() throws Exception {
        client.call("PUT", "/bucket/log/a", "1");
        client.call("PUT", "/bucket/kept", "2");
        rule("<Prefix>log/</Prefix><Expiration><Days>2</Days></Expiration>");

        assertThat(days(1)).isEqualTo(Done.NOTHING);
        assertThat(keys()).containsExactly("kept", "log/a");
        assertThat(days(2)).isEqualTo(new Done(1, 0, 0));
        assertThat(keys()).containsExactly("kept");
    }

    @Test
    void leadsAVersionFromItsMarkerToItsEnd() throws Exception {
        version();
        client.call("PUT", "/bucket/a", "1");
        rule("<Expiration><Days>1</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>");

        assertThat(days(2)).as("it is hidden").isEqualTo(new Done(0, 1, 0));
        assertThat(keys()).isEmpty();
        assertThat(client.call("GET", "/bucket?versions").xml().all("Version")).hasSize(1);
        assertThat(days(2)).as("it is deleted, and its marker hides nothing any more").isEqualTo(new Done(1, 0, 0));
        assertThat(days(0)).isEqualTo(new Done(1, 0, 0));
        assertThat(client.call("DELETE", "/bucket").status()).isEqualTo(204);
    }

    @Test
    void countsTheVersionsThatStay() throws Exception {
        version();
        for (int i = 0; i < 10; i++) {
            client.call("PUT", "/bucket/a", "version " + i);
        }
        client.call("PUT", "/bucket/b", "other");
        rule("<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>5</NewerNoncurrentVersions>"
                + "</NoncurrentVersionExpiration>");

        assertThat(days(2)).isEqualTo(new Done(4, 0, 0));
        assertThat(client.call("GET", "/bucket?versions").xml().all("Version")).hasSize(7);
        assertThat(client.call("GET", "/bucket/a").text()).isEqualTo("version 9");
    }

    @Test
    void goesThroughAllPages() throws Exception {
        for (int i = 0; i < 1200; i++) {
            cloud.store.put("bucket", "k%04d".formatted(i), List.of(), Map.of("owner", "000000000001"), Keeping.REPLACE,
                    Precondition.NONE);
        }
        rule("<Filter><Prefix>k1</Prefix></Filter><Expiration><Days>1</Days></Expiration>");

        assertThat(days(2)).isEqualTo(new Done(200, 0, 0));
        assertThat(cloud.store.usage("bucket").blobs()).isEqualTo(1000);
    }

    @Test
    void keepsWhatIsLocked() throws Exception {
        client.call("PUT", "/bucket-2", Map.of("x-amz-bucket-object-lock-enabled", "true"), new byte[0]);
        client.call("PUT", "/bucket-2/key", Map.of("x-amz-object-lock-mode", "GOVERNANCE", "x-amz-object-lock-retain-until-date", "2999-01-01T00:00:00Z"),
                "kept".getBytes(StandardCharsets.UTF_8));
        client.call("PUT", "/bucket-2?lifecycle", "<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>"
                + "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>");
        cloud.lifecycleClock.forward(Duration.ofDays(100));

        assertThat(cloud.lifecycles.run("bucket-2")).isEqualTo(new Done(0, 1, 0));
        cloud.lifecycleClock.forward(Duration.ofDays(100));
        assertThat(cloud.lifecycles.run("bucket-2")).isEqualTo(Done.NOTHING);
        assertThat(client.call("GET", "/bucket-2?versions").xml().all("Version")).hasSize(1);
    }

    @Test
    void givesUploadsUp() throws Exception {
        client.call("POST", "/bucket/big?uploads");
        rule("<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>");

        assertThat(days(2)).isEqualTo(new Done(0, 0, 1));
        assertThat(client.call("GET", "/bucket?uploads").xml().all("Upload")).isEmpty();
    }

    @Test
    void leavesAloneWhatChangesMeanwhile() throws Exception {
        client.call("PUT", "/bucket/a", "old");
        client.call("PUT", "/bucket/b", "old");
        rule("<Expiration><Days>1</Days></Expiration>");
        cloud.lifecycleClock.forward(Duration.ofDays(2));
        cloud.store.beforeDelete(() -> client.call("PUT", "/bucket/a", "new"));

        assertThat(cloud.lifecycles.run("bucket")).isEqualTo(new Done(1, 0, 0));
        assertThat(client.call("GET", "/bucket/a").text()).isEqualTo("new");
        assertThat(keys()).containsExactly("a");
    }

    @Test
    void saysWhenAnObjectExpires() throws Exception {
        rule("<Prefix>log/</Prefix><Expiration><Days>1</Days></Expiration>");
        String midnight = "expiry-date=\"\\w{3}, \\d{2} \\w{3} \\d{4} 00:00:00 GMT\", rule-id=\"r\\+1\"";

        assertThat(client.call("PUT", "/bucket/log/a", "1").header("x-amz-expiration").orElseThrow()).matches(midnight);
        assertThat(client.call("GET", "/bucket/log/a").header("x-amz-expiration").orElseThrow()).matches(midnight);
        assertThat(client.call("HEAD", "/bucket/log/a").header("x-amz-expiration").orElseThrow()).matches(midnight);
        assertThat(client.call("PUT", "/bucket/b", "1").header("x-amz-expiration")).isEmpty();
        assertThat(client.call("HEAD", "/bucket/b").header("x-amz-expiration")).isEmpty();
    }

    @Test
    void tellsAnOperatorBeforeItDoesAnything() throws Exception {
        client.call("PUT", "/bucket/a", "1");
        client.call("PUT", "/bucket/b%1B", "1");
        client.call("PUT", "/bucket/b%1B?tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>");
        assertThat(cloud.commands().lifecycle(false, "bucket")).contains("has no lifecycle");
        rule("<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Expiration><Days>1</Days></Expiration>");

        String forecast = cloud.commands().lifecycle(false, "bucket");
        cloud.lifecycleClock.forward(Duration.ofDays(2));
        String due = cloud.commands().lifecycle(false, "bucket");

        assertThat(forecast.lines()).hasSize(2);
        assertThat(forecast).contains("T00:00:00Z  deleted   by r 1  b?").endsWith("0 are due, 1 will be");
        assertThat(due).startsWith("now ").endsWith("1 are due, 0 will be; lifecycle --now does what is due");
        assertThat(cloud.store.usage("bucket").blobs()).isEqualTo(2);
        assertThat(cloud.commands().lifecycle(true, "bucket")).startsWith("1 versions deleted");
        assertThat(keys()).containsExactly("a");
        assertThatThrownBy(() -> cloud.commands().lifecycle(false, "none")).hasMessageContaining("there is no bucket");
    }
}
