package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.testing.Python;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Clients of SQS, unchanged, older ones with queries and newer ones with JSON: each makes queues, sends, waits, receives, deletes, and leaves nothing. */
class QueueClientsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String OTHER_KEY = "AKIAADAADAADAADAADA2";
    private static final String OTHER_SECRET = "forty-letters-and-digits-of-another-one-";

    private static Platform platform;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        platform = Platform.prepare().start();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @TestFactory
    Stream<DynamicTest> boto3WalksThrough() {
        Map<String, Path> pythons = Python.with("boto3");
        assumeTrue(!pythons.isEmpty(), "no Python here has boto3");
        Path walk = Path.of("../org.kumiki.aws.sqs/src/test/python/walk.py").toAbsolutePath();
        return pythons.entrySet().stream().map(python -> DynamicTest.dynamicTest("boto3 of " + python.getKey(), () -> assertThat(
                Program.python(python.getValue()).and(walk.toString(), platform.endpoint().toString(), platform.accessKey(), platform.secretKey())
                        .within(PATIENCE).run().text()).endsWith("walked")));
    }

    @Test
    void theCommandLineDoesWhatAPersonDoes() {
        String url = sqs("create-queue", "--queue-name", "cli", "--attributes", "MaximumMessageSize=8192", "--query", "QueueUrl");

        assertThat(url).isEqualTo(platform.endpoint() + "/000000000001/cli");
        assertThat(sqs("list-queues", "--query", "QueueUrls")).contains(url);
        sqs("send-message", "--queue-url", url, "--message-body", "from a shell", "--message-attributes",
                "colour={DataType=String,StringValue=blue}");
        String receipt = sqs("receive-message", "--queue-url", url, "--wait-time-seconds", "5", "--message-attribute-names", "All", "--query",
                "Messages[0].[Body, MessageAttributes.colour.StringValue, ReceiptHandle]");
        assertThat(receipt).startsWith("from a shell\tblue\t");
        sqs("delete-message", "--queue-url", url, "--receipt-handle", receipt.split("\t")[2]);
        assertThat(sqs("get-queue-attributes", "--queue-url", url, "--attribute-names", "ApproximateNumberOfMessages", "--query",
                "Attributes.ApproximateNumberOfMessages")).isEqualTo("0");
        assertThat(platform.kumiki("aws", "sqs", "send-message", "--queue-url", url, "--message-body", "x".repeat(8193)).run().errors())
                .contains("InvalidParameterValue").contains("8192");
        sqs("delete-queue", "--queue-url", url);
        assertThat(platform.kumiki("aws", "sqs", "purge-queue", "--queue-url", url).run().errors()).contains("NonExistentQueue");
    }

    private static String sqs(String... arguments) {
        return platform.kumiki("aws", "--output", "text", "sqs").and(arguments).with(Map.of("AWS_MAX_ATTEMPTS", "1")).within(PATIENCE).run().text();
    }

    /** It checks the digests of bodies and of attributes. */
    @Test
    void theSdkForJavaDoesWhatAnApplicationDoes() {
        try (SqsClient client = platform.queues()) {
            String url = client.createQueue(create -> create.queueName("java")).queueUrl();
            Map<String, MessageAttributeValue> attributes = Map.of("colour", text("String", "blau ü"), "size", text("Number.int", "12"), "raw",
                    MessageAttributeValue.builder().dataType("Binary").binaryValue(SdkBytes.fromByteArray(new byte[] { 0, 1, -1 })).build());
            client.sendMessage(send -> send.queueUrl(url).messageBody("ünï <&> \"quotes\" 組木 \ud83c\udf33\n").messageAttributes(attributes));
            Message message = receive(client, url, 5);
            assertThat(message.body()).isEqualTo("ünï <&> \"quotes\" 組木 \ud83c\udf33\n");
            assertThat(message.messageAttributes()).isEqualTo(attributes);
            assertThat(message.attributes()).containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")
                    .containsEntry(MessageSystemAttributeName.SENDER_ID, "000000000001");
            client.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle()));

            CompletableFuture<Message> waiting = CompletableFuture.supplyAsync(() -> receive(client, url, 20));
            client.sendMessageBatch(send -> send.queueUrl(url).entries(SendMessageBatchRequestEntry.builder().id("one").messageBody("at last").build()));
            assertThat(waiting.join().body()).isEqualTo("at last");

            assertRefused(404, "ReceiptHandleIsInvalid", () -> client.deleteMessage(delete -> delete.queueUrl(url).receiptHandle("nonsense")));
            client.deleteQueue(delete -> delete.queueUrl(url));
            assertThatExceptionOfType(QueueDoesNotExistException.class).isThrownBy(() -> receive(client, url, 0));
        }
    }

    private static MessageAttributeValue text(String type, String value) {
        return MessageAttributeValue.builder().dataType(type).stringValue(value).build();
    }

    private static Message receive(SqsClient client, String url, int seconds) {
        return client.receiveMessage(receive -> receive.queueUrl(url).waitTimeSeconds(seconds).messageAttributeNames("All")
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL)).messages().get(0);
    }

    @Test
    void theSdkForJavaKeepsMessagesInOrder() {
        try (SqsClient client = platform.queues()) {
            String dead = client.createQueue(create -> create.queueName("java-dead.fifo").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true"))).queueUrl();
            String arn = client.getQueueAttributes(get -> get.queueUrl(dead).attributeNames(QueueAttributeName.QUEUE_ARN)).attributes()
                    .get(QueueAttributeName.QUEUE_ARN);
            String url = client.createQueue(create -> create.queueName("java.fifo").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true",
                    QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true", QueueAttributeName.REDRIVE_POLICY,
                    "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":\"1\"}"))).queueUrl();
            for (String body : List.of("1", "2", "2", "3")) {
                client.sendMessage(send -> send.queueUrl(url).messageBody(body).messageGroupId("g"));
            }

            Message first = receive(client, url, 5);
            assertThat(first.body()).isEqualTo("1");
            assertThat(client.receiveMessage(receive -> receive.queueUrl(url)).messages()).as("the group is in flight").isEmpty();
            client.changeMessageVisibility(change -> change.queueUrl(url).receiptHandle(first.receiptHandle()).visibilityTimeout(0));
            assertThat(receive(client, url, 5).body()).isEqualTo("2");
            assertThat(receive(client, dead, 5)).satisfies(buried -> {
                assertThat(buried.body()).isEqualTo("1");
                assertThat(buried.attributes()).containsKey(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN);
            });
            client.deleteQueue(delete -> delete.queueUrl(url));
            client.deleteQueue(delete -> delete.queueUrl(dead));
        }
    }

    @Test
    void theSdkForJavaScriptDoesWhatAnApplicationDoes() throws IOException {
        assumeTrue(Program.isInstalled("node") && Program.isInstalled("npm"), "node and npm are not installed");
        Program.Ended installed = Program.of("npm", "install", "--engine-strict", "--no-audit", "--no-fund", "--fetch-retries=0", "--prefix",
                directory.toString(), "@aws-sdk/client-sqs@3").within(PATIENCE).run();
        assumeTrue(installed.exitCode() == 0, () -> "the SDK for JavaScript cannot be had here: " + installed);
        Path script = Files.copy(ClientsTest.resource("queues.mjs"), directory.resolve("queues.mjs"));

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
        try (SqsClient owner = platform.queues(); SqsClient other = platform.queues(OTHER_KEY, OTHER_SECRET)) {
            Await.until("the key of the other account", PATIENCE, () -> isKnown(other));
            String url = owner.createQueue(create -> create.queueName("mine")).queueUrl();

            assertRefused(403, "AccessDenied", () -> other.sendMessage(send -> send.queueUrl(url).messageBody("x")));
            assertRefused(403, "AccessDenied", () -> other.receiveMessage(receive -> receive.queueUrl(url)));
            assertRefused(403, "AccessDenied", () -> other.purgeQueue(purge -> purge.queueUrl(url)));
            assertRefused(403, "AccessDenied", () -> other.deleteQueue(delete -> delete.queueUrl(url)));
            assertThat(other.listQueues().queueUrls()).isEmpty();
            owner.addPermission(add -> add.queueUrl(url).label("post").awsAccountIds("000000000002").actions("SendMessage"));
            other.sendMessage(send -> send.queueUrl(url).messageBody("from ada"));
            assertRefused(403, "AccessDenied", () -> other.receiveMessage(receive -> receive.queueUrl(url)));
            assertThat(receive(owner, url, 5).body()).isEqualTo("from ada");
            owner.deleteQueue(delete -> delete.queueUrl(url));
        }
    }

    private static boolean isKnown(SqsClient client) {
        try {
            client.listQueues();
            return true;
        } catch (SqsException e) {
            return false;
        }
    }

    private static void assertRefused(int status, String code, ThrowingCallable call) {
        assertThatExceptionOfType(SqsException.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.requestId()).isNotBlank();
        });
    }
}
