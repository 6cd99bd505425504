package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kumiki.e2e.QueueLoad.Fate;

import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * The platform is killed while clients send, receive and delete, again and again: every acknowledged message is delivered, none that is deleted comes
 * back, and the messages of a group stay in order.
 */
class QueueCrashTest {

    private static final int CRASHES = Integer.getInteger("kumiki.e2e.queue.crashes", 5);
    private static final int CLIENTS = 4;
    private static final int APART = 1_000_000;
    private static final Duration TO_DRAIN = Duration.ofMinutes(5); // message by message, each of which the disk has to write
    private static final int TO_MOVE = 500;
    private static final int A_SECOND = 100;
    private static final int BATCH = 10;
    private static final String VISIBILITY = "3";

    private Platform platform;

    @BeforeEach
    void start() {
        platform = Platform.prepare().start();
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void losesNoAcknowledgedMessageAndKeepsTheirOrder() {
        try (SqsClient client = platform.queues()) {
            String plain = client.createQueue(create -> create.queueName("crashes").attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, VISIBILITY)))
                    .queueUrl();
            String ordered = client.createQueue(create -> create.queueName("crashes.fifo")
                    .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true", QueueAttributeName.VISIBILITY_TIMEOUT, VISIBILITY))).queueUrl();
            for (int crash = 0; crash < CRASHES; crash++) {
                QueueLoad one = new QueueLoad(client, plain, CLIENTS, crash * APART);
                QueueLoad other = new QueueLoad(client, ordered, CLIENTS, crash * APART);
                one.more(100 + ThreadLocalRandom.current().nextInt(100));
                other.more(10);
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000_000)); // not always at the same point
                platform.kill();
                one.close();
                other.close();
                platform.start();
                checkThatNoneIsLost(drain(client, plain), one.fates);
                List<String> found = drain(client, ordered);
                checkThatNoneIsLost(found, other.fates);
                checkOrder(found, other.fates);
            }
        }
    }

    @Test
    void goesOnWithAMoveInTheMiddleOfWhichItIsKilled() {
        try (SqsClient client = platform.queues()) {
            String dead = client.createQueue(create -> create.queueName("dead")).queueUrl();
            String arn = arn(client, dead);
            client.createQueue(create -> create.queueName("live").attributes(Map.of(QueueAttributeName.REDRIVE_POLICY,
                    "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":1}")));
            String to = client.createQueue(create -> create.queueName("to")).queueUrl();
            List<String> bodies = IntStream.range(0, TO_MOVE).mapToObj(String::valueOf).toList();
            for (int from = 0; from < TO_MOVE; from += BATCH) {
                List<SendMessageBatchRequestEntry> entries = bodies.subList(from, from + BATCH).stream()
                        .map(body -> SendMessageBatchRequestEntry.builder().id(body).messageBody(body).build()).toList();
                client.sendMessageBatch(send -> send.queueUrl(dead).entries(entries));
            }
            String destination = arn(client, to);
            client.startMessageMoveTask(start -> start.sourceArn(arn).destinationArn(destination).maxNumberOfMessagesPerSecond(A_SECOND));
            Await.until("the first messages", TO_DRAIN, () -> count(client, to) > 0);
            platform.kill();
            platform.start();
            Await.until("the end of the move", TO_DRAIN, () -> client.listMessageMoveTasks(list -> list.sourceArn(arn)).results().get(0).status()
                    .equals("COMPLETED"));
            assertThat(count(client, dead)).isZero();
            assertThat(drain(client, to)).containsExactlyInAnyOrderElementsOf(bodies);
        }
    }

    private static String arn(SqsClient client, String url) {
        return client.getQueueAttributes(get -> get.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN)).attributes()
                .get(QueueAttributeName.QUEUE_ARN);
    }

    /** Everything that is there, in the order in which it comes. */
    private static List<String> drain(SqsClient client, String url) {
        List<String> bodies = new ArrayList<>();
        Await.until("an empty queue", TO_DRAIN, () -> {
            List<Message> messages = client.receiveMessage(receive -> receive.queueUrl(url).maxNumberOfMessages(10).waitTimeSeconds(1)
                    .visibilityTimeout(60)).messages();
            for (Message message : messages) {
                bodies.add(message.body());
                client.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle()));
            }
            return messages.isEmpty() && count(client, url) == 0;
        });
        return bodies;
    }

    private static int count(SqsClient client, String url) {
        return client.getQueueAttributes(get -> get.queueUrl(url).attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)).attributes()
                .values().stream().mapToInt(Integer::parseInt).sum();
    }

    private static void checkThatNoneIsLost(List<String> found, Map<String, Fate> fates) {
        assertThat(found).doesNotHaveDuplicates().allSatisfy(body -> assertThat(fates).containsKey(body));
        assertThat(found).containsAll(all(fates, Fate.SENT)).noneMatch(body -> fates.get(body) == Fate.DELETED);
    }

    private static List<String> all(Map<String, Fate> fates, Fate fate) {
        return fates.keySet().stream().filter(body -> fates.get(body) == fate).toList();
    }

    private static void checkOrder(List<String> found, Map<String, Fate> fates) {
        Map<String, List<Integer>> groups = found.stream().collect(Collectors.groupingBy(QueueLoad::group,
                Collectors.mapping(QueueLoad::number, Collectors.toList())));
        groups.forEach((group, numbers) -> {
            assertThat(numbers).as("the order of the group %s", group).isSorted();
            int deleted = all(fates, Fate.DELETED).stream().filter(body -> QueueLoad.group(body).equals(group)).mapToInt(QueueLoad::number).max().orElse(-1);
            assertThat(numbers).as("what was not before the last that was deleted").allMatch(number -> number > deleted);
        });
    }
}
