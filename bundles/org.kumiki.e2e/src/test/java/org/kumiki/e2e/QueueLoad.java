package org.kumiki.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * Clients that keep sending, receiving and deleting messages, each in a group of its own where there are groups, and know for every message what may
 * have become of it. Each request is made once: what fails has failed, and they all stop. Closing it stops them, too.
 */
final class QueueLoad implements AutoCloseable {

    /** What may have become of a message. */
    enum Fate {
        /** Somebody tried to send it, and was not told that it was kept. */
        MAY_BE_SENT,
        SENT,
        /** Somebody tried to delete it, and was not told that it is gone. */
        MAY_BE_DELETED,
        DELETED
    }

    private static final int BATCH = 5;
    private static final Duration TO_STOP = Duration.ofSeconds(90);

    /** By body, which is the client's number and that of the message. */
    final Map<String, Fate> fates = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private final SqsClient client;
    private final String url;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /** @param first the number of the first message of each client */
    QueueLoad(SqsClient client, String url, int clients, int first) {
        this.client = client;
        this.url = url;
        for (int i = 0; i < clients; i++) {
            String group = String.valueOf(i);
            threads.add(new Thread(() -> live(group, first), "queue-" + i));
        }
        threads.forEach(Thread::start);
    }

    private boolean groups() {
        return url.endsWith(".fifo");
    }

    private void live(String group, int first) {
        int next = first;
        while (!stopped) {
            try {
                switch (ThreadLocalRandom.current().nextInt(4)) {
                    case 0 -> send(group, List.of(body(group, next++)));
                    case 1 -> {
                        int from = next;
                        next += BATCH;
                        send(group, Stream.iterate(from, number -> number + 1).limit(BATCH).map(number -> body(group, number)).toList());
                    }
                    default -> receive();
                }
                requests.incrementAndGet();
            } catch (SdkException e) {
                failures.add(group + ": " + e.getMessage());
                stopped = true;
            }
        }
    }

    static String body(String group, int number) {
        return group + ":" + number;
    }

    static String group(String body) {
        return body.substring(0, body.indexOf(':'));
    }

    static int number(String body) {
        return Integer.parseInt(body.substring(body.indexOf(':') + 1));
    }

    private void send(String group, List<String> bodies) {
        bodies.forEach(body -> fates.put(body, Fate.MAY_BE_SENT));
        client.sendMessageBatch(send -> send.queueUrl(url).entries(bodies.stream().map(body -> entry(group, body)).toList()));
        // Whoever has received one meanwhile knows better.
        bodies.forEach(body -> fates.computeIfPresent(body, (any, fate) -> fate == Fate.MAY_BE_SENT ? Fate.SENT : fate));
    }

    private SendMessageBatchRequestEntry entry(String group, String body) {
        SendMessageBatchRequestEntry.Builder entry = SendMessageBatchRequestEntry.builder().id(body.replace(':', '-')).messageBody(body);
        return groups() ? entry.messageGroupId(group).messageDeduplicationId(body).build() : entry.build();
    }

    /** Deletes most of what it receives, in order; the rest is there again after a while. */
    private void receive() {
        for (Message message : client.receiveMessage(receive -> receive.queueUrl(url).maxNumberOfMessages(BATCH)).messages()) {
            if (ThreadLocalRandom.current().nextInt(10) == 0) {
                return;
            }
            fates.put(message.body(), Fate.MAY_BE_DELETED);
            try {
                client.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle()));
                fates.put(message.body(), groups() ? Fate.DELETED : Fate.MAY_BE_DELETED);
            } catch (SqsException e) {
                if (!e.getMessage().contains("expired")) {
                    throw e;
                }
            }
        }
    }

    /** Waits until so many more requests were answered. */
    void more(int number) {
        long goal = requests.get() + number;
        Await.until(number + " more requests", Duration.ofSeconds(120), () -> requests.get() >= goal || stopped);
        if (stopped) {
            throw new AssertionError("a request failed: " + failures);
        }
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(TO_STOP.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " hangs");
            }
        }
    }
}
