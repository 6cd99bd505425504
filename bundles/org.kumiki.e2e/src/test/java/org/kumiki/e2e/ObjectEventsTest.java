package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.QueueConfiguration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A bucket tells a queue what happens in it: once it is allowed to, and whoever kills the platform meanwhile. */
class ObjectEventsTest {

    private static final int CRASHES = Integer.getInteger("kumiki.e2e.event.crashes", 3);
    private static final int CLIENTS = 4;
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final String BUCKET = "told";
    private static final Pattern REQUEST = Pattern.compile("\"x-amz-request-id\":\"([^\"]+)\"");

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> told = new HashSet<>();
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
    void everyChangeThatWasAcknowledgedIsToldWhoeverKillsThePlatform() {
        try (S3Client objects = platform.objects(); SqsClient queues = platform.queues()) {
            objects.createBucket(create -> create.bucket(BUCKET));
            String url = queues.createQueue(create -> create.queueName("events")).queueUrl();
            String arn = queues.getQueueAttributes(get -> get.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN)).attributes()
                    .get(QueueAttributeName.QUEUE_ARN);
            assertThatExceptionOfType(S3Exception.class).as("before the queue allows it").isThrownBy(() -> tell(objects, arn))
                    .withMessageContaining("Unable to validate the following destination configurations");
            queues.setQueueAttributes(set -> set.queueUrl(url).attributes(Map.of(QueueAttributeName.POLICY, policy(arn))));
            tell(objects, arn);

            for (int crash = 0; crash < CRASHES; crash++) {
                List<Thread> clients = clients(objects);
                int enough = acknowledged.size() + 40;
                Await.until("enough changes", SOON, () -> acknowledged.size() >= enough);
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000_000)); // not always at the same point
                platform.kill();
                clients.forEach(ObjectEventsTest::join);
                platform.start();
                Await.until("all events", SOON, () -> receive(queues, url));
            }
        }
        assertThat(told).containsAll(acknowledged);
    }

    /** Each of them changes keys of its own until it fails. */
    private List<Thread> clients(S3Client objects) {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            String key = "a key of " + i;
            clients.add(new Thread(() -> change(objects, key), "events-" + i));
        }
        clients.forEach(Thread::start);
        return clients;
    }

    private void change(S3Client objects, String key) {
        try {
            while (true) {
                acknowledged.add(objects.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromString(key)).responseMetadata().requestId());
                if (ThreadLocalRandom.current().nextInt(4) == 0) {
                    acknowledged.add(objects.deleteObject(delete -> delete.bucket(BUCKET).key(key)).responseMetadata().requestId());
                }
            }
        } catch (SdkException e) {
            assertThat(acknowledged).as("before %s", e).isNotEmpty();
        }
    }

    private static void join(Thread client) {
        try {
            client.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** @return whether everything has come that must */
    private boolean receive(SqsClient queues, String url) {
        List<Message> messages = queues.receiveMessage(receive -> receive.queueUrl(url).maxNumberOfMessages(10)).messages();
        for (Message message : messages) {
            Matcher matcher = REQUEST.matcher(message.body());
            if (matcher.find()) { // the test event has none
                told.add(matcher.group(1));
            }
            queues.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle()));
        }
        return told.containsAll(acknowledged);
    }

    private static void tell(S3Client objects, String queue) {
        QueueConfiguration rule = QueueConfiguration.builder().queueArn(queue).eventsWithStrings("s3:ObjectCreated:*", "s3:ObjectRemoved:*").build();
        objects.putBucketNotificationConfiguration(put -> put.bucket(BUCKET)
                .notificationConfiguration(configuration -> configuration.queueConfigurations(rule)));
    }

    private static String policy(String queue) {
        return """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
                  "Resource": "%s", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:told"}}}]}
                """.formatted(queue);
    }
}
