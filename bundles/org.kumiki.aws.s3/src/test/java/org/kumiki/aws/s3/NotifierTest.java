package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.queue.Ordering;
import org.kumiki.aws.s3.Client.Answer;

/** What queues are told of a bucket. */
class NotifierTest {

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
        cloud.queues.open("q");
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    private static String rule(String queue, String events, String filter) {
        StringBuilder rule = new StringBuilder("<QueueConfiguration><Queue>").append(queue).append("</Queue>");
        for (String event : events.split(" ")) {
            rule.append("<Event>").append(event).append("</Event>");
        }
        return rule.append(filter).append("</QueueConfiguration>").toString();
    }

    private static String filter(String name, String value) {
        return "<Filter><S3Key><FilterRule><Name>" + name + "</Name><Value>" + value + "</Value></FilterRule></S3Key></Filter>";
    }

    private Answer configure(String... rules) throws Exception {
        return client.call("PUT", "/bucket?notification", "<NotificationConfiguration>" + String.join("", rules) + "</NotificationConfiguration>");
    }

    private void everything() throws Exception {
        Answer answer = configure(rule(MemoryQueues.arn("q"), "s3:ObjectCreated:* s3:ObjectRemoved:* s3:LifecycleExpiration:* s3:ObjectTagging:* "
                + "s3:ObjectAcl:Put", ""));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(cloud.queues.next("q")).containsEntry("Event", "s3:TestEvent").containsEntry("Bucket", "bucket");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> record() throws Exception {
        return (Map<String, Object>) ((List<Object>) cloud.queues.next("q").get("Records")).get(0);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> part(Map<String, Object> whole, String name) {
        return (Map<String, Object>) whole.get(name);
    }

    @Test
    void tellsAsAmazonDoes() throws Exception {
        everything();

        Answer put = client.call("PUT", "/bucket/a%20b/%C3%A9+", "hello");

        Map<String, Object> record = record();
        assertThat(record).containsEntry("eventVersion", "2.1").containsEntry("eventSource", "aws:s3").containsEntry("awsRegion", "us-east-1")
                .containsEntry("eventName", "ObjectCreated:Put").containsEntry("userIdentity", Map.of("principalId", "000000000001"))
                .containsEntry("requestParameters", Map.of("sourceIPAddress", "127.0.0.1"));
        assertThat(part(record, "responseElements")).containsEntry("x-amz-request-id", put.header("x-amz-request-id").orElseThrow());
        Map<String, Object> s3 = part(record, "s3");
        assertThat(s3).containsEntry("s3SchemaVersion", "1.0").containsKey("configurationId").containsEntry("bucket", Map.of("name", "bucket",
                "ownerIdentity", Map.of("principalId", "000000000001"), "arn", "arn:aws:s3:::bucket"));
        assertThat(part(s3, "object")).containsEntry("key", "a+b/%C3%A9%2B").containsEntry("size", 5L)
                .containsEntry("eTag", "5d41402abc4b2a76b9719d911017c592").containsKey("sequencer").doesNotContainKey("versionId");
    }

    @Test
    void tellsOfEverythingThatHappens() throws Exception {
        everything();
        client.call("PUT", "/bucket/a", "1");
        client.call("PUT", "/bucket/b", Map.of("x-amz-copy-source", "/bucket/a"), NOTHING);
        client.call("PUT", "/bucket/a?tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>");
        client.call("DELETE", "/bucket/a?tagging");
        client.call("PUT", "/bucket/a?acl", Map.of("x-amz-acl", "private"), NOTHING);
        String id = client.call("POST", "/bucket/c?uploads").xml().require("UploadId");
        String etag = client.call("PUT", "/bucket/c?partNumber=1&uploadId=" + id, "part").header("etag").orElseThrow();
        client.call("POST", "/bucket/c?uploadId=" + id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag
                + "</ETag></Part></CompleteMultipartUpload>");
        client.call("DELETE", "/bucket/a");
        client.call("DELETE", "/bucket/never");
        client.call("PUT", "/bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
        client.call("DELETE", "/bucket/b");
        client.call("DELETE", "/bucket/c?versionId=null");

        for (String expected : List.of("ObjectCreated:Put a", "ObjectCreated:Copy b", "ObjectTagging:Put a", "ObjectTagging:Delete a", "ObjectAcl:Put a",
                "ObjectCreated:CompleteMultipartUpload c", "ObjectRemoved:Delete a", "ObjectRemoved:DeleteMarkerCreated b", "ObjectRemoved:Delete c")) {
            Map<String, Object> record = record();
            assertThat(record.get("eventName") + " " + part(part(record, "s3"), "object").get("key")).isEqualTo(expected);
        }
        assertThat(cloud.queues.isEmpty("q")).isTrue();
    }

    @Test
    void tellsOfLifecycles() throws Exception {
        everything();
        client.call("PUT", "/bucket/a", "1");
        record();
        client.call("PUT", "/bucket?lifecycle", "<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
                + "</LifecycleConfiguration>");
        cloud.lifecycleClock.forward(Duration.ofDays(2));

        cloud.lifecycles.run("bucket");

        assertThat(record()).containsEntry("eventName", "LifecycleExpiration:Delete").containsEntry("eventVersion", "2.3")
                .containsEntry("userIdentity", Map.of("principalId", "s3.amazonaws.com"));
    }

    @Test
    void ordersWhatHappensToAKey() throws Exception {
        everything();
        String last = "";
        for (int i = 0; i < 5; i++) {
            client.call("PUT", "/bucket/a", "version " + i);
            client.call("DELETE", "/bucket/a");
            for (int j = 0; j < 2; j++) {
                String sequencer = (String) part(part(record(), "s3"), "object").get("sequencer");
                assertThat(sequencer).isGreaterThan(last);
                last = sequencer;
            }
        }
    }

    @Test
    void goesByPrefixesAndSuffixes() throws Exception {
        configure(rule(MemoryQueues.arn("q"), "s3:ObjectCreated:Put", "<Filter><S3Key><FilterRule><Name>Prefix</Name><Value>in/</Value></FilterRule>"
                + "<FilterRule><Name>suffix</Name><Value>.jpg</Value></FilterRule></S3Key></Filter>"));
        cloud.queues.next("q");
        client.call("PUT", "/bucket/in/a.png", "1");
        client.call("PUT", "/bucket/a.jpg", "1");
        client.call("DELETE", "/bucket/a.jpg");
        client.call("PUT", "/bucket/in/a.jpg", "1");

        assertThat(part(part(record(), "s3"), "object")).containsEntry("key", "in/a.jpg");
        assertThat(cloud.queues.isEmpty("q")).isTrue();
    }

    @Test
    void givesBackWhatIsConfigured() throws Exception {
        everything();
        assertThat(client.call("GET", "/bucket?notification").xml().find("QueueConfiguration").orElseThrow().get("Id").orElseThrow()).isNotEmpty();
        assertThat(configure().status()).isEqualTo(200);
        client.call("PUT", "/bucket/a", "1");
        assertThat(client.call("GET", "/bucket?notification").xml().children()).isEmpty();
        assertThat(cloud.queues.isEmpty("q")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "arn:aws:sqs:us-east-1:000000000001:none | s3:ObjectCreated:* | The destination queue does not exist",
            "arn:aws:sqs:us-east-1:000000000001:shut | s3:ObjectCreated:* | Permissions on the destination queue",
            "arn:aws:sqs:us-east-1:000000000001:denied | s3:ObjectCreated:* | Permissions on the destination queue",
            "arn:aws:sqs:us-east-1:000000000001:others | s3:ObjectCreated:* | Permissions on the destination queue",
            "arn:aws:sqs:us-east-1:000000000001:broken | s3:ObjectCreated:* | Permissions on the destination queue",
            "arn:aws:sqs:us-east-1:000000000001:f.fifo | s3:ObjectCreated:* | FIFO queues are not supported",
            "arn:aws:sqs:mars-1:000000000001:q | s3:ObjectCreated:* | region is not valid", "q | s3:ObjectCreated:* | The ARN could not be parsed",
            "arn:aws:sqs:us-east-1:000000000001:q | s3:ObjectCreated:Never | is not supported for notifications" })
    void refusesQueuesThatAreNotThereOrDoNotWantIt(String queue, String event, String why) throws Exception {
        cloud.queues.open("shut", Ordering.NONE, "");
        cloud.queues.open("broken", Ordering.NONE, "{");
        cloud.queues.open("denied", Ordering.NONE, "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"sqs:*\", \"Resource\": "
                + "\"*\"}, {\"Effect\": \"Deny\", \"Principal\": {\"Service\": \"s3.amazonaws.com\"}, \"Action\": \"sqs:SendMessage\", \"Resource\": \"*\"}]}");
        cloud.queues.open("others", Ordering.NONE, "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"s3.amazonaws.com\"}, "
                + "\"Action\": \"sqs:SendMessage\", \"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"aws:SourceAccount\": \"000000000002\"}}}]}");
        cloud.queues.open("f.fifo", Ordering.GROUPS, "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"s3.amazonaws.com\"}, "
                + "\"Action\": \"sqs:SendMessage\", \"Resource\": \"*\"}]}");

        Answer answer = configure(rule(queue, event, ""));

        assertThat(answer.code()).as(answer.text()).isEqualTo("InvalidArgument");
        assertThat(answer.text()).contains(why);
        assertThat(client.call("GET", "/bucket?notification").xml().children()).isEmpty();
    }

    @Test
    void refusesRulesThatOverlap() throws Exception {
        String queue = MemoryQueues.arn("q");

        assertThat(configure(rule(queue, "s3:ObjectCreated:*", ""), rule(queue, "s3:ObjectCreated:Put", filter("prefix", "a"))).code())
                .isEqualTo("InvalidArgument");
        assertThat(configure(rule(queue, "s3:ObjectCreated:*", filter("prefix", "a")), rule(queue, "s3:ObjectCreated:*", filter("suffix", "b"))).code())
                .isEqualTo("InvalidArgument");
        assertThat(configure(rule(queue, "s3:ObjectCreated:*", filter("name", "a"))).code()).isEqualTo("InvalidArgument");
        assertThat(configure("<TopicConfiguration><Topic>arn:aws:sns:us-east-1:000000000001:t</Topic><Event>s3:ObjectCreated:*</Event>"
                + "</TopicConfiguration>").text()).contains("Unable to validate the following destination configurations");
        assertThat(configure(rule(queue, "s3:ObjectCreated:*", filter("prefix", "a")), rule(queue, "s3:ObjectCreated:*", filter("prefix", "b")),
                rule(queue, "s3:ObjectRemoved:*", "")).status()).isEqualTo(200);
    }

    @Test
    void saysNothingOfWhatDidNotHappen() throws Exception {
        everything();
        client.call("PUT", "/bucket/a", Map.of("If-Match", "\"x\""), "1".getBytes());
        client.call("PUT", "/bucket/b", "1");

        assertThat(part(part(record(), "s3"), "object")).containsEntry("key", "b");
        assertThat(cloud.queues.isEmpty("q")).isTrue();
    }

    @Test
    void triesAgainWhatAQueueDoesNotTake() throws Exception {
        everything();
        cloud.queues.fail(1);

        client.call("PUT", "/bucket/a", "1");

        assertThat(record()).containsEntry("eventName", "ObjectCreated:Put");
    }

    @Test
    void showsAnOperatorWhatWaits() throws Exception {
        everything();
        cloud.queues.fail(1000);
        client.call("PUT", "/bucket/a", "1");

        awaitTrouble();

        assertThat(cloud.commands().events().lines().skip(1)).containsExactly("           1  " + MemoryQueues.arn("q") + "  out of order");
    }

    private void awaitTrouble() throws Exception {
        while (!cloud.commands().events().contains("out of order")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void forgetsNothingWhenThePlatformEnds() throws Exception {
        client.call("PUT", "/bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
        everything();
        cloud.queues.fail(1000);
        String version = client.call("PUT", "/bucket/a", "1").header("x-amz-version-id").orElseThrow();
        client.call("DELETE", "/bucket/a");
        awaitTrouble(); // or what is being sent now could be sent when the queue takes it again, and once more by the next one
        cloud.stop();
        cloud.queues.fail(0);

        Notifier next = new Notifier(cloud.store, Clock.systemUTC(), "us-east-1");
        next.use(cloud.queues);

        List<Map<String, Object>> records = List.of(record(), record());
        next.close();
        assertThat(records).extracting(record -> record.get("eventName")).containsExactlyInAnyOrder("ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated");
        assertThat(records.stream().filter(record -> record.get("eventName").equals("ObjectCreated:Put"))
                .map(record -> part(part(record, "s3"), "object").get("versionId"))).containsExactly(version);
    }

    @Test
    void givesUpWhatAQueueDoesNotWantAnyMore() throws Exception {
        everything();
        cloud.queues.open("other");
        cloud.queues.delete("q");
        client.call("PUT", "/bucket/a", "1");

        // It is taken out of the outbox first.
        while (!new Outbox(cloud.store).all().isEmpty() || cloud.commands().events().contains("           1  ")) {
            Thread.onSpinWait();
        }

        assertThat(cloud.commands().events()).contains("           0  " + MemoryQueues.arn("q"));
    }

    @Test
    void keepsItsOutboxFromClients() throws Exception {
        everything();
        client.call("PUT", "/bucket/a", "1");
        record();

        assertThat(cloud.store.bucket(Outbox.BUCKET)).isPresent();
        assertThat(client.call("GET", "/.s3-events").code()).isEqualTo("NoSuchBucket");
        assertThat(client.call("PUT", "/.s3-events").code()).isEqualTo("InvalidBucketName");
        assertThat(client.call("GET", "/").xml().find("Buckets").orElseThrow().children()).hasSize(1);
    }
}
