package org.kumiki.aws.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.QueueId;
import org.kumiki.aws.sqs.Client.Answer;
import org.kumiki.testing.TwoAccounts;

@Timeout(60)
class SqsTest {

    private TestCloud cloud;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        cloud = new TestCloud();
        client = cloud.client(TwoAccounts.KEY);
    }

    @AfterEach
    void stop() throws Exception {
        cloud.stop();
    }

    private String queue(String name, Object... attributes) {
        return client.json("CreateQueue", "QueueName", name, "Attributes", map(attributes)).get("QueueUrl");
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private String attribute(String url, String name) {
        return (String) client.json("GetQueueAttributes", "QueueUrl", url, "AttributeNames", List.of(name)).map("Attributes").get(name);
    }

    private List<Map<String, Object>> receive(String url, Object... more) {
        List<Object> members = new ArrayList<>(List.of("QueueUrl", url));
        members.addAll(List.of(more));
        return client.json("ReceiveMessage", members.toArray()).list("Messages");
    }

    @Test
    void namesErrorsForNewClientsAndForOldOnes() throws Exception {
        Answer json = client.json("GetQueueUrl", "QueueName", "nowhere");
        Answer query = client.form("/", "Action=GetQueueUrl&Version=2012-11-05&QueueName=nowhere");

        assertThat(json.status()).isEqualTo(400);
        assertThat(json.get("__type")).isEqualTo("com.amazonaws.sqs#QueueDoesNotExist");
        assertThat(json.get("message")).isEqualTo("The specified queue does not exist.");
        assertThat(json.response().headers().firstValue("x-amzn-query-error")).hasValue("AWS.SimpleQueueService.NonExistentQueue;Sender");
        assertThat(json.response().headers().firstValue("content-type")).hasValue("application/x-amz-json-1.0");
        assertThat(query.status()).isEqualTo(400);
        assertThat(query.element("Code")).isEqualTo("AWS.SimpleQueueService.NonExistentQueue");
        assertThat(query.element("Type")).isEqualTo("Sender");
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        assertThat(client.json("Nonsense").get("__type")).isEqualTo("com.amazonaws.sqs#InvalidAction");
        assertThat(client.json("CreateQueue").get("__type")).isEqualTo("com.amazon.coral.service#MissingRequiredParameterException");
        assertThat(client.json("CreateQueue", "QueueName", List.of()).get("__type")).isEqualTo("com.amazon.coral.service#SerializationException");
        Map<String, String> headers = Map.of("Content-Type", "application/x-amz-json-1.0", "X-Amz-Target", "AmazonSQS.ListQueues");
        assertThat(client.raw(headers, "{").get("__type")).isEqualTo("com.amazon.coral.service#SerializationException");
        assertThat(client.raw(headers, "[]").get("__type")).isEqualTo("com.amazon.coral.service#SerializationException");
        assertThat(client.raw(headers, "").status()).isEqualTo(200);
        assertThat(client.raw(Map.of("Content-Type", "application/x-amz-json-1.0", "X-Amz-Target", "AmazonEC2.ListQueues"), "{}").get("__type"))
                .isEqualTo("com.amazon.coral.service#UnknownOperationException");
        assertThat(client.raw(Map.of("Content-Type", "text/plain"), "{}").status()).isEqualTo(415);
    }

    @Test
    void refusesAddressesOfNoQueue() {
        for (String url : List.of("queue", "http://127.0.0.1/queue", "http://127.0.0.1/1/queue", "http://127.0.0.1/000000000001/a b")) {
            assertThat(client.json("SendMessage", "QueueUrl", url, "MessageBody", "x").code()).as(url).isEqualTo("InvalidAddress");
        }
        assertThat(client.json("SendMessage", "QueueUrl", "https://queue.amazonaws.com/000000000001/gone", "MessageBody", "x").code())
                .isEqualTo("AWS.SimpleQueueService.NonExistentQueue");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "DelaySeconds|901|InvalidAttributeValue", "DelaySeconds|-1|InvalidAttributeValue", "DelaySeconds|x|InvalidAttributeValue",
            "MaximumMessageSize|1023|InvalidAttributeValue", "MaximumMessageSize|1048577|InvalidAttributeValue",
            "MessageRetentionPeriod|59|InvalidAttributeValue", "VisibilityTimeout|43201|InvalidAttributeValue",
            "ReceiveMessageWaitTimeSeconds|21|InvalidAttributeValue", "KmsDataKeyReusePeriodSeconds|59|InvalidAttributeValue",
            "SqsManagedSseEnabled|maybe|InvalidAttributeValue", "Policy|{}|InvalidAttributeValue", "Policy|nonsense|InvalidAttributeValue",
            "RedrivePolicy|nonsense|InvalidParameterValue", "RedrivePolicy|{}|InvalidParameterValue",
            "RedrivePolicy|{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000001:gone\",\"maxReceiveCount\":1}|InvalidParameterValue",
            "RedrivePolicy|{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000001:dead\",\"maxReceiveCount\":0}|InvalidParameterValue",
            "RedrivePolicy|{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000002:dead\",\"maxReceiveCount\":1}|InvalidParameterValue",
            "RedrivePolicy|{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000001:dead.fifo\",\"maxReceiveCount\":1}|InvalidParameterValue",
            "RedrivePolicy|{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000001:q\",\"maxReceiveCount\":1}|InvalidParameterValue",
            "RedriveAllowPolicy|{\"redrivePermission\":\"some\"}|InvalidParameterValue",
            "RedriveAllowPolicy|{\"redrivePermission\":\"byQueue\"}|InvalidParameterValue",
            "QueueArn|x|InvalidAttributeName", "Nonsense|x|InvalidAttributeName", "FifoQueue|false|InvalidAttributeName",
            "ContentBasedDeduplication|true|InvalidAttributeName" })
    void refusesAttributesThatMayNotBe(String name, String value, String code) {
        queue("dead");
        String url = queue("q");

        assertThat(client.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map(name, value)).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "DelaySeconds|901|InvalidParameterValue", "MessageGroupId|a b|InvalidParameterValue", "MessageDeduplicationId|x|InvalidParameterValue",
            "MessageBody||MissingParameter" })
    void refusesMessagesThatMayNotBe(String name, String value, String code) {
        Map<String, Object> input = map("QueueUrl", queue("q"), "MessageBody", "x");
        input.put(name, value == null ? "" : name.equals("DelaySeconds") ? (Object) Integer.valueOf(value) : value);

        assertThat(client.json("SendMessage", input.entrySet().stream().flatMap(e -> Stream.of(e.getKey(), e.getValue())).toArray()).code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "name|Strange|x", "name|Number|twelve", "name|Number|1e999999999", "na me|String|x", ".name|String|x",
            "AWS.name|String|x", "name|String|''", "name|''|x" })
    void refusesAttributesOfMessagesThatMayNotBe(String name, String type, String value) {
        Answer answer = client.json("SendMessage", "QueueUrl", queue("q"), "MessageBody", "x", "MessageAttributes",
                Map.of(name, Map.of("DataType", type, "StringValue", value)));

        assertThat(answer.code()).isEqualTo("InvalidParameterValue");
    }

    @Test
    void refusesMoreThanTenAttributes() {
        Map<String, Object> attributes = map();
        IntStream.range(0, 11).forEach(i -> attributes.put("a" + i, Map.of("DataType", "String", "StringValue", "x")));

        assertThat(client.json("SendMessage", "QueueUrl", queue("q"), "MessageBody", "x", "MessageAttributes", attributes).code())
                .isEqualTo("InvalidParameterValue");
    }

    @Test
    void refusesCharactersThatXmlCannotHave() {
        String url = queue("q");

        for (String body : List.of("\u0000", "a\u001f", "\uffff", "a\ufffe")) {
            assertThat(client.json("SendMessage", "QueueUrl", url, "MessageBody", body).code()).isEqualTo("InvalidMessageContents");
        }
        assertThat(client.json("SendMessage", "QueueUrl", url, "MessageBody", "\t\n\r \ud83c\udf33\ufffd").status()).isEqualTo(200);
    }

    @Test
    void countsAttributesAsPartOfAMessage() {
        String url = queue("q", "MaximumMessageSize", "1024");
        Map<String, Object> attributes = Map.of("name", Map.of("DataType", "String", "StringValue", "value"));

        assertThat(send(url, 1024 - 4 - 6 - 5, attributes).code()).isEmpty();
        assertThat(send(url, 1024 - 4 - 6 - 5 + 1, attributes).code()).isEqualTo("InvalidParameterValue");
    }

    private Answer send(String url, int bytes, Map<String, Object> attributes) {
        return client.json("SendMessage", "QueueUrl", url, "MessageBody", "x".repeat(bytes), "MessageAttributes", attributes);
    }

    @Test
    void refusesBatchesThatAreTooLong() {
        String url = queue("q");
        String half = "x".repeat(512 * 1024);

        assertThat(batch(url, half, half).code()).isEmpty();
        assertThat(batch(url, half, half + "x").code()).isEqualTo("AWS.SimpleQueueService.BatchRequestTooLong");
    }

    private Answer batch(String url, String... bodies) {
        List<Map<String, Object>> entries = IntStream.range(0, bodies.length).mapToObj(i -> map("Id", "e" + i, "MessageBody", bodies[i])).toList();
        return client.json("SendMessageBatch", "QueueUrl", url, "Entries", entries);
    }

    @Test
    void letsAnOperatorAllowLess() throws Exception {
        TestCloud strict = new TestCloud(new Sizes(8 * 1024, 64 * 1024));
        try {
            Client its = strict.client(TwoAccounts.KEY);
            String url = its.json("CreateQueue", "QueueName", "q").get("QueueUrl");
            assertThat(its.json("SendMessage", "QueueUrl", url, "MessageBody", "x".repeat(8 * 1024)).code()).isEmpty();
            assertThat(its.json("SendMessage", "QueueUrl", url, "MessageBody", "x".repeat(8 * 1024 + 1)).code()).isEqualTo("InvalidParameterValue");
            assertThat(its.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("MaximumMessageSize", "65537")).code())
                    .isEqualTo("InvalidAttributeValue");
            assertThat(its.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("MaximumMessageSize", "65536")).code()).isEmpty();
            assertThat(its.json("SendMessage", "QueueUrl", url, "MessageBody", "x".repeat(64 * 1024)).code()).isEmpty();
        } finally {
            strict.stop();
        }
    }

    @Test
    void makesAQueueOnce() {
        String url = queue("q", "DelaySeconds", "5", "MaximumMessageSize", "1048576");

        assertThat(url).isEqualTo(cloud.endpoint() + "/000000000001/q");
        assertThat(queue("q")).isEqualTo(url);
        assertThat(queue("q", "DelaySeconds", "5")).isEqualTo(url);
        Answer other = client.json("CreateQueue", "QueueName", "q", "Attributes", map("DelaySeconds", "6"));
        assertThat(other.code()).isEqualTo("QueueAlreadyExists");
        assertThat(other.get("__type")).isEqualTo("com.amazonaws.sqs#QueueNameExists");
        assertThat(other.get("message")).contains("DelaySeconds");
    }

    @ParameterizedTest
    @CsvSource({ "a b, ''", "'', ''", "a.fifo, ''", "a.fifo, false", "a, true", "a, false", ".fifo, true", "a.b.fifo, true" })
    void refusesNamesThatFitNoQueue(String name, String fifo) {
        assertThat(client.json("CreateQueue", "QueueName", name, "Attributes", fifo.isEmpty() ? map() : map("FifoQueue", fifo)).status()).isEqualTo(400);
    }

    @Test
    void tellsAllAttributesOfAQueueWithGroups() {
        String url = queue("q.fifo", "FifoQueue", "true", "DeduplicationScope", "messageGroup", "FifoThroughputLimit", "perMessageGroupId");

        Map<String, Object> all = client.json("GetQueueAttributes", "QueueUrl", url, "AttributeNames", List.of("All")).map("Attributes");

        assertThat(all).containsEntry("FifoQueue", "true").containsEntry("DeduplicationScope", "messageGroup")
                .containsEntry("FifoThroughputLimit", "perMessageGroupId").containsEntry("ContentBasedDeduplication", "false")
                .containsEntry("QueueArn", "arn:aws:sqs:us-east-1:000000000001:q.fifo").containsEntry("VisibilityTimeout", "30")
                .containsEntry("MessageRetentionPeriod", "345600").containsEntry("MaximumMessageSize", "1048576")
                .containsEntry("ReceiveMessageWaitTimeSeconds", "0").containsEntry("DelaySeconds", "0").containsEntry("SqsManagedSseEnabled", "true")
                .containsKeys("CreatedTimestamp", "LastModifiedTimestamp", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
                        "ApproximateNumberOfMessagesDelayed").hasSize(16);
        assertThat(client.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("DeduplicationScope", "queue")).code())
                .isEqualTo("InvalidParameterValue");
    }

    @Test
    void keepsWhatItDoesNotActUpon() {
        String url = queue("q", "KmsMasterKeyId", "alias/mine", "KmsDataKeyReusePeriodSeconds", "60");

        assertThat(attribute(url, "KmsMasterKeyId")).isEqualTo("alias/mine");
        assertThat(attribute(url, "KmsDataKeyReusePeriodSeconds")).isEqualTo("60");
        assertThat(attribute(url, "SqsManagedSseEnabled")).isEqualTo("false");
        client.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("KmsMasterKeyId", ""));
        assertThat(attribute(url, "KmsMasterKeyId")).isNull();
    }

    @Test
    void letsADeadLetterQueueChooseItsSources() {
        String dead = queue("dead", "RedriveAllowPolicy", "{\"redrivePermission\":\"byQueue\",\"sourceQueueArns\":[\"arn:aws:sqs:us-east-1:000000000001:one\"]}");
        String policy = "{\"deadLetterTargetArn\":\"" + attribute(dead, "QueueArn") + "\",\"maxReceiveCount\":\"3\"}";

        assertThat(queue("one", "RedrivePolicy", policy)).endsWith("/one");
        assertThat(client.json("CreateQueue", "QueueName", "two", "Attributes", map("RedrivePolicy", policy)).code()).isEqualTo("InvalidParameterValue");
        assertThat(client.json("ListDeadLetterSourceQueues", "QueueUrl", dead).json().get("queueUrls")).isEqualTo(List.of(queue("one")));
        client.json("SetQueueAttributes", "QueueUrl", queue("one"), "Attributes", map("RedrivePolicy", ""));
        assertThat(client.json("ListDeadLetterSourceQueues", "QueueUrl", dead).json().get("queueUrls")).isEqualTo(List.of());
    }

    @Test
    void purgesAQueueThatWasMadeAnew() {
        String url = queue("q");
        assertThat(client.json("PurgeQueue", "QueueUrl", url).code()).isEmpty();
        assertThat(client.json("PurgeQueue", "QueueUrl", url).code()).isEqualTo("AWS.SimpleQueueService.PurgeQueueInProgress");

        client.json("DeleteQueue", "QueueUrl", url);

        assertThat(client.json("PurgeQueue", "QueueUrl", queue("q")).code()).isEmpty();
        cloud.clock.forward(Duration.ofSeconds(60));
        assertThat(client.json("PurgeQueue", "QueueUrl", url).code()).isEmpty();
    }

    @Test
    @Timeout(120)
    void letsThousandsWaitWithoutAThreadEach() {
        cloud.store.waitEndlessly(); // or the first would have waited long enough before the last has come, where all of that takes long
        String url = queue("q");
        QueueId id = new QueueId(new AccountId(TestCloud.ACCOUNT), "q");
        List<CompletableFuture<Answer>> waiting = IntStream.range(0, 1000)
                .mapToObj(i -> client.asynchronously("ReceiveMessage", "QueueUrl", url, "WaitTimeSeconds", 20)).toList();
        while (cloud.store.waiting(id) < waiting.size()) {
            Thread.onSpinWait();
        }

        assertThat(Thread.getAllStackTraces().keySet()).hasSizeLessThan(300);
        for (int i = 0; i < waiting.size(); i += 10) {
            assertThat(batch(url, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9").code()).isEmpty();
        }
        waiting.forEach(answer -> assertThat(answer.join().list("Messages")).hasSize(1));
        assertThat(attribute(url, "ApproximateNumberOfMessagesNotVisible")).isEqualTo("1000");
    }

    @Test
    void answersWithNothingWhereNothingComes() {
        Answer answer = client.json("ReceiveMessage", "QueueUrl", queue("q"), "WaitTimeSeconds", 1);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{}");
    }

    @Test
    void tellsWhoeverWaitsThatTheQueueIsGone() {
        String url = queue("q");
        CompletableFuture<Answer> waiting = client.asynchronously("ReceiveMessage", "QueueUrl", url, "WaitTimeSeconds", 20);
        while (cloud.store.waiting(new QueueId(new AccountId(TestCloud.ACCOUNT), "q")) == 0) {
            Thread.onSpinWait();
        }

        client.json("DeleteQueue", "QueueUrl", url);

        assertThat(waiting.join().code()).isEqualTo("AWS.SimpleQueueService.NonExistentQueue");
    }

    @Test
    void refusesReceiptsThatAreWorthNothing() {
        String url = queue("q.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true");
        client.json("SendMessage", "QueueUrl", url, "MessageBody", "x", "MessageGroupId", "g");
        Object receipt = receive(url).get(0).get("ReceiptHandle");

        assertThat(client.json("DeleteMessage", "QueueUrl", url, "ReceiptHandle", "x").code()).isEqualTo("ReceiptHandleIsInvalid");
        assertThat(client.json("ChangeMessageVisibility", "QueueUrl", url, "ReceiptHandle", receipt, "VisibilityTimeout", 43_201).code())
                .isEqualTo("InvalidParameterValue");
        cloud.clock.forward(Duration.ofSeconds(31));
        assertThat(client.json("ChangeMessageVisibility", "QueueUrl", url, "ReceiptHandle", receipt, "VisibilityTimeout", 1).code())
                .isEqualTo("InvalidParameterValue");
        assertThat(client.json("DeleteMessage", "QueueUrl", url, "ReceiptHandle", receipt).get("message")).contains("The receipt handle has expired");
        Object newer = receive(url).get(0).get("ReceiptHandle");
        assertThat(client.json("DeleteMessage", "QueueUrl", url, "ReceiptHandle", newer).code()).isEmpty();
        assertThat(client.json("DeleteMessage", "QueueUrl", url, "ReceiptHandle", newer).code()).isEmpty();
    }

    @Test
    void showsNobodyWhatIsSomebodyElses() {
        String url = queue("q");
        Client other = cloud.client(TwoAccounts.OTHER_KEY);

        assertThat(other.json("SendMessage", "QueueUrl", url, "MessageBody", "x").code()).isEqualTo("AccessDenied");
        assertThat(other.json("SendMessage", "QueueUrl", url + "gone", "MessageBody", "x").code()).isEqualTo("AccessDenied");
        for (String operation : List.of("ReceiveMessage", "PurgeQueue", "DeleteQueue", "ListQueueTags", "GetQueueAttributes", "ListDeadLetterSourceQueues")) {
            assertThat(other.json(operation, "QueueUrl", url).code()).as(operation).isEqualTo("AccessDenied");
        }
        assertThat(other.json("GetQueueUrl", "QueueName", "q").code()).isEqualTo("AWS.SimpleQueueService.NonExistentQueue");
        assertThat(other.json("GetQueueUrl", "QueueName", "q", "QueueOwnerAWSAccountId", TestCloud.ACCOUNT).code())
                .isEqualTo("AWS.SimpleQueueService.NonExistentQueue");
        assertThat(other.json("ListQueues").text()).isEqualTo("{}");
        assertThat(other.json("ListMessageMoveTasks", "SourceArn", attribute(url, "QueueArn")).code()).isEqualTo("ResourceNotFoundException");
        assertThat(other.json("CreateQueue", "QueueName", "q").get("QueueUrl")).endsWith("/000000000002/q");
    }

    @Test
    void letsOthersDoWhatAPolicyAllows() {
        String url = queue("q");
        Client other = cloud.client(TwoAccounts.OTHER_KEY);
        client.json("AddPermission", "QueueUrl", url, "Label", "post", "AWSAccountIds", List.of(TestCloud.OTHER_ACCOUNT), "Actions",
                List.of("SendMessage", "GetQueueUrl"));

        assertThat(other.json("GetQueueUrl", "QueueName", "q", "QueueOwnerAWSAccountId", TestCloud.ACCOUNT).get("QueueUrl")).isEqualTo(url);
        assertThat(other.json("SendMessage", "QueueUrl", url, "MessageBody", "x").code()).isEmpty();
        assertThat(other.json("ReceiveMessage", "QueueUrl", url).code()).isEqualTo("AccessDenied");
        assertThat(receive(url, "AttributeNames", List.of("SenderId")).get(0).get("Attributes")).isEqualTo(Map.of("SenderId", TestCloud.OTHER_ACCOUNT));
        client.json("RemovePermission", "QueueUrl", url, "Label", "post");
        assertThat(other.json("SendMessage", "QueueUrl", url, "MessageBody", "x").code()).isEqualTo("AccessDenied");
    }

    @Test
    void letsNoOwnerLockHimselfOut() {
        String url = queue("q");
        String deny = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}}";
        client.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("Policy", deny));

        assertThat(client.json("SendMessage", "QueueUrl", url, "MessageBody", "x").code()).isEqualTo("AccessDenied");
        assertThat(attribute(url, "Policy")).isEqualTo(deny);
        assertThat(client.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("Policy", "")).code()).isEmpty();
        assertThat(client.json("SendMessage", "QueueUrl", url, "MessageBody", "x").code()).isEmpty();
    }

    @Test
    void neverLetsOthersDoWhatIsTheOwnersAlone() {
        String url = queue("q");
        client.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("Policy",
                "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}}"));
        Client other = cloud.client(TwoAccounts.OTHER_KEY);

        assertThat(other.json("ReceiveMessage", "QueueUrl", url).code()).isEmpty();
        for (String operation : List.of("DeleteQueue", "ListQueueTags")) {
            assertThat(other.json(operation, "QueueUrl", url).code()).as(operation).isEqualTo("AccessDenied");
        }
        assertThat(other.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("Policy", "")).code()).isEqualTo("AccessDenied");
        assertThat(client.json("AddPermission", "QueueUrl", url, "Label", "x", "AWSAccountIds", List.of(TestCloud.OTHER_ACCOUNT), "Actions",
                List.of("DeleteQueue")).code()).isEqualTo("InvalidParameterValue");
    }

    @ParameterizedTest
    @CsvSource({ "q", "q.fifo" })
    void givesToOthersWhatCouldNotBeWrittenToAClientThatHungUp(String name) throws Exception {
        boolean fifo = name.endsWith(".fifo");
        String url = fifo ? queue(name, "FifoQueue", "true", "VisibilityTimeout", "43200") : queue(name, "VisibilityTimeout", "43200");
        try (Socket leaving = client.ask("ReceiveMessage", "QueueUrl", url, "WaitTimeSeconds", 20)) {
            while (cloud.store.waiting(new QueueId(new AccountId(TestCloud.ACCOUNT), name)) == 0) {
                Thread.onSpinWait();
            }
            leaving.setSoLinger(true, 0); // what is written to it fails at once
        }
        if (fifo) {
            client.json("SendMessage", "QueueUrl", url, "MessageBody", "x", "MessageGroupId", "g", "MessageDeduplicationId", "1");
        } else {
            client.json("SendMessage", "QueueUrl", url, "MessageBody", "x");
        }

        assertThat(receive(url, "WaitTimeSeconds", 20)).extracting(message -> message.get("Body")).containsExactly("x");
    }

    @Test
    void keepsOneKindOfEncryption() {
        String url = queue("q", "KmsMasterKeyId", "alias/mine");
        assertThat(attribute(url, "SqsManagedSseEnabled")).isEqualTo("false");
        assertThat(attribute(url, "KmsDataKeyReusePeriodSeconds")).isEqualTo("300");

        client.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("SqsManagedSseEnabled", "true"));
        assertThat(attribute(url, "SqsManagedSseEnabled")).isEqualTo("true");
        assertThat(attribute(url, "KmsMasterKeyId")).isNull();
        client.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("KmsMasterKeyId", "alias/mine", "SqsManagedSseEnabled", "false"));
        assertThat(attribute(url, "SqsManagedSseEnabled")).isEqualTo("false");

        assertThat(client.json("SetQueueAttributes", "QueueUrl", url, "Attributes", map("KmsMasterKeyId", "alias/mine", "SqsManagedSseEnabled", "true"))
                .code()).isEqualTo("InvalidAttributeValue");
    }

    @Test
    void movesOneTimeAtATimeAndStopsWhenTold() {
        String dead = queue("dead");
        String arn = attribute(dead, "QueueArn");
        queue("live", "RedrivePolicy", "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":1}");
        batch(dead, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        String to = attribute(queue("other"), "QueueArn");

        String handle = client.json("StartMessageMoveTask", "SourceArn", arn, "DestinationArn", to, "MaxNumberOfMessagesPerSecond", 1).get("TaskHandle");
        assertThat(client.json("StartMessageMoveTask", "SourceArn", arn).code()).isEqualTo("AWS.SimpleQueueService.UnsupportedOperation");
        assertThat(client.json("CancelMessageMoveTask", "TaskHandle", handle).code()).isEmpty();
        assertThat(client.json("CancelMessageMoveTask", "TaskHandle", "x").code()).isEqualTo("InvalidParameterValue");

        assertThat(ended(arn)).containsEntry("Status", "CANCELLED").containsEntry("DestinationArn", to)
                .containsEntry("ApproximateNumberOfMessagesToMove", 10L);
        assertThat(client.json("StartMessageMoveTask", "SourceArn", arn, "DestinationArn", to).code()).isEmpty();
        assertThat(ended(arn)).containsEntry("Status", "COMPLETED");
        assertThat(attribute(queue("other"), "ApproximateNumberOfMessages")).isEqualTo("10");
        assertThat(client.json("ListMessageMoveTasks", "SourceArn", arn, "MaxResults", 10).list("Results")).hasSize(2);
    }

    private Map<String, Object> ended(String arn) {
        while (true) {
            Map<String, Object> task = client.json("ListMessageMoveTasks", "SourceArn", arn).list("Results").get(0);
            if (!Set.of("RUNNING", "CANCELLING").contains(task.get("Status"))) {
                return task;
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void goesOnWithAMoveThatARestartHasInterrupted() throws Exception {
        String dead = queue("dead");
        String arn = attribute(dead, "QueueArn");
        queue("live", "RedrivePolicy", "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":1}");
        batch(dead, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        String other = queue("other");

        cloud.store.movesLeft(1);
        client.json("StartMessageMoveTask", "SourceArn", arn, "DestinationArn", attribute(other, "QueueArn"), "MaxNumberOfMessagesPerSecond", 6);
        while (!attribute(other, "ApproximateNumberOfMessages").equals("6")) {
            Thread.onSpinWait();
        }
        restart();
        assertThat(client.json("ListMessageMoveTasks", "SourceArn", arn).list("Results").get(0)).containsEntry("Status", "RUNNING");
        assertThat(client.json("StartMessageMoveTask", "SourceArn", arn).code()).isEqualTo("AWS.SimpleQueueService.UnsupportedOperation");
        cloud.store.movesLeft(Integer.MAX_VALUE);
        restart();

        assertThat(ended(arn)).containsEntry("Status", "COMPLETED").containsEntry("ApproximateNumberOfMessagesMoved", 10L)
                .containsEntry("ApproximateNumberOfMessagesToMove", 10L);
        assertThat(receive(other, "MaxNumberOfMessages", 10)).extracting(message -> message.get("Body"))
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(attribute(dead, "ApproximateNumberOfMessages")).isEqualTo("0");
    }

    @Test
    void doesNotGoOnWithAMoveThatWasCalledOff() throws Exception {
        String dead = queue("dead");
        batch(dead, "0", "1");
        QueueId id = new QueueId(new AccountId(TestCloud.ACCOUNT), "dead");
        MoveTask task = new MoveTask("t", MoveTask.Status.CANCELLING, Optional.of(attribute(queue("other"), "QueueArn")), 0, cloud.clock.instant(), 3, 9,
                Optional.empty());
        cloud.store.update(id, old -> MoveTask.put(old, task));
        restart();

        assertThat(ended(attribute(dead, "QueueArn"))).containsEntry("Status", "CANCELLED").doesNotContainKey("TaskHandle");
        assertThat(attribute(dead, "ApproximateNumberOfMessages")).isEqualTo("2");
    }

    private void restart() throws Exception {
        cloud.restart();
        client = cloud.client(TwoAccounts.KEY);
    }
}
